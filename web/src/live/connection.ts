import { type Problem, storedKey } from '../api/http'
import type { Trial } from '../api/service'
import { type Codec, makeMessage } from './record'

/** What the service says while frames come. */
export interface LiveState {
  phase: string | null
  height_so_far_m: number | null
  contact_time_s: number | null
}

export interface LiveListener {
  onStatus(status: ConnectionStatus): void
  onState(state: LiveState): void
  onTrial(trial: Trial, final: boolean): void
  onDropped(frames: number): void
  onProblem(problem: Problem): void
  onClosed(): void
}

export type ConnectionStatus = 'connecting' | 'connected' | 'lost' | 'ended'

export interface LiveOpening {
  movement: string
  quality: string
  athlete: Record<string, number>
  /** The analysis that keeps the result, and knows movement and athlete; null where it is not kept. */
  analysisId: string | null
}

type LiveMessage =
  | { type: 'ready'; resume_token: string }
  | { type: 'state'; phase: string | null; height_so_far_m: number | null; people: { contact_time_s?: number | null }[] }
  | { type: 'metric_update'; trial: Trial; final: boolean }
  | { type: 'dropped'; frames: number }
  | { type: 'analysis_complete' }
  | { type: 'error'; code: string; message: string; hint: string; retryable: boolean }

/** Subprotocols: the service's own, and the only way in which a page can send its key. */
const PROTOCOL = 'kinemotion.v1'
const KEY_PROTOCOL = 'kinemotion.key.'
/** Close codes: the stream has ended; there is no such stream any more; from here on, the service's own refusals. */
const [DONE, NOT_FOUND, FIRST_REFUSAL] = [1000, 4404, 4400]
/** The service's own codes after which the stream can be resumed: another reader was too slow. */
const SLOW_READER = 4430
/** Seconds for which the service keeps a stream whose connection was lost. */
const RESUME_WITHIN_S = 30
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [300, 5000]
/** Bytes not yet sent from which a frame is left out: late is worse than missing. */
const FULL_BYTES = 500_000

/** A stream to the service that comes back by itself after a lost connection. */
export class LiveConnection {
  private socket: WebSocket | null = null
  private resumeToken = ''
  private lost_ms = 0
  private attempts = 0
  private isReady = false
  private seq = 0
  private ended = false
  private timer = 0

  constructor(
    private readonly opening: LiveOpening,
    private readonly listener: LiveListener,
  ) {
    this.connect()
  }

  /** Send the payload of one picture; one that would be late is left out, and the answer is false. */
  send(codec: Codec, time_us: number, payload: Uint8Array): boolean {
    const socket = this.socket
    if (this.ended || !this.isReady || socket?.readyState !== WebSocket.OPEN) return false
    if (socket.bufferedAmount > FULL_BYTES) {
      this.listener.onDropped(1)
      return false
    }
    socket.send(makeMessage(codec, { seq: this.seq++, time_us, payload }))
    return true
  }

  /** End the stream; the service measures what it has and says so. */
  close(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: 'close' }))
    else this.end()
  }

  private connect(): void {
    const { analysisId, ...opening } = this.opening
    const url = new URL(analysisId === null ? 'ws/analyze' : `api/v1/analyses/${analysisId}/stream`, document.baseURI)
    url.protocol = url.protocol.replace('http', 'ws')
    const key = storedKey()
    const socket = new WebSocket(url, key ? [PROTOCOL, `${KEY_PROTOCOL}${key}`] : [PROTOCOL])
    this.socket = socket
    this.listener.onStatus(this.attempts > 0 ? 'lost' : 'connecting')
    socket.onopen = () => {
      const asked = this.resumeToken ? { resume_token: this.resumeToken } : analysisId === null ? opening : {}
      socket.send(JSON.stringify({ type: 'open', ...asked }))
    }
    socket.onmessage = ({ data }: MessageEvent<string>) => this.hear(JSON.parse(data) as LiveMessage)
    socket.onclose = ({ code }) => this.lose(code)
  }

  private hear(message: LiveMessage): void {
    switch (message.type) {
      case 'ready':
        this.resumeToken = message.resume_token
        this.attempts = 0
        this.isReady = true
        this.listener.onStatus('connected')
        break
      case 'state': {
        const contact_time_s = message.people[0]?.contact_time_s ?? null
        this.listener.onState({ phase: message.phase, height_so_far_m: message.height_so_far_m, contact_time_s })
        break
      }
      case 'metric_update':
        this.listener.onTrial(message.trial, message.final)
        break
      case 'dropped':
        this.listener.onDropped(message.frames)
        break
      case 'analysis_complete':
        this.end()
        break
      case 'error':
        this.refuse(message)
    }
  }

  /** Say what went wrong; the close code that follows says whether to try again. */
  private refuse({ code, message, hint, retryable }: Extract<LiveMessage, { type: 'error' }>): void {
    if (code !== 'stream_not_found') this.listener.onProblem({ status: 0, code, title: message, detail: message, hint, retryable })
  }

  /** The connection is gone: try again, with longer and uneven waits, as long as the service keeps the stream. */
  private lose(code: number): void {
    this.isReady = false
    if (this.ended) return
    if (code === DONE || (code >= FIRST_REFUSAL && code !== NOT_FOUND && code !== SLOW_READER)) {
      this.end()
      return
    }
    if (code === NOT_FOUND) this.resumeToken = '' // the service has given the stream up: begin a new one
    this.lost_ms = this.attempts === 0 ? Date.now() : this.lost_ms
    if (Date.now() - this.lost_ms > 1000 * RESUME_WITHIN_S) this.resumeToken = ''
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts++)
    this.listener.onStatus('lost')
    this.timer = window.setTimeout(() => this.connect(), wait * (0.5 + Math.random()))
  }

  private end(): void {
    if (this.ended) return
    this.ended = true
    clearTimeout(this.timer)
    this.socket?.close()
    this.listener.onStatus('ended')
    this.listener.onClosed()
  }
}
