/** Every failure: a code for programs, a message and a hint for people. */
import type { FieldProblem, Problem } from "./openapi.ts";

/** Anything that goes wrong. */
export class KinemotionClientError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint = "") {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }
}

/** No answer came from the service. */
export class ServiceUnreachable extends KinemotionClientError {
  constructor(message: string, hint: string) {
    super("service_unreachable", message, hint);
  }
}

/** The analysis has not ended in time, or the live stream has not answered. An analysis goes on; ask again later. */
export class WaitTimeout extends KinemotionClientError {
  constructor(message: string) {
    super("wait_timeout", message, "Ask again later.");
  }
}

/** The analysis ended without a result. */
export class AnalysisFailed extends KinemotionClientError {
  readonly analysisId: string;

  constructor(analysisId: string, error: { code: string; message: string; hint: string }) {
    super(error.code, error.message, error.hint);
    this.analysisId = analysisId;
  }
}

/** The message was changed, is too old, or is signed with another secret. */
export class InvalidWebhook extends KinemotionClientError {
  constructor(message: string) {
    super("invalid_webhook", message, "Answer with status 400.");
  }
}

/** The service refused. */
export class ApiError extends KinemotionClientError {
  readonly status: number;
  /** Fields that are not valid. */
  readonly fields: readonly FieldProblem[];
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;
  /** How long the service asks to wait; null where it does not say. */
  readonly retryAfterMs: number | null;
  /** Name of the request in the service's log. */
  readonly requestId: string | null;

  constructor(problem: Problem, headers: Headers) {
    super(problem.code, problem.detail, problem.hint ?? "");
    this.status = problem.status;
    this.fields = problem.errors ?? [];
    this.isRetryable = problem.retryable ?? false;
    this.retryAfterMs = readRetryAfterMs(headers);
    this.requestId = headers.get("x-request-id");
  }
}

/** The request or its video is not valid: 400, 413, 415, 422. */
export class InvalidRequest extends ApiError {}
/** The key is missing or not valid: 401. */
export class NotAuthenticated extends ApiError {}
/** The key may not do this: 403. */
export class NotAuthorized extends ApiError {}
/** There is no such thing, or no longer: 404, 410. */
export class NotFound extends ApiError {}
/** The present state does not allow it: 409, 412. */
export class Conflict extends ApiError {}
/** A limit is reached: 429. */
export class LimitReached extends ApiError {}
/** The service could not do it: 408 and 5xx. */
export class ServiceFailed extends ApiError {}

const KINDS: Record<number, typeof ApiError> = {
  401: NotAuthenticated,
  403: NotAuthorized,
  404: NotFound,
  408: ServiceFailed,
  409: Conflict,
  410: NotFound,
  412: Conflict,
  429: LimitReached,
};

/** Return the error of an answer that is none; one that is no problem document comes from a proxy in between. */
export async function readRefusal(response: Response): Promise<ApiError> {
  const status = response.status;
  const kind = KINDS[status] ?? (status >= 500 ? ServiceFailed : InvalidRequest);
  return new kind(await readProblem(response), response.headers);
}

async function readProblem(response: Response): Promise<Problem> {
  const { status } = response;
  const fallback = { title: "", status, code: `http_${status}`, detail: `The answer has status ${status}.` };
  const found: unknown = await response.json().catch(() => null);
  const isProblem = typeof found === "object" && found !== null && "code" in found && "detail" in found;
  return (isProblem ? { ...fallback, ...found } : fallback) as Problem;
}

function readRetryAfterMs(headers: Headers): number | null {
  const seconds = Number.parseFloat(headers.get("retry-after") ?? "");
  return Number.isNaN(seconds) ? null : Math.max(0, 1000 * seconds);
}
