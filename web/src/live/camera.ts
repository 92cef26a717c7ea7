const IDEAL = { width: 1280, height: 720, frameRate: 60 } as const

/** Open a camera: the one chosen, else the one that looks away from the phone's screen. */
export function openCamera(deviceId: string): Promise<MediaStream> {
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'environment' }
  const video = { ...which, width: { ideal: IDEAL.width }, height: { ideal: IDEAL.height }, frameRate: { ideal: IDEAL.frameRate }, resizeMode: { ideal: 'none' } }
  return navigator.mediaDevices.getUserMedia({ video, audio: false })
}

/** Cameras that can be chosen; their names are known once one was opened. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices.filter((device) => device.kind === 'videoinput' && device.deviceId)
}

/** Whether this page may ask for a camera: browsers allow it over HTTPS and on this machine alone. */
export function hasCameras(): boolean {
  return 'mediaDevices' in navigator
}

/** Call for each new picture of a video with its capture time stamp, µs, on the camera's clock; returns what ends it. */
export function followFrames(video: HTMLVideoElement, onFrame: (time_us: number) => void): () => void {
  let last_us = Number.NEGATIVE_INFINITY
  let clock: 'captureTime' | 'mediaTime' | null = null
  let handle = 0
  const next = (_: number, metadata: VideoFrameCallbackMetadata): void => {
    handle = video.requestVideoFrameCallback(next)
    clock ??= metadata.captureTime === undefined ? 'mediaTime' : 'captureTime'
    const time_us = Math.round(clock === 'captureTime' ? (metadata.captureTime ?? Number.NaN) * 1e3 : metadata.mediaTime * 1e6)
    if (!(time_us > last_us)) return
    last_us = time_us
    onFrame(time_us)
  }
  handle = video.requestVideoFrameCallback(next)
  return () => video.cancelVideoFrameCallback(handle)
}

/** The picture that a video shows now, ready to be handed to a worker. */
export function takeFrame(video: HTMLVideoElement, time_us: number): VideoFrame | Promise<ImageBitmap> {
  return typeof VideoFrame === 'undefined' ? createImageBitmap(video) : new VideoFrame(video, { timestamp: time_us })
}
