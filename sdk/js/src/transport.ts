/** Sends requests: again where that may help, and with errors that say what to do. */
import { type KinemotionClientError, readRefusal, ServiceUnreachable } from "./errors.ts";
import { canRepeat, findWaitMs, type RetryPolicy, sleep } from "./retries.ts";

type Value = string | number | boolean | Date;
/** What is asked for in an address; several values of one name stay several. */
export type Query = Record<string, Value | readonly Value[] | undefined>;

/** One request. */
export interface Call {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Query;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  body?: BodyInit;
  /** Whether it may be sent again after a failure that leaves open whether it was done. Default: true. */
  isIdempotent?: boolean;
  signal?: AbortSignal | undefined;
}

export interface Connection {
  baseUrl: string;
  headers: Record<string, string>;
  timeoutMs: number;
  retry: RetryPolicy;
  fetch: typeof fetch;
}

const PAGE_SIZE = 100;

/** The connection to one service. */
export class Transport {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Return the answer. Throws ServiceUnreachable where none came, ApiError where the service refused. */
  async send(call: Call): Promise<Response> {
    for (let retries = 0; ; retries++) {
      try {
        return await this.#attempt(call);
      } catch (error) {
        call.signal?.throwIfAborted();
        const problem = error as KinemotionClientError;
        const waitMs = findWaitMs(this.#connection.retry, problem, retries);
        if (waitMs === null || !canRepeat(problem, call.isIdempotent ?? true)) throw error;
        await sleep(waitMs, call.signal);
      }
    }
  }

  /** Return the JSON of the answer. */
  async fetch<Model>(call: Call): Promise<Model> {
    return (await (await this.send(call)).json()) as Model;
  }

  /** Yield the items of page after page. */
  async *list<Item>(path: string, query: Query = {}): AsyncGenerator<Item, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.fetch<Page<Item>>({ path, query: { limit: PAGE_SIZE, ...query, cursor } });
      yield* page.items;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Return the address of a path. */
  locate(path: string, query: Query = {}): URL {
    const url = new URL(this.#connection.baseUrl.replace(/\/$/, "") + path);
    for (const [name, value] of Object.entries(query)) {
      const values: readonly Value[] = value === undefined ? [] : isList(value) ? value : [value];
      for (const item of values) url.searchParams.append(name, item instanceof Date ? item.toISOString() : `${item}`);
    }
    return url;
  }

  async #attempt(call: Call): Promise<Response> {
    const { headers, timeoutMs, fetch } = this.#connection;
    const timeout = AbortSignal.timeout(timeoutMs);
    const json: Record<string, string> = call.json === undefined ? {} : { "content-type": "application/json" };
    const options: RequestInit = {
      method: call.method ?? "GET",
      headers: { ...headers, ...json, ...call.headers },
      redirect: "error",
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
    };
    const body = call.json === undefined ? call.body : JSON.stringify(call.json);
    if (body !== undefined) options.body = body;
    const response = await fetch(this.locate(call.path, call.query), options).catch((cause: unknown) => {
      throw explain(cause, timeout.aborted, this.#connection.baseUrl);
    });
    if (response.ok) return response;
    throw await readRefusal(response);
  }
}

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

function isList(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

function explain(cause: unknown, isLate: boolean, baseUrl: string): ServiceUnreachable {
  const error = isLate
    ? new ServiceUnreachable("The service did not answer in time.", "Try again, or give a larger timeoutMs.")
    : new ServiceUnreachable(`The service at ${baseUrl} cannot be reached: ${cause}.`, "Does it run there? Check baseUrl and the network.");
  error.cause = cause;
  return error;
}
