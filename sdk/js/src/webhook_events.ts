/** Messages that the service sends to a webhook: verified, then read. */
import { InvalidWebhook } from "./errors.ts";

/** What happened. */
export interface WebhookEvent {
  /** The same each time that the message is sent: what was seen before need not be done again. */
  id: string;
  /** Such as `analysis.completed`. */
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

type HeaderBag = Headers | Record<string, string | string[] | undefined>;

const TOLERANCE_S = 300;
const PREFIX = "whsec_";

/**
 * Return the event of a message.
 *
 * @param body the message as it came, byte for byte
 * @throws InvalidWebhook where the message was changed, is older than five minutes, or is signed with another secret
 */
export async function verifyWebhook(
  body: string | Uint8Array<ArrayBuffer>,
  headers: HeaderBag,
  secret: string,
): Promise<WebhookEvent> {
  const bag = headers instanceof Headers ? headers : toHeaders(headers);
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => bag.get(name));
  if (!id || !timestamp || !signatures) throw new InvalidWebhook("The message has no signature.");
  const ageS = Date.now() / 1000 - Number(timestamp);
  if (!(Math.abs(ageS) <= TOLERANCE_S)) throw new InvalidWebhook("The message is too old, or a clock is wrong.");
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const key = await importKey(secret);
  for (const signature of signatures.split(" ")) {
    const [version, value] = signature.split(",", 2);
    if (version === "v1" && value && (await crypto.subtle.verify("HMAC", key, decodeBase64(value), signed))) {
      return { ...(JSON.parse(text) as Omit<WebhookEvent, "id">), id };
    }
  }
  throw new InvalidWebhook("The message was changed, or another secret signed it.");
}

function toHeaders(bag: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(bag)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(" ") : value);
  }
  return headers;
}

function importKey(secret: string): Promise<CryptoKey> {
  const bytes = decodeBase64(secret.replace(PREFIX, ""));
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new InvalidWebhook("A signature or the secret is not base64.");
  }
}
