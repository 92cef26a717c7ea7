/** The client. */
import { AnalysisFailed, WaitTimeout } from "./errors.ts";
import type { Analysis, AnalysisInfo, Erased, Imported, MovementInfo, paths, Sports, UploadInfo, Usage } from "./openapi.ts";
import { type Callbacks, LiveStream, type StreamSettings } from "./live.ts";
import { Athletes, Keys, Sessions, Shares, Teams, Webhooks } from "./resources.ts";
import { DEFAULT_RETRY, type RetryPolicy, sleep } from "./retries.ts";
import { type Query, Transport } from "./transport.ts";
import { asBlob, upload, type UploadOptions, type Video } from "./uploads.ts";

type Routes = paths["/api/v1/analyses"];
type Body = Routes["post"]["requestBody"]["content"]["application/json"];

/** What may be asked of an analysis. */
export type AnalysisSettings = Partial<Omit<Body, "input">>;
/** A video that the service has: of an upload, or of an earlier analysis. */
export type StoredVideo = { upload_id: string } | { analysis_id: string };
/** Which analyses are wanted. */
export type AnalysisFilter = Omit<NonNullable<Routes["get"]["parameters"]["query"]>, "limit" | "cursor">;
/** A file of an analysis. */
export type FileName = "result.json" | "report.html" | "overlay.mp4" | "trajectories.csv" | "video";

export interface ClientOptions {
  /** The key of the account; none where the service needs none. */
  apiKey?: string;
  /** Where the service is. Default: where the page comes from, else this machine. */
  baseUrl?: string;
  /** How long a request may take, in ms. */
  timeoutMs?: number;
  /** When a failed request is sent again. */
  retry?: Partial<RetryPolicy>;
  /** In place of the global `WebSocket`, which Node has from version 22. */
  WebSocket?: new (url: string, protocols: string[]) => WebSocket;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

export interface CreateOptions extends UploadOptions {
  /** Sent again with the same key, the request is not done again. Default: a new one for each call. */
  idempotencyKey?: string;
}

export interface WaitOptions {
  timeoutMs?: number;
  /** Called with the analysis each time that the service was asked. */
  onProgress?: (analysis: AnalysisInfo) => void;
  signal?: AbortSignal;
}

const ANALYSES = "/api/v1/analyses";
const PROTOCOL = "kinemotion.v1";
/** A page cannot send a header with a WebSocket: the key is a subprotocol. */
const KEY_PROTOCOL = "kinemotion.key.";
const FIRST_POLL_MS = 200;
/** So that some waiting clients stay below 60 requests a minute. */
const LONGEST_POLL_MS = 5000;
const LOCAL_URL = "http://127.0.0.1:8080";

/** A client of one Kinemotion service, for one account. */
export class KinemotionClient {
  readonly athletes: Athletes;
  readonly teams: Teams;
  readonly sessions: Sessions;
  readonly shares: Shares;
  readonly webhooks: Webhooks;
  readonly keys: Keys;
  readonly #transport: Transport;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#transport = new Transport({
      baseUrl: options.baseUrl ?? (typeof location === "undefined" ? LOCAL_URL : location.origin),
      headers: options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {},
      timeoutMs: options.timeoutMs ?? 60_000,
      retry: { ...DEFAULT_RETRY, ...options.retry },
      fetch: options.fetch ?? fetch.bind(globalThis),
    });
    this.athletes = new Athletes(this.#transport);
    this.teams = new Teams(this.#transport);
    this.sessions = new Sessions(this.#transport);
    this.shares = new Shares(this.#transport);
    this.webhooks = new Webhooks(this.#transport);
    this.keys = new Keys(this.#transport);
  }

  /**
   * Send a video and ask for its analysis, which runs in the background. With `onProgress` the video is sent in pieces.
   *
   * @param video a file, its bytes, or `{upload_id}` or `{analysis_id}` for one that the service has
   */
  async createAnalysis(
    video: Video | StoredVideo,
    settings: AnalysisSettings = {},
    options: CreateOptions = {},
  ): Promise<AnalysisInfo> {
    const headers = { "idempotency-key": options.idempotencyKey ?? crypto.randomUUID() };
    const wanted = { sport_type: "cmj", ...settings };
    const request = { method: "POST", path: ANALYSES, headers, signal: options.signal } as const;
    if (!isStored(video) && !options.onProgress) {
      return this.#transport.fetch({ ...request, body: makeForm(video, wanted) });
    }
    const input = isStored(video) ? video : { upload_id: (await this.upload(video, options)).upload_id };
    return this.#transport.fetch({ ...request, json: { ...wanted, input } });
  }

  /** Send a video in pieces; a broken connection goes on where it stopped. */
  upload(video: Video, options: UploadOptions = {}): Promise<UploadInfo> {
    return upload(this.#transport, video, options);
  }

  /** Return an analysis as it is now. */
  getAnalysis(analysisId: string): Promise<AnalysisInfo> {
    return this.#transport.fetch({ path: `${ANALYSES}/${analysisId}` });
  }

  /**
   * Return the analysis when it has its result.
   *
   * @throws AnalysisFailed where it ended without one, WaitTimeout where it has not ended in time
   */
  async wait(analysisId: string, options: WaitOptions = {}): Promise<AnalysisInfo> {
    const { timeoutMs = 600_000, onProgress, signal } = options;
    const deadline = performance.now() + timeoutMs;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(LONGEST_POLL_MS, pollMs * 1.5)) {
      const analysis = await this.getAnalysis(analysisId);
      onProgress?.(analysis);
      if (hasEnded(analysis)) return analysis;
      if (performance.now() + pollMs > deadline) {
        throw new WaitTimeout(`The analysis is still ${analysis.status} after ${timeoutMs / 1000} s.`);
      }
      await sleep(pollMs, signal);
    }
  }

  /** Yield the analyses, the newest first. */
  list(filter: AnalysisFilter = {}): AsyncGenerator<AnalysisInfo> {
    return this.#transport.list(ANALYSES, filter as Query);
  }

  /** Return the whole result: every trial with metrics, intervals, phases and events. */
  getResult(analysisId: string): Promise<Analysis> {
    return this.#transport.fetch({ path: `${ANALYSES}/${analysisId}/result.json` });
  }

  /** Return a file of an analysis. */
  async getFile(analysisId: string, name: FileName): Promise<Blob> {
    return (await this.#transport.send({ path: `${ANALYSES}/${analysisId}/${name}` })).blob();
  }

  /**
   * Open a live stream: send frames, and hear of states and trials through the callbacks.
   *
   * @param analysisId an analysis made for a live stream, whose result is kept; without it nothing is kept
   */
  streamAnalysis(
    sportType: string,
    callbacks: Callbacks = {},
    settings: StreamSettings & { analysisId?: string } = {},
  ): LiveStream {
    const { analysisId, ...asked } = settings;
    const url = this.#transport.locate(analysisId ? `${ANALYSES}/${analysisId}/stream` : "/ws/analyze");
    const Socket = this.#options.WebSocket ?? WebSocket;
    const key = this.#options.apiKey ? [`${KEY_PROTOCOL}${this.#options.apiKey}`] : [];
    const socket = new Socket(`${url}`.replace(/^http/, "ws"), [PROTOCOL, ...key]);
    return new LiveStream(socket, { movement: sportType, ...asked }, callbacks);
  }

  /** Cancel an analysis and delete its video, its results and its record. */
  delete(analysisId: string): Promise<Erased> {
    return this.#transport.fetch({ method: "DELETE", path: `${ANALYSES}/${analysisId}` });
  }

  /** Return the movements that the service measures, with their metrics and options. */
  async sports(): Promise<MovementInfo[]> {
    return (await this.#transport.fetch<Sports>({ path: "/api/v1/sports" })).sports;
  }

  /** Return what the account used, and what it may use. */
  usage(): Promise<Usage> {
    return this.#transport.fetch({ path: "/api/v1/usage" });
  }

  /** Return everything that the account keeps, without videos, as a zip file. */
  async exportEverything(): Promise<Blob> {
    return (await this.#transport.send({ path: "/api/v1/export" })).blob();
  }

  /** Add what an export holds, under new ids; athletes with a known external id are not added again. */
  importEverything(archive: Blob): Promise<Imported> {
    const headers = { "content-type": "application/zip" };
    return this.#transport.fetch({ method: "POST", path: "/api/v1/import", headers, body: archive, isIdempotent: false });
  }
}

function isStored(video: Video | StoredVideo): video is StoredVideo {
  return "upload_id" in video || "analysis_id" in video;
}

/** Return a form with a video; the fields come first, so that a wrong one is refused before the video is sent. */
function makeForm(video: Video, settings: AnalysisSettings): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined && value !== null) form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  form.set("video", asBlob(video), video instanceof File ? video.name : "video.mp4");
  return form;
}

function hasEnded(analysis: AnalysisInfo): boolean {
  if (analysis.status !== "failed" && analysis.status !== "cancelled") return analysis.status === "completed";
  const error = (analysis.error ?? {}) as Record<string, string>;
  throw new AnalysisFailed(analysis.analysis_id, {
    code: error.code ?? analysis.status,
    message: error.message ?? "The analysis was cancelled.",
    hint: error.hint ?? "",
  });
}
