import type { Codec } from './record'

export interface Packet {
  codec: Codec
  time_us: number
  payload: Uint8Array
}

/** Turns what a video shows into packets for the service. */
export interface PictureEncoder {
  /** Encode the picture that the video shows now; it is left out where the encoder is still busy. */
  encode(video: HTMLVideoElement, time_us: number): void
  /** Begin with a picture that can be read without those before it. */
  restart(): void
  close(): void
}

interface Listener {
  onPacket(packet: Packet): void
  onFailure(error: unknown): void
}

/** Longer side of a picture that is sent, px. */
const SIDE = 640
const JPEG_QUALITY = 0.8
/** Constrained baseline, level 3.1: no picture waits for a later one, and every service can read it. */
const H264 = { codec: 'avc1.42E01F', bitrate: 2_000_000, framerate: 30, latencyMode: 'realtime', avc: { format: 'annexb' } } as const
/** Pictures that may wait in the encoder. */
const MOST_WAITING = 2

/** An encoder of H.264 where the browser has one, a tenth of the bytes; else of JPEG. */
export async function openEncoder(video: HTMLVideoElement, listener: Listener): Promise<PictureEncoder> {
  const canvas = document.createElement('canvas')
  fit(canvas, video)
  const config = describe(canvas)
  const known = 'VideoEncoder' in globalThis && (await VideoEncoder.isConfigSupported(config).catch(() => null))
  return known && known.supported ? new H264Encoder(canvas, listener) : new JpegEncoder(canvas, listener)
}

function describe({ width, height }: HTMLCanvasElement): VideoEncoderConfig {
  return { ...H264, width, height }
}

/** Give a canvas the video's shape, small enough for the pose model, and even sides for H.264; returns whether it had another one.
 * A phone that is turned changes the shape: its pictures are never stretched, and the service says that their size has changed. */
function fit(canvas: HTMLCanvasElement, { videoWidth, videoHeight }: HTMLVideoElement): boolean {
  const scale = Math.min(1, SIDE / Math.max(videoWidth, videoHeight)) / 2
  const [width, height] = [2 * Math.round(videoWidth * scale), 2 * Math.round(videoHeight * scale)]
  const isOther = canvas.width !== width || canvas.height !== height
  if (isOther) Object.assign(canvas, { width, height })
  return isOther
}

function draw(canvas: HTMLCanvasElement, video: HTMLVideoElement): void {
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
}

class JpegEncoder implements PictureEncoder {
  private isBusy = false

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly listener: Listener,
  ) {}

  encode(video: HTMLVideoElement, time_us: number): void {
    if (this.isBusy) return // one at a time: newest wins
    this.isBusy = true
    fit(this.canvas, video)
    draw(this.canvas, video)
    this.canvas.toBlob((blob) => void this.hand(blob, time_us).catch(this.listener.onFailure), 'image/jpeg', JPEG_QUALITY)
  }

  restart(): void {
    // each picture stands for itself
  }

  close(): void {
    // nothing is held
  }

  private async hand(blob: Blob | null, time_us: number): Promise<void> {
    this.isBusy = false
    if (blob) this.listener.onPacket({ codec: 'jpeg', time_us, payload: new Uint8Array(await blob.arrayBuffer()) })
  }
}

class H264Encoder implements PictureEncoder {
  private readonly encoder: VideoEncoder
  private needsKey = true

  constructor(
    private readonly canvas: HTMLCanvasElement,
    listener: Listener,
  ) {
    this.encoder = new VideoEncoder({
      output: (chunk) => {
        const payload = new Uint8Array(chunk.byteLength)
        chunk.copyTo(payload)
        listener.onPacket({ codec: 'h264', time_us: chunk.timestamp, payload })
      },
      error: listener.onFailure,
    })
    this.encoder.configure(describe(canvas))
  }

  encode(video: HTMLVideoElement, time_us: number): void {
    if (this.encoder.encodeQueueSize >= MOST_WAITING) return
    if (fit(this.canvas, video)) {
      this.encoder.configure(describe(this.canvas))
      this.needsKey = true
    }
    draw(this.canvas, video)
    const frame = new VideoFrame(this.canvas, { timestamp: time_us })
    this.encoder.encode(frame, { keyFrame: this.needsKey })
    frame.close()
    this.needsKey = false
  }

  restart(): void {
    this.needsKey = true
  }

  close(): void {
    if (this.encoder.state !== 'closed') this.encoder.close()
  }
}
