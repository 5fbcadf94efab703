import assert from "node:assert/strict";
import { test } from "node:test";
import { curvePath, describe, neighbour, progressOf, queueItems, upcoming } from "../../assets/review/queue_model.js";

const row = (index, state, probability, risk) => ({ index, state, probability, risk, user: "", origin: null, warnings: [] });
const ROWS = [row(10, "undecided", 0.99, 1), row(20, "approved", 0.999, 0), row(30, "shifted", 0.5, 20), row(40, "undecided", 0.7, 9), row(50, "rejected", 0.2, 0)];
const all = { order: "cost", state: "open", below: 1 };
const indices = (items) => items.map((one) => one.index);

test("most expected harm comes first, or the order of the corpus", () => {
  assert.deepEqual(indices(queueItems(ROWS, all)), [30, 40, 10]);
  assert.deepEqual(indices(queueItems(ROWS, { ...all, order: "corpus" })), [10, 30, 40]);
});

test("filters keep by state and below a probability", () => {
  assert.deepEqual(indices(queueItems(ROWS, { ...all, below: 0.9 })), [30, 40]);
  assert.deepEqual(indices(queueItems(ROWS, { ...all, state: "rejected" })), [50]);
  assert.equal(queueItems(ROWS, { ...all, state: "all" }).length, 5);
});

test("sorting leaves the given rows in their order", () => {
  queueItems(ROWS, all);
  assert.deepEqual(indices(ROWS), [10, 20, 30, 40, 50]);
});

test("next and previous go round the queue", () => {
  const items = queueItems(ROWS, all);
  assert.equal(neighbour(items, { current: 30, step: 1 }), 40);
  assert.equal(neighbour(items, { current: 10, step: 1 }), 30);
  assert.equal(neighbour(items, { current: 30, step: -1 }), 10);
});

test("after the boundary left the queue its place there counts", () => {
  const items = queueItems(ROWS.filter((one) => one.index !== 40), all);
  assert.equal(neighbour(items, { current: 40, place: 1, step: 1 }), 10);
  assert.equal(neighbour(items, { current: 40, place: 1, step: -1 }), 30);
});

test("where no other is left there is no next", () => {
  assert.equal(neighbour([row(10, "undecided", 1, 1)], { current: 10, step: 1 }), null);
  assert.equal(neighbour([], { current: 10, step: 1 }), null);
});

test("what comes up starts after the current one", () => {
  const items = queueItems(ROWS, all);
  assert.deepEqual(upcoming(items, { current: 30 }, 5), [40, 10]);
  assert.deepEqual(upcoming(items, { current: 999, place: 0 }, 2), [30, 40]);
});

test("progress counts approved, added and rejected as decided", () => {
  assert.deepEqual(progressOf(ROWS), { decided: 2, left: 3, total: 5 });
});

test("a row says who moved it, and what is doubtful about it", () => {
  assert.deepEqual(describe({ ...ROWS[2], user: "ann", origin: 28 }, "me"), { text: "boundary, shifted by ann", from: 28 });
  assert.match(describe({ ...ROWS[0], warnings: ["beside 3 unreadable utterances"] }, "me").text, /unreadable/);
});

test("the curve begins at the lower left and ends where it is asked to", () => {
  const curve = [[0, 0], [10, 50], [20, 60]];
  assert.match(curvePath(curve, { width: 72, height: 37 }), /^M0 37L0\.0 37\.0L36\.0 .*L72\.0 /);
  assert.match(curvePath(curve, { width: 72, height: 37, until: 15 }), /L54\.0 [\d.]+$/);
  assert.equal(curvePath([], { width: 72, height: 37 }), "");
});
