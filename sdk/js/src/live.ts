/** Live streams: frames go out over a WebSocket while states and trials come back. */
import { KinemotionClientError, ServiceUnreachable, WaitTimeout } from "./errors.ts";

export type Codec = "jpeg" | "h264" | "rgb" | "landmarks";
/** A message of the service. */
export type LiveMessage = { type: string } & Record<string, unknown>;

/** Functions that are called with each message of the service. */
export interface Callbacks {
  /** Phase and height so far of each person. */
  onState?: (message: LiveMessage) => void;
  /** A trial, provisional (`final` is false) or final. */
  onTrial?: (message: LiveMessage) => void;
  /** How many frames were left out to keep up. */
  onDropped?: (message: LiveMessage) => void;
}

export interface StreamSettings {
  quality?: "fast" | "balanced" | "accurate";
  options?: Record<string, boolean | number | string>;
  athlete?: Record<string, number | string>;
  /** Of a stream whose connection was lost: it goes on. */
  resume_token?: string;
}

const VERSION = 1;
/** How long to wait for the first message: a service may need 60 s to start an engine. */
const READY_MS = 90_000;
const HEADER_BYTES = 16;
const CODECS: Record<Codec, number> = { jpeg: 2, h264: 3, rgb: 4, landmarks: 5 };

/** Return a binary message: a header, then the frame. */
export function encodeFrame(frame: Uint8Array, at: { codec: Codec; sequence: number; timeUs: number }): ArrayBuffer {
  const message = new ArrayBuffer(HEADER_BYTES + frame.byteLength);
  const header = new DataView(message);
  header.setUint8(0, VERSION);
  header.setUint8(1, CODECS[at.codec]);
  header.setUint32(4, at.sequence, true);
  header.setBigInt64(8, BigInt(Math.round(at.timeUs)), true);
  new Uint8Array(message, HEADER_BYTES).set(frame);
  return message;
}

class Later<Value> {
  resolve!: (value: Value) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<Value>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => {}); // who waits for it gets the error; who does not must not be ended by it
  }

  /** Give up after a time. */
  limit(afterMs: number, message: string): void {
    const timer = setTimeout(() => this.reject(new WaitTimeout(message)), afterMs);
    const stop = () => clearTimeout(timer);
    this.promise.then(stop, stop);
  }
}

/** A stream that is open. */
export class LiveStream {
  readonly #socket: WebSocket;
  readonly #callbacks: Callbacks;
  readonly #opened = new Later<LiveMessage>();
  readonly #ended = new Later<LiveMessage>();
  #last: LiveMessage = { type: "" };
  #sequence = 0;

  constructor(socket: WebSocket, opening: Record<string, unknown>, callbacks: Callbacks) {
    this.#socket = socket;
    this.#callbacks = callbacks;
    socket.onopen = () => socket.send(JSON.stringify({ type: "open", ...opening }));
    socket.onmessage = (event) => this.#hear(JSON.parse(String(event.data)) as LiveMessage);
    socket.onclose = () => this.#end();
    this.#opened.limit(READY_MS, `The stream has not begun within ${READY_MS / 1000} s.`);
  }

  /** What the service says first: `stream_id`, `resume_token`, `limits`. */
  get ready(): Promise<LiveMessage> {
    return this.#opened.promise;
  }

  /** Send a frame with the time when it was taken, which rises from frame to frame. */
  send(frame: Uint8Array, timeMs: number, codec: Codec = "jpeg"): void {
    this.#socket.send(encodeFrame(frame, { codec, sequence: this.#sequence++, timeUs: 1000 * timeMs }));
  }

  /**
   * End the stream and return the last message: `result`, `frames`, `received`, `dropped`.
   * Throws WaitTimeout where it has not come in time.
   */
  finish({ timeoutMs = 60_000 } = {}): Promise<LiveMessage> {
    if (this.#socket.readyState === 1) this.#socket.send(JSON.stringify({ type: "close" }));
    this.#ended.limit(timeoutMs, `The result has not come within ${timeoutMs / 1000} s.`);
    return this.#ended.promise;
  }

  /** Leave the stream without its result. */
  close(): void {
    this.#socket.close(1000);
  }

  #hear(message: LiveMessage): void {
    this.#last = message;
    const { onState, onTrial, onDropped } = this.#callbacks;
    if (message.type === "ready") this.#opened.resolve(message);
    else if (message.type === "state") onState?.(message);
    else if (message.type === "metric_update") onTrial?.(message);
    else if (message.type === "dropped") onDropped?.(message);
    else if (message.type === "analysis_complete") this.#ended.resolve(message);
  }

  #end(): void {
    const error =
      this.#last.type === "error"
        ? new KinemotionClientError(`${this.#last.code}`, `${this.#last.message}`, `${this.#last.hint ?? ""}`)
        : this.#last.type === ""
          ? new ServiceUnreachable("The service refused the stream, or cannot be reached.", "Check baseUrl and the key.")
          : new KinemotionClientError("stream_ended", "The stream ended without a result.");
    this.#opened.reject(error);
    this.#ended.reject(error);
  }
}
