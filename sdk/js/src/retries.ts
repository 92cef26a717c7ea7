/** When a request is sent again, and after how long. */
import { ApiError, type KinemotionClientError } from "./errors.ts";

/**
 * How often and when a request is sent again.
 *
 * The wait is drawn at random between 0 and a limit that doubles each time. Where the service names a time
 * (`Retry-After`), it is that time and the random part.
 */
export interface RetryPolicy {
  mostRetries: number;
  firstWaitMs: number;
  /** A service that asks for a longer wait than this is not asked again. */
  longestWaitMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { mostRetries: 4, firstWaitMs: 500, longestWaitMs: 20_000 };

const PASSING = new Set([429, 502, 503, 504]);

/** Return how long to wait before the next attempt, in ms; null where there is none. */
export function findWaitMs(policy: RetryPolicy, error: KinemotionClientError, retries: number): number | null {
  const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  if (retries >= policy.mostRetries || asked > policy.longestWaitMs) return null;
  return asked + Math.random() * Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** retries);
}

/** Whether sending the request again may help and can do no harm. */
export function canRepeat(error: KinemotionClientError, isIdempotent: boolean): boolean {
  if (!(error instanceof ApiError)) return isIdempotent;
  return (error.isRetryable || PASSING.has(error.status)) && (isIdempotent || error.status === 429);
}

/** Wait; an abort ends it. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
