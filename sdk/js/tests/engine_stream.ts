// A live stream of pictures against the service with the real engine: a folder of JPEG files, named by their time in ms.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KinemotionClient, type LiveMessage } from "../src/index.ts";

const LIMIT_MS = 100_000;
const [folder = ""] = process.argv.slice(2);
const client = new KinemotionClient({ baseUrl: process.env.KINEMOTION_URL ?? "" });
const trials: LiveMessage[] = [];
let hear = (): void => {};
const stream = client.streamAnalysis(
  "cmj",
  { onState: () => hear(), onTrial: (trial) => trials.push(trial) },
  { quality: "fast" },
);
await stream.ready;
for (const name of readdirSync(folder).sort()) {
  const looked = new Promise<void>((done) => (hear = done));
  stream.send(readFileSync(join(folder, name)), Number.parseFloat(name));
  // The engine drops a picture that comes before it has looked at the last one.
  const isLate = setTimeout(() => assert.fail(`no state came for ${name}`), LIMIT_MS);
  await looked;
  clearTimeout(isLate);
}
const { dropped } = await stream.finish();
assert.equal(dropped, 0);
assert.equal(trials.at(-1)?.final, true);
console.log(JSON.stringify(trials.at(-1)?.trial));
