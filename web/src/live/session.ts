import { signal } from '@preact/signals'

import type { Problem } from '../api/http'
import type { Trial } from '../api/service'
import { type Looked, PoseClient } from '../pose/client'
import type { Quality } from '../pose/messages'
import { followFrames, openCamera, takeFrame } from './camera'
import { type ConnectionStatus, LiveConnection, type LiveOpening, type LiveState } from './connection'
import { type Framing, judgeFraming, RateMeter, StillnessMeter } from './framing'
import { openEncoder, type Packet, type PictureEncoder } from './picture_encoder'
import { encodeLandmarks } from './record'

/** Who finds the body in the picture: this device, the service, or whichever can keep up. */
export type Place = 'auto' | 'device' | 'service'
export type Stage = 'idle' | 'loading' | 'framing' | 'measuring'

export interface Jump {
  trial: Trial
  final: boolean
}

/** Time a picture may cost this device before the service is asked instead, ms, and pictures after which it is judged. */
const [SLOW_MS, JUDGED_AFTER] = [120, 8]

/** The live page's work: camera, pose estimation, connection; what is shown lies in signals. */
export class LiveSession {
  readonly stage = signal<Stage>('idle')
  readonly framing = signal<Framing | null>(null)
  readonly fps = signal<number | null>(null)
  readonly connection = signal<ConnectionStatus>('ended')
  readonly state = signal<LiveState | null>(null)
  readonly jumps = signal<readonly Jump[]>([])
  readonly dropped = signal(0)
  readonly problem = signal<unknown>(null)
  readonly onDevice = signal(true)
  onLooked: (looked: Looked) => void = () => {}

  private rate = new RateMeter()
  private stillness = new StillnessMeter()
  /** Opened once, by the first picture: those that come meanwhile wait for it. */
  private encoder: Promise<PictureEncoder> | null = null
  private costs_ms: number[] = []
  private pose: PoseClient | null = null
  private stream: MediaStream | null = null
  private link: LiveConnection | null = null
  private stopFrames: () => void = () => {}

  /** Show the camera's picture and begin to look for the athlete. */
  async start(video: HTMLVideoElement, { camera, place, quality }: { camera: string; place: Place; quality: Quality }): Promise<void> {
    this.problem.value = null
    this.stage.value = 'loading'
    this.onDevice.value = place !== 'service'
    try {
      this.stream = await openCamera(camera)
      video.srcObject = this.stream
      await video.play()
      if (this.onDevice.value) await this.loadPose(place, quality)
      this.stopFrames = followFrames(video, (time_us) => void this.take(video, time_us).catch((error: unknown) => this.fail(error)))
      this.stage.value = 'framing'
    } catch (error) {
      this.fail(error)
    }
  }

  /** Measure from now on; `onClosed` is called when the measurement has ended. */
  measure(opening: LiveOpening, onClosed: () => void = () => {}): void {
    this.jumps.value = []
    this.dropped.value = 0
    this.restartEncoder()
    this.link = new LiveConnection(opening, {
      onStatus: (status) => (this.connection.value = status),
      onState: (state) => (this.state.value = state),
      onTrial: (trial, final) => this.keep({ trial, final }),
      onDropped: (frames) => (this.dropped.value += frames),
      onProblem: (problem: Problem) => (this.problem.value = problem),
      onClosed: () => {
        this.link = null
        this.state.value = null
        if (this.stage.value === 'measuring') this.stage.value = 'framing'
        onClosed()
      },
    })
    this.stage.value = 'measuring'
  }

  /** Stop measuring; the camera stays on. */
  finish(): void {
    this.link?.close()
  }

  /** Stop everything and free the camera. */
  stop(): void {
    this.finish()
    this.stopFrames()
    this.pose?.stop()
    this.pose = null
    void this.encoder?.then((encoder) => encoder.close())
    this.encoder = null
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
    this.framing.value = null
    this.fps.value = null
    this.rate = new RateMeter()
    this.stillness = new StillnessMeter()
    this.costs_ms = []
    this.stage.value = 'idle'
  }

  private async loadPose(place: Place, quality: Quality): Promise<void> {
    this.pose = new PoseClient({ onPoses: (looked) => this.see(looked, place), onFailure: (message) => this.fail(new Error(message)) })
    try {
      await this.pose.load(quality)
    } catch (error) {
      if (place === 'device') throw error
      this.leaveToService()
    }
  }

  private async take(video: HTMLVideoElement, time_us: number): Promise<void> {
    if (this.pose) {
      this.pose.look(await takeFrame(video, time_us), time_us)
      return
    }
    this.count(time_us)
    if (!this.link) return
    this.encoder ??= openEncoder(video, { onPacket: (packet) => this.sendPacket(packet), onFailure: (error) => this.fail(error) })
    const encoder = await this.encoder
    if (this.link) encoder.encode(video, time_us)
  }

  private sendPacket({ codec, time_us, payload }: Packet): void {
    if (!this.link?.send(codec, time_us, payload)) this.restartEncoder()
  }

  private restartEncoder(): void {
    void this.encoder?.then((encoder) => encoder.restart())
  }

  private see(looked: Looked, place: Place): void {
    this.count(looked.time_us)
    this.stillness.add(looked.time_us / 1e6, looked.shift)
    this.framing.value = judgeFraming(looked, { fps: this.fps.value, isMoving: this.stillness.isMoving(looked.height) })
    this.link?.send('landmarks', looked.time_us, encodeLandmarks({ ...looked, camera: null }))
    this.onLooked(looked)
    if (place !== 'auto' || this.link) return
    this.costs_ms = [...this.costs_ms, looked.spent_ms].slice(-JUDGED_AFTER)
    const typical = this.costs_ms.toSorted((a, b) => a - b)[JUDGED_AFTER >> 1]
    if (typical !== undefined && typical > SLOW_MS) this.leaveToService()
  }

  /** This device is too slow, or cannot run the model: send pictures instead. */
  private leaveToService(): void {
    this.pose?.stop()
    this.pose = null
    this.framing.value = null
    this.rate = new RateMeter()
    this.onDevice.value = false
  }

  private count(time_us: number): void {
    this.rate.add(time_us / 1e6)
    this.fps.value = this.rate.fps
  }

  private keep(jump: Jump): void {
    const others = this.jumps.value.filter(({ trial }) => trial.index !== jump.trial.index)
    this.jumps.value = [...others, jump].sort((a, b) => a.trial.index - b.trial.index)
  }

  private fail(error: unknown): void {
    this.stop()
    this.problem.value = error
  }
}
