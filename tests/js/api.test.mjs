import assert from "node:assert/strict";
import { test } from "node:test";
import { readBoundaries } from "../../assets/review/api.js";

const answer = (body, ok = true) => ({ ok, status: ok ? 200 : 404, json: async () => body });

test("rows that were asked for early are read once, and asked for again where they did not come", async () => {
  const asked = [];
  globalThis.fetch = async (path) => { asked.push(path); return answer({ version: 2 }); };
  globalThis.spkboundRows = Promise.resolve(answer({ version: 1 }));
  assert.deepEqual(await readBoundaries(null, null), { version: 1 });
  assert.deepEqual(asked, []);
  assert.deepEqual(await readBoundaries(null, null), { version: 2 });
  for (const lost of [null, answer({ error: "detect first" }, false)]) {
    globalThis.spkboundRows = Promise.resolve(lost);
    assert.deepEqual(await readBoundaries(null, null), { version: 2 });
  }
  assert.deepEqual(asked, ["x/boundaries?", "x/boundaries?", "x/boundaries?"]);
});

test("what happened since is never what was asked for early", async () => {
  globalThis.fetch = async (path) => answer({ path });
  globalThis.spkboundRows = Promise.resolve(answer({ version: 1 }));
  assert.deepEqual(await readBoundaries({ version: 1, detectionId: "d" }, 5), { path: "x/boundaries?since=1&detection_id=d&at=5" });
});
