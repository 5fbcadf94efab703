import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryStore } from "../../assets/review/store.js";

const row = (index, more = {}) => ({ index, state: "undecided", probability: 0.9, existence: 0.99, lo: index - 2, hi: index + 2, risk: 5, proposed: index, origin: null, user: "", at: "", revision: 0, warnings: [], ...more });

function bodyOf(rows, version = 1, more = {}) {
  const columns = Object.fromEntries(Object.keys(row(1)).map((field) => [field, rows.map((one) => one[field])]));
  return { version, detection_id: "d", n_utterances: 1000, columns, excluded: [], ...more };
}

function storeWith(rows, version = 1) {
  const store = new BoundaryStore();
  store.user = "me";
  store.load(bodyOf(rows, version), []);
  return store;
}

test("an edit shows at once and stays until the server's answer says the same", () => {
  const store = storeWith([row(100), row(200)]);
  const pending = [{ kind: "shift", from: 100, index: 105 }, { kind: "approve", index: 105 }];
  for (const one of pending) store.apply(one);
  assert.equal(store.get(100), null);
  assert.deepEqual([store.get(105).state, store.get(105).origin, store.get(105).user], ["approved", 100, "me"]);
  store.absorb({ version: 3, removed: [100], changed: [row(105, { state: "approved", origin: 100, revision: 2 })] });
  store.replay([]);
  assert.equal(store.get(105).state, "approved");
  assert.equal(store.revisionAt(105), 2);
});

test("an answer older than the newest local edit does not take it back", () => {
  const store = storeWith([row(100)]);
  store.apply({ kind: "shift", from: 100, index: 101 });
  store.apply({ kind: "shift", from: 101, index: 104 });
  store.absorb({ version: 2, removed: [100], changed: [row(101, { state: "shifted", origin: 100, revision: 1 })] });
  store.replay([{ kind: "shift", from: 101, index: 104 }]);
  assert.equal(store.get(104).state, "shifted");
  assert.equal(store.get(104).origin, 100);
  assert.equal(store.get(101), null);
});

test("a poll that was overtaken by an answer is ignored", () => {
  const store = storeWith([row(100)], 5);
  store.absorb({ version: 6, changed: [row(100, { state: "approved", revision: 1 })] });
  assert.equal(store.load(bodyOf([row(100)], 5), []), false);
  store.replay([]);
  assert.equal(store.get(100).state, "approved");
});

test("what changed since the last poll is laid under the unsent edits, unless it was overtaken", () => {
  const store = storeWith([row(100), row(200)], 5);
  const unsent = [{ kind: "approve", index: 200 }];
  assert.equal(store.follow({ version: 7, removed: [100], changed: [row(101)] }, unsent), true);
  assert.deepEqual(store.rows.map((one) => [one.index, one.state]), [[101, "undecided"], [200, "approved"]]);
  assert.equal(store.follow({ version: 6, removed: [101], changed: [row(100)] }, unsent), false);
  assert.deepEqual(store.rows.map((one) => one.index), [101, 200]);
});

test("another detection counts although its version is lower", () => {
  const store = storeWith([row(100)], 5);
  assert.equal(store.load(bodyOf([row(300)], 0, { detection_id: "e" }), []), true);
  assert.deepEqual(store.rows.map((one) => one.index), [300]);
});

test("a boundary shifted back to its origin is undecided again", () => {
  const store = storeWith([row(100)]);
  store.apply({ kind: "shift", from: 100, index: 101 });
  store.apply({ kind: "shift", from: 101, index: 100 });
  assert.deepEqual([store.get(100).state, store.get(100).origin], ["undecided", null]);
});

test("an edit of a boundary that is no longer there changes nothing", () => {
  const store = storeWith([row(100)]);
  for (const kind of ["approve", "reject"]) store.apply({ kind, index: 555 });
  store.apply({ kind: "shift", from: 555, index: 556 });
  assert.deepEqual(store.rows.map((one) => one.index), [100]);
});

test("excluding and including are each other's inverse", () => {
  const store = storeWith([row(100)]);
  store.apply({ kind: "exclude", index: 7 });
  assert.ok(store.excluded.has(7));
  store.apply({ kind: "include", index: 7 });
  assert.equal(store.excluded.size, 0);
});

test("a boundary may go up to its neighbours; rejected ones are none", () => {
  const store = storeWith([row(100), row(150, { state: "rejected" }), row(200), row(300)]);
  assert.deepEqual(store.room(200), { lo: 101, hi: 299 });
  assert.deepEqual(store.room(300), { lo: 201, hi: 999 });
  assert.deepEqual(store.room(100), { lo: 1, hi: 199 });
});

test("a boundary that somebody moved is found again", () => {
  const store = storeWith([row(104, { state: "shifted", origin: 100, proposed: 100 })]);
  assert.equal(store.movedFrom(100).index, 104);
  assert.equal(store.movedFrom(90), null);
});

test("answers and comments show at once and give way to the server's word", () => {
  const store = storeWith([row(100)]);
  store.load(bodyOf([row(100)], 1, { suggestions: [{ kind: "second_change", indices: [50], probability: 0.5, cost: 4 }], answered: [], comments: [], names: { 0: ["a"] } }), []);
  assert.deepEqual(store.world.asked.map((one) => one.key), ["s0"]);
  assert.equal(store.world, store.world);
  store.apply({ kind: "dismiss", index: 50, answers: [0] }, { kind: "comment", index: 100, text: "twins?" });
  assert.equal(store.world.asked.length, 0);
  assert.deepEqual([store.world.comments.get(100)[0].text, store.world.comments.get(100)[0].user], ["twins?", "me"]);
  store.absorb({ version: 2, answered: [], comments: [] });
  store.replay([]);
  assert.equal(store.world.asked.length, 1);
  assert.equal(store.world.comments.size, 0);
});

test("where somebody else looks is known, who is away looks nowhere", () => {
  const store = storeWith([row(100)]);
  store.others = [{ user: "ana", index: 100, away_s: 0 }, { user: "ben", index: null, away_s: 90 }];
  assert.deepEqual([...store.busy], [100]);
});
