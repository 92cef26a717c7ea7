// Against a running service that answers with the contract's examples: KINEMOTION_URL says where.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { AnalysisFailed, InvalidRequest, KinemotionClient, NotFound, verifyWebhook, WaitTimeout } from "../src/index.ts";
import type { AnalysisInfo } from "../src/index.ts";

const baseUrl = process.env.KINEMOTION_URL ?? "";
const client = new KinemotionClient({ baseUrl, retry: { firstWaitMs: 10 } });

/** A video that the service has not seen: one that it knows gets the analysis that it had before. */
function newVideo(length = 0): Blob {
  return new Blob(["\0\0\0\x20ftypisom", JSON.stringify({ name: crypto.randomUUID() }), new Uint8Array(length)]);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test("a video becomes numbers", async () => {
  const seen: AnalysisInfo[] = [];
  const created = await client.createAnalysis(newVideo(), { sport_type: "cmj", config: { mass_kg: 72 } });
  const ended = await client.wait(created.analysis_id, { onProgress: (analysis) => seen.push(analysis) });
  assert.deepEqual(seen.at(-1), ended);
  assert.deepEqual(ended.config, { mass_kg: 72 });
  const result = await client.getResult(created.analysis_id);
  assert.ok((result.data.jump_height_m ?? 0) > 0.1);
  assert.equal(result.movement, "cmj");
  const file = await client.getFile(created.analysis_id, "result.json");
  assert.deepEqual(JSON.parse(await file.text()), result);
});

test("a large video is sent in pieces, with progress", async () => {
  const video = newVideo(1_500_000);
  const parts: [number, number][] = [];
  const onProgress = (done: number, total: number) => parts.push([done, total]);
  const created = await client.createAnalysis(video, { sport_type: "sj" }, { onProgress });
  assert.deepEqual(parts.at(-1), [video.size, video.size]);
  assert.ok(parts.length > 3);
  const again = await client.createAnalysis({ analysis_id: created.analysis_id }, { sport_type: "cmj" });
  assert.equal((await client.wait(again.analysis_id)).sport_type, "cmj");
});

test("a piece that arrived without an answer is not sent twice", async () => {
  const video = newVideo(600_000);
  let lost = 0;
  const unlucky: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (init?.method === "PATCH" && lost++ === 0) throw new TypeError("connection lost");
    return response;
  };
  const shaky = new KinemotionClient({ baseUrl, fetch: unlucky, retry: { firstWaitMs: 0 } });
  const made = await shaky.upload(video);
  assert.equal(made.received_bytes, video.size);
  assert.equal(made.status, "complete");
});

test("the same key brings the same analysis", async () => {
  const video = newVideo();
  const idempotencyKey = crypto.randomUUID();
  const first = await client.createAnalysis(video, {}, { idempotencyKey });
  assert.equal((await client.createAnalysis(video, {}, { idempotencyKey })).analysis_id, first.analysis_id);
  await assert.rejects(client.createAnalysis(video, { sport_type: "sj" }, { idempotencyKey }), InvalidRequest);
});

test("analyses are listed, and gone when deleted", async () => {
  const { analysis_id } = await client.createAnalysis(newVideo(), { sport_type: "rj" });
  assert.equal((await collect(client.list({ sport_type: "rj" })))[0]?.analysis_id, analysis_id);
  await client.delete(analysis_id);
  await assert.rejects(client.getAnalysis(analysis_id), (error) => {
    assert.ok(error instanceof NotFound && error.requestId);
    assert.deepEqual([error.status, error.code, error.name], [404, "analysis_not_found", "NotFound"]);
    return true;
  });
});

test("a refusal says which field is wrong", async () => {
  await assert.rejects(client.createAnalysis(newVideo(), { config: { mass_kg: "heavy" } }), (error) => {
    assert.ok(error instanceof InvalidRequest);
    assert.ok(error.fields.some((fault) => fault.field === "mass_kg"));
    return true;
  });
});

test("an analysis that was cancelled is an error, and waiting ends", async () => {
  const queued = { analysis_id: "ana_1", status: "queued" };
  const slow = new KinemotionClient({ baseUrl, fetch: async () => Response.json(queued) });
  await assert.rejects(slow.wait("ana_1", { timeoutMs: 0 }), WaitTimeout);
  const failed = { ...queued, status: "failed", error: { code: "nobody_visible", message: "Nobody.", hint: "Film." } };
  const refused = new KinemotionClient({ baseUrl, fetch: async () => Response.json(failed) });
  await assert.rejects(refused.wait("ana_1"), (error) => {
    assert.ok(error instanceof AnalysisFailed);
    assert.deepEqual([error.code, error.hint, error.analysisId], ["nobody_visible", "Film.", "ana_1"]);
    return true;
  });
});

test("athletes, teams and sessions are kept", async () => {
  const athlete = await client.athletes.create({ name: "Ana", mass_kg: 61.5 });
  const id = athlete.athlete_id;
  assert.equal((await client.athletes.replace(id, { name: "Ana", mass_kg: 62 })).mass_kg, 62);
  assert.equal((await client.athletes.giveConsent(id, "a parent")).consented_by, "a parent");
  const team = await client.teams.create("U18");
  await client.teams.add(team.team_id, id);
  assert.deepEqual(await collect(client.athletes.list({ team_id: team.team_id })), [await client.athletes.get(id)]);
  const days = ["2026-11-06", "2026-11-13"];
  const sessions = await Promise.all(
    days.map((held_on) => client.sessions.create({ title: "Test", held_on, team_id: team.team_id })),
  );
  for (const [place, { session_id }] of sessions.entries()) {
    const settings = { athlete_id: id, session_id, recorded_on: days[place] ?? null };
    await client.wait((await client.createAnalysis(newVideo(), settings)).analysis_id);
  }
  const [trend] = await client.athletes.listTrends(id, { metric: "jump_height_m" });
  assert.deepEqual(trend?.days.map((day) => day.date), days);
  const [first, second] = await collect(client.sessions.list({ team_id: team.team_id }));
  assert.ok(first && second);
  const wanted = { sport_type: "cmj", session_ids: [first.session_id, second.session_id] as [string, string] };
  const contrasts = await client.athletes.compareSessions(id, wanted);
  assert.equal(contrasts.find((contrast) => contrast.metric === "jump_height_m")?.difference, 0);
  const { entries } = await client.sessions.getResults(first.session_id);
  assert.deepEqual(entries.map(({ sport_type, results }) => [sport_type, results]), [["cmj", 1]]);
  await client.sessions.delete(first.session_id);
  await client.teams.remove(team.team_id, id);
  await client.teams.delete(team.team_id);
  assert.ok(!(await collect(client.teams.list())).some((known) => known.team_id === team.team_id));
  assert.ok((await client.athletes.withdrawConsent(id)).consent_withdrawn_at);
  assert.equal((await client.athletes.erase(id)).athlete_id, id);
});

test("a result is shared by a link until it is revoked", async () => {
  const { analysis_id } = await client.wait((await client.createAnalysis(newVideo())).analysis_id);
  const link = await client.shares.create(analysis_id, { expires_in_s: 3600 });
  assert.deepEqual((await client.shares.list(analysis_id)).map((known) => known.share_id), [link.share_id]);
  assert.deepEqual((await client.shares.open(link.token)).result, (await client.getAnalysis(analysis_id)).result);
  await client.shares.revoke(analysis_id, link.share_id);
  await assert.rejects(client.shares.open(link.token), NotFound);
});

test("movements and usage are known", async () => {
  assert.ok((await client.sports()).some((sport) => sport.name === "cmj"));
  assert.ok((await client.usage()).analyses.used >= 0);
});

test("a webhook is told, and its messages are verified", async (context) => {
  const messages: { body: string; headers: Record<string, string | string[] | undefined> }[] = [];
  let told = () => {};
  const receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      messages.push({ body, headers: request.headers });
      response.writeHead(204).end();
      told();
    });
  });
  context.after(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  const webhook = await client.webhooks.register({ url: `http://127.0.0.1:${port}/hook`, sport_types: ["running"] });
  const first = new Promise<void>((resolve) => (told = resolve));
  const { analysis_id } = await client.createAnalysis(newVideo(), { sport_type: "running" });
  await first;
  const [message] = messages;
  assert.ok(message);
  const event = await verifyWebhook(message.body, message.headers, webhook.secret);
  assert.deepEqual([event.type, event.data.analysis_id], ["analysis.completed", analysis_id]);
  await assert.rejects(verifyWebhook(`${message.body} `, message.headers, webhook.secret), { code: "invalid_webhook" });
  await assert.rejects(verifyWebhook(message.body, {}, webhook.secret), { code: "invalid_webhook" });
  const late = { ...message.headers, "webhook-timestamp": "1700000000" };
  await assert.rejects(verifyWebhook(message.body, late, webhook.secret), /too old/);
  const renewed = await client.webhooks.rotateSecret(webhook.webhook_id);
  await assert.rejects(verifyWebhook(message.body, message.headers, renewed.secret), /another secret/);
  const [delivery] = await collect(client.webhooks.listDeliveries(webhook.webhook_id));
  assert.ok(delivery);
  assert.equal((await client.webhooks.getDelivery(delivery.delivery_id)).event_id, event.id);
  const second = new Promise<void>((resolve) => (told = resolve));
  await client.webhooks.redeliver(delivery.delivery_id);
  await second;
  const test = new Promise<void>((resolve) => (told = resolve));
  await client.webhooks.sendTest(webhook.webhook_id);
  await test;
  const last = messages.at(-1);
  assert.ok(last);
  assert.equal((await verifyWebhook(last.body, last.headers, renewed.secret)).type, "webhook.test");
  assert.ok((await client.webhooks.enable(webhook.webhook_id)).is_active);
  assert.equal((await client.webhooks.get(webhook.webhook_id)).url, webhook.url);
  assert.ok((await client.webhooks.list()).length > 0);
  await client.webhooks.delete(webhook.webhook_id);
});

test("a key is made and revoked; everything is exported and imported", async () => {
  const { key_id } = await client.keys.create({ name: "Tablet", scopes: ["analyses:read"] });
  await client.keys.revoke(key_id);
  const found = (await client.keys.list()).find((key) => key.key_id === key_id);
  assert.ok(found?.revoked_at);
  await client.athletes.create({ name: "Zoe" });
  const brought = await client.importEverything(await client.exportEverything());
  assert.ok(brought.athletes >= 1);
});
