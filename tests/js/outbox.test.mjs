import assert from "node:assert/strict";
import { test } from "node:test";
import { NotSent, Outbox } from "../../assets/review/outbox.js";
import { backOff, enqueue, nextBatch, settle } from "../../assets/review/outbox_core.js";

const item = (kind, index, more = {}) => ({ key: `${kind}-${index}-${Math.random()}`, kind, index, from: null, revision: 3, ...more });
const shift = (from, index, more) => item("shift", index, { from, ...more });
const sent = (items) => items.map((one) => ({ ...one, sent: true }));

test("shifts of one boundary become one, from its first place to its last", () => {
  let items = [];
  for (let i = 0; i < 30; i += 1) items = enqueue(items, shift(100 + i, 101 + i));
  assert.equal(items.length, 1);
  assert.deepEqual([items[0].from, items[0].index, items[0].revision], [100, 130, 3]);
});

test("a shift back to the start is no edit at all", () => {
  const items = enqueue(enqueue([], shift(100, 101)), shift(101, 100));
  assert.deepEqual(items, []);
});

test("a shift does not join one that was sent already, and waits for its revision", () => {
  const items = enqueue(sent(enqueue([], shift(100, 101))), shift(101, 102));
  assert.equal(items.length, 2);
  assert.equal(items[1].after, items[0].key);
  assert.equal(items[1].revision, null);
});

test("shifts of other boundaries in between do not matter", () => {
  const items = [shift(100, 101), shift(500, 501), shift(101, 102)].reduce(enqueue, []);
  assert.deepEqual(items.map((one) => [one.from, one.index]), [[100, 102], [500, 501]]);
});

test("a shift does not join across an undo", () => {
  const items = [shift(100, 101), item("undo", null), shift(101, 102)].reduce(enqueue, []);
  assert.equal(items.length, 3);
  assert.equal(items[2].after, items[1].key);
});

test("excluding an utterance has nothing to do with the boundary of the same index", () => {
  const items = [shift(100, 101), item("exclude", 101), item("approve", 101)].reduce(enqueue, []);
  assert.equal(items[1].after, null);
  assert.equal(items[2].after, items[0].key);
});

test("a batch holds no operation that waits for another of it, and a step goes alone", () => {
  const items = [shift(100, 101), item("approve", 700), item("approve", 101), item("undo", null), item("approve", 900)].reduce(enqueue, []);
  assert.deepEqual(nextBatch(items).map((one) => one.index), [101, 700]);
  assert.deepEqual(nextBatch(items.slice(3)).map((one) => one.kind), ["undo"]);
  assert.deepEqual(nextBatch([]), []);
});

test("after an answer the waiting operation learns the revision that stands there now", () => {
  const items = [shift(100, 101), item("approve", 101)].reduce(enqueue, []);
  const batch = nextBatch(items);
  const after = settle(items, batch, [{ key: batch[0].key, ok: true }], (index) => (index === 101 ? 8 : null));
  assert.deepEqual(after.refused, []);
  assert.deepEqual([after.items[0].kind, after.items[0].revision, after.items[0].after], ["approve", 8, null]);
});

test("what waited for a refused operation is refused along with it", () => {
  const items = [shift(100, 101), item("approve", 101), item("approve", 700)].reduce(enqueue, []);
  const batch = items.slice(0, 1);
  const { items: rest, refused } = settle(items, batch, [{ key: batch[0].key, ok: false, error: "changed" }], () => null);
  assert.deepEqual(rest.map((one) => one.index), [700]);
  assert.deepEqual(refused[0].along.map((one) => one.kind), ["approve"]);
});

test("waiting grows and ends at ten seconds", () => {
  assert.ok(backOff(1) < backOff(2));
  assert.equal(backOff(50), 10000);
});

/** A server that keeps what it took by key, and can be made to fail; memory of the kept items. */
function makeWorld({ fail = () => null } = {}) {
  const world = { requests: [], stored: new Map(), kept: [], answers: [], changes: 0 };
  world.outbox = new Outbox({
    async send(batch) {
      world.requests.push(batch);
      const failure = fail(world.requests.length, batch);
      if (failure?.before) throw failure.before;
      for (const one of batch) if (!world.stored.has(one.key)) world.stored.set(one.key, one);
      if (failure?.after) throw failure.after;
      return { results: batch.map(({ key }) => ({ key, ok: true })) };
    },
    storage: { load: async () => world.kept, save: async (items) => { world.kept = items; } },
    absorb() {},
    onAnswer: (found) => world.answers.push(found),
    onChange: () => { world.changes += 1; },
    revisionAt: () => 9,
    wait: () => new Promise((go) => setImmediate(go)),
  });
  world.quiet = async () => { while (world.outbox.pending()) await new Promise((go) => setImmediate(go)); };
  return world;
}

test("one request is in flight, and a burst of shifts arrives exact", async () => {
  const world = makeWorld();
  for (let i = 0; i < 30; i += 1) world.outbox.add({ kind: "shift", from: 100 + i, index: 101 + i, revision: 1 });
  await world.quiet();
  const all = [...world.stored.values()];
  assert.equal(all[0].from, 100);
  assert.equal(all.at(-1).index, 130);
  for (let i = 1; i < all.length; i += 1) assert.equal(all[i].from, all[i - 1].index);
  assert.ok(world.requests.length <= 3);
});

test("an answer that got lost is asked for again with the same key and stored once", async () => {
  const world = makeWorld({ fail: (n) => (n === 1 ? { after: new NotSent("offline", "cut off") } : null) });
  world.outbox.add({ kind: "approve", index: 5, revision: 1 });
  await world.quiet();
  assert.equal(world.requests.length, 2);
  assert.equal(world.requests[0][0].key, world.requests[1][0].key);
  assert.equal(world.stored.size, 1);
});

test("while the server is away edits are kept, said to be, and sent in order afterwards", async () => {
  const troubles = [];
  const world = makeWorld({ fail: (n) => (n < 4 ? { before: new NotSent("offline", "no answer") } : null) });
  world.outbox.onChange = () => troubles.push(world.outbox.trouble);
  world.outbox.add({ kind: "approve", index: 5, revision: 1 });
  world.outbox.add({ kind: "reject", index: 6, revision: 1 });
  assert.equal(world.kept.length, 2);
  await world.quiet();
  assert.ok(troubles.includes("offline"));
  assert.equal(world.outbox.trouble, null);
  assert.deepEqual([...world.stored.values()].map((one) => one.index), [5, 6]);
  assert.equal(world.kept.length, 0);
});

test("a session that ended keeps the edits and says so", async () => {
  const troubles = new Set();
  const world = makeWorld({ fail: (n) => (n === 1 ? { before: new NotSent("signed-out", "401") } : null) });
  world.outbox.onChange = () => troubles.add(world.outbox.trouble);
  world.outbox.add({ kind: "approve", index: 5, revision: 1 });
  await world.quiet();
  assert.ok(troubles.has("signed-out"));
  assert.equal(world.stored.size, 1);
});

test("what an earlier page left behind is sent, and nothing joins it", async () => {
  const world = makeWorld();
  world.kept = [{ key: "old", kind: "shift", from: 10, index: 12, revision: 1, after: null, sent: false }];
  await world.outbox.open();
  world.outbox.add({ kind: "shift", from: 12, index: 13, revision: 1 });
  await world.quiet();
  assert.equal(world.stored.get("old").index, 12);
  assert.equal(world.stored.size, 2);
});

test("one operation that the server cannot read does not hold up the others", async () => {
  const world = makeWorld({ fail: (n, batch) => (batch.some((one) => one.index === -1) ? { before: new NotSent("refused", "index: too small") } : null) });
  world.outbox.items = [item("approve", 5), item("approve", -1), item("approve", 7)].reduce(enqueue, []);
  world.outbox.pump();
  await world.quiet();
  assert.deepEqual([...world.stored.values()].map((one) => one.index).sort(), [5, 7]);
  const refused = world.answers.flatMap((answer) => answer.refused);
  assert.equal(refused.length, 1);
  assert.equal(refused[0].result.error, "index: too small");
});

test("one step goes in one request, however many edits it has", () => {
  const step = Array.from({ length: 1200 }, (_, i) => item("approve", i + 1, { batch: "b" }));
  const items = [...step, item("approve", 5000)].reduce(enqueue, []);
  assert.equal(nextBatch(items).length, 1200);
  assert.equal(nextBatch(items, 1).length, 1);
});

test("a remark waits for nothing, and nothing waits for it", () => {
  const items = [item("approve", 100), item("comment", 100), item("dismiss", 100), item("reject", 100)].reduce(enqueue, []);
  assert.deepEqual(items.map((one) => one.after), [null, null, null, items[0].key]);
});
