import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { BoundaryStore } from "../../assets/review/store.js";
import { Sync } from "../../assets/review/sync.js";

test("what others did is asked for every two seconds while somebody looks, and else not", async () => {
  let [nAsked, isLookedAt] = [0, true];
  mock.method(globalThis, "fetch", async () => { nAsked += 1; throw new TypeError("no network"); });
  mock.timers.enable({ apis: ["setInterval"] });
  const sync = new Sync(new BoundaryStore(), "p:me", { changed() {}, at: () => null });
  sync.poll(() => isLookedAt);
  const after = async (ms) => {
    mock.timers.tick(ms);
    await new Promise(setImmediate);
    return nAsked;
  };
  assert.deepEqual([await after(1999), await after(1), await after(2000), await after(2000)], [0, 1, 2, 3]);
  isLookedAt = false;
  assert.equal(await after(4000), 3);
  mock.restoreAll();
  mock.timers.reset();
});
