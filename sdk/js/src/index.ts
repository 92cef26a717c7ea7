/** Client of a Kinemotion service for browsers and Node. */
export * from "./client.ts";
export * from "./errors.ts";
export type { Callbacks, Codec, LiveMessage, LiveStream, StreamSettings } from "./live.ts";
export type * from "./openapi.ts";
export type { Athletes, Keys, Sessions, Shares, Teams, Webhooks } from "./resources.ts";
export type { RetryPolicy } from "./retries.ts";
export type { Progress, UploadOptions, Video } from "./uploads.ts";
export { verifyWebhook, type WebhookEvent } from "./webhook_events.ts";
