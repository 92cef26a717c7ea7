// Live streams, with a socket that answers as the service does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KinemotionClient } from "../src/index.ts";

class Socket {
  static made: Socket[] = [];
  readyState = 1;
  sent: unknown[] = [];
  onopen = () => {};
  onmessage = (_event: { data: string }) => {};
  onclose = () => {};
  url: string;
  protocols: string[];

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
    Socket.made.push(this);
  }

  send(message: unknown): void {
    this.sent.push(message);
  }

  close(): void {
    this.onclose();
  }

  say(message: unknown): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

function open(analysisId?: string) {
  const WebSocket = Socket as unknown as new (url: string, protocols: string[]) => WebSocket;
  const client = new KinemotionClient({ baseUrl: "https://h", apiKey: "kin", WebSocket });
  const heard: string[] = [];
  const note = (message: { type: string }) => heard.push(message.type);
  const settings = analysisId ? { analysisId } : { athlete: { mass_kg: 72 } };
  const stream = client.streamAnalysis("cmj", { onState: note, onTrial: note, onDropped: note }, settings);
  const socket = Socket.made.at(-1);
  assert.ok(socket);
  socket.onopen();
  return { stream, socket, heard };
}

test("frames go out, and states, trials and the result come back", async () => {
  const { stream, socket, heard } = open();
  assert.equal(socket.url, "wss://h/ws/analyze");
  assert.deepEqual(socket.protocols, ["kinemotion.v1", "kinemotion.key.kin"]);
  assert.deepEqual(JSON.parse(String(socket.sent[0])), { type: "open", movement: "cmj", athlete: { mass_kg: 72 } });
  socket.say({ type: "ready", resume_token: "token" });
  assert.equal((await stream.ready).resume_token, "token");
  stream.send(new Uint8Array([7, 8]), 500.5, "landmarks");
  const frame = Buffer.from(socket.sent[1] as ArrayBuffer);
  assert.equal(frame.toString("hex"), "0105000000000000" + "14a3070000000000" + "0708");
  for (const type of ["state", "metric_update", "dropped"]) socket.say({ type });
  assert.deepEqual(heard, ["state", "metric_update", "dropped"]);
  const result = stream.finish();
  socket.say({ type: "analysis_complete", result: { a: 1 } });
  socket.close();
  assert.deepEqual((await result).result, { a: 1 });
});

test("a stream that is refused says why", async () => {
  const { stream, socket } = open("ana_1");
  assert.equal(socket.url, "wss://h/api/v1/analyses/ana_1/stream");
  socket.say({ type: "error", code: "unknown_movement", message: "No such movement.", hint: "Choose another." });
  socket.close();
  await assert.rejects(stream.ready, { code: "unknown_movement", hint: "Choose another." });
  await assert.rejects(stream.finish(), { code: "unknown_movement" });
});

test("a result that does not come is given up", async () => {
  const { stream, socket } = open();
  socket.say({ type: "ready", resume_token: "token" });
  await assert.rejects(stream.finish({ timeoutMs: 1 }), { code: "wait_timeout" });
});

test("a connection that never opened is an error", async () => {
  const { stream, socket } = open();
  socket.close();
  await assert.rejects(stream.ready, { code: "service_unreachable" });
});
