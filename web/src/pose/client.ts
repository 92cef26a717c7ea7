import type { Asked, Quality, Said } from './messages'

declare const POSE_FOLDER: string

export type Looked = Extract<Said, { kind: 'poses' }>

interface Listener {
  onPoses(looked: Looked): void
  onFailure(message: string): void
}

/** The pose estimator in its worker: one frame at a time; of those that come while it is busy, the newest waits. */
export class PoseClient {
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url))
  private busy = false
  private waiting: { frame: VideoFrame | ImageBitmap; time_us: number } | null = null
  private answer: { ready(): void; failed(error: Error): void } | null = null

  constructor(private readonly listener: Listener) {
    this.worker.onmessage = ({ data }: MessageEvent<Said>) => this.hear(data)
    this.worker.onerror = (event) => this.hear({ kind: 'failed', message: event.message })
  }

  /** Load the runtime and the models, a few megabytes. */
  load(quality: Quality): Promise<void> {
    return new Promise((ready, failed) => {
      this.answer = { ready, failed }
      this.ask({ kind: 'load', folder: new URL(POSE_FOLDER, document.baseURI).href, quality })
    })
  }

  /** Look at a frame; it is closed here or in the worker. */
  look(frame: VideoFrame | ImageBitmap, time_us: number): void {
    this.waiting?.frame.close()
    this.waiting = { frame, time_us }
    if (!this.busy) this.lookAtNext()
  }

  stop(): void {
    this.waiting?.frame.close()
    this.waiting = null
    this.worker.terminate()
  }

  private lookAtNext(): void {
    const next = this.waiting
    this.waiting = null
    this.busy = next !== null
    if (next) this.ask({ kind: 'frame', ...next }, [next.frame])
  }

  private ask(message: Asked, handedOver: Transferable[] = []): void {
    this.worker.postMessage(message, handedOver)
  }

  private hear(said: Said): void {
    if (said.kind === 'poses') {
      this.lookAtNext()
      this.listener.onPoses(said)
      return
    }
    const answer = this.answer
    this.answer = null
    if (said.kind === 'ready') answer?.ready()
    else if (answer) answer.failed(new Error(said.message))
    else this.listener.onFailure(said.message)
  }
}
