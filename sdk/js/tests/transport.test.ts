// What is sent again and what is not, with a fetch that answers as it is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, Conflict, KinemotionClient, LimitReached, NotAuthorized, ServiceUnreachable } from "../src/index.ts";

const EMPTY = { items: [], next_cursor: null };
const LOST = 0;

/** A client whose requests get these statuses one after the other, then the last one; and what was asked. */
function scripted(statuses: number[], headers: Record<string, string> = {}) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const answer: typeof fetch = async (input, init) => {
    asked.push({ url: `${input}`, init });
    const status = statuses[Math.min(asked.length, statuses.length) - 1] ?? 200;
    if (status === LOST) throw new TypeError("connection lost");
    return Response.json(EMPTY, { status, headers });
  };
  const retry = { firstWaitMs: 0, mostRetries: 3 };
  return { asked, client: new KinemotionClient({ apiKey: "key", baseUrl: "http://h/", fetch: answer, retry }) };
}

async function ask(client: KinemotionClient): Promise<void> {
  for await (const _ of client.list({ status: "completed" }));
}

for (const passing of [429, 502, 503, 504, LOST]) {
  test(`${passing || "a lost connection"} passes: the request is sent again`, async () => {
    const { asked, client } = scripted([passing, passing, 200]);
    await ask(client);
    assert.equal(asked.length, 3);
    assert.equal(asked[0]?.url, "http://h/api/v1/analyses?limit=100&status=completed");
    assert.equal((asked[0]?.init?.headers as Record<string, string>).authorization, "Bearer key");
  });
}

for (const [lasting, kind] of [[403, NotAuthorized], [409, Conflict], [500, ApiError]] as const) {
  test(`${lasting} lasts: the request is not sent again`, async () => {
    const { asked, client } = scripted([lasting, 200]);
    await assert.rejects(ask(client), kind);
    assert.equal(asked.length, 1);
  });
}

test("trying again ends", async () => {
  const { asked, client } = scripted([503]);
  await assert.rejects(ask(client), { code: "http_503" });
  assert.equal(asked.length, 4);
});

test("a service that asks for an hour is not asked again", async () => {
  const { asked, client } = scripted([429], { "retry-after": "3600" });
  await assert.rejects(ask(client), (error) => error instanceof LimitReached && error.retryAfterMs === 3_600_000);
  assert.equal(asked.length, 1);
});

for (const unclear of [502, LOST]) {
  test(`what may be done already is not done twice (${unclear})`, async () => {
    const { asked, client } = scripted([unclear, 201]);
    await assert.rejects(client.athletes.create({ name: "Ana" }));
    assert.equal(asked.length, 1);
  });
}

test("a video is sent each time under one key", async () => {
  const { asked, client } = scripted([503, LOST, 200]);
  await client.createAnalysis(new Uint8Array(3));
  const keys = asked.map(({ init }) => (init?.headers as Record<string, string>)["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.equal(((asked[2]?.init?.body as FormData).get("video") as Blob).size, 3);
});

test("a silent service is given up", async () => {
  const silent: typeof fetch = (_input, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  const client = new KinemotionClient({ baseUrl: "http://h", fetch: silent, timeoutMs: 5, retry: { mostRetries: 0 } });
  await assert.rejects(client.usage(), (error) => error instanceof ServiceUnreachable && /in time/.test(error.message));
});

test("an abort ends waiting at once", async () => {
  const stop = new AbortController();
  const queued = { analysis_id: "ana_1", status: "queued" };
  const client = new KinemotionClient({ baseUrl: "http://h", fetch: async () => Response.json(queued) });
  await assert.rejects(client.wait("ana_1", { signal: stop.signal, onProgress: () => stop.abort() }), { name: "AbortError" });
});
