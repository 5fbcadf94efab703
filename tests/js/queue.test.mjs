import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceOn, approvable, curvePath, describe, neighbour, progressOf, queueItems, upcoming } from "../../assets/review/queue_model.js";
import { askedItems, doubtsOf } from "../../assets/review/suggestions.js";

const row = (index, state, probability, harm, risk) => ({ index, state, probability, harm, risk, proposed: index, user: "", origin: null, warnings: [] });
const ROWS = [row(10, "undecided", 0.99, 0.02, 30), row(20, "approved", 0.999, 0, 0), row(30, "shifted", 0.5, 1, 0.7), row(40, "undecided", 0.7, 0.3, 9), row(50, "rejected", 0.2, 0, 0)];
const suggestion = (n, kind, indices, harm, cost, more = {}) => ({ n, kind, indices, interval: [indices[0], indices.at(-1)], probability: 0.6, harm, cost, ...more });
const SUGGESTED = [suggestion(0, "second_change", [35], 0.5, 12), suggestion(1, "outlier", [3], 0.1, 2), suggestion(2, "outlier", [5], 0.1, 1),
  suggestion(3, "same_speaker_beside", [40], 0.3, 30), suggestion(4, "same_voice", [0, 30], 0.6, 15, { voices: [5, 35] })];
const NAMES = { 0: ["c"], 1: ["a"], 2: ["a"], 3: ["c", "d"], 4: ["a", "c"] };
const nothing = new Set();
const WORLD = { rows: ROWS, asked: askedItems(SUGGESTED, nothing, NAMES), doubts: doubtsOf(SUGGESTED, nothing), comments: new Map([[20, [{ index: 20, text: "?" }]], [77, [{ index: 77, text: "a dog" }]]]) };
const all = { order: "harm", state: "open", below: 1, kind: "all" };
const plain = { rows: ROWS };
const indices = (items) => items.map((one) => one.index);

test("most expected harm comes first, or the order of the corpus", () => {
  assert.deepEqual(indices(queueItems(plain, all)), [30, 40, 10]);
  assert.deepEqual(indices(queueItems(plain, { ...all, order: "corpus" })), [10, 30, 40]);
});

test("of equal harm what misfiles more comes first, then what stands earlier", () => {
  const alike = [row(10, "undecided", 0.9, 0.2, 1), row(20, "undecided", 0.9, 0.2, 7), row(30, "undecided", 0.9, 0.2, 7)];
  assert.deepEqual(indices(queueItems({ rows: alike }, all)), [20, 30, 10]);
});

test("filters keep by state and below a probability", () => {
  assert.deepEqual(indices(queueItems(plain, { ...all, below: 0.9 })), [30, 40]);
  assert.deepEqual(indices(queueItems(plain, { ...all, state: "rejected" })), [50]);
  assert.equal(queueItems(plain, { ...all, state: "all" }).length, 5);
});

test("suggestions stand among the boundaries by their harm; those of one segment that do not belong are one item", () => {
  const items = queueItems(WORLD, all);
  assert.deepEqual(items.map((one) => one.key), ["b30", "s4", "s0", "b40", "oa", "b10"]);
  assert.equal(items[4].ask.members.length, 2);
  assert.deepEqual([items[4].harm, items[4].risk], [0.2, 3]);
  assert.equal(items[3].doubt.n, 3);
});

test("what was answered is asked no more", () => {
  const answered = new Set([1, 3, 4]);
  const asked = askedItems(SUGGESTED, answered, NAMES);
  assert.deepEqual(asked.map((one) => [one.key, one.members.length]), [["s0", 1], ["oa", 1]]);
  assert.equal(doubtsOf(SUGGESTED, answered).size, 0);
});

test("the queue can be cut down to one kind, and to what has a comment", () => {
  const of = (kind, state = "open") => queueItems(WORLD, { ...all, kind, state }).map((one) => one.key);
  assert.deepEqual(of("boundary"), ["b30", "b40", "b10"]);
  assert.deepEqual(of("same_speaker_beside"), ["b40"]);
  assert.deepEqual(of("outlier"), ["oa"]);
  assert.deepEqual(of("comment", "all"), ["b20", "c77"]);
});

test("an item says in words what it asks", () => {
  const [, voices, change, doubt, foreign] = queueItems(WORLD, all).map((item) => describe(item, "me", NAMES).text);
  assert.equal(voices, "a and c the same voice?");
  assert.equal(change, "second change inside c?");
  assert.equal(doubt, "c and d the same voice?");
  assert.equal(foreign, "2 utterances that do not belong");
});

test("many are approved at once only where nothing else is asked", () => {
  assert.deepEqual(indices(approvable(WORLD, 0.9).rows), [10]);
  const more = approvable(WORLD, 0.6);
  assert.deepEqual([indices(more.rows), more.doubted, more.files], [[10], 1, 30]);
});

test("sorting leaves the given rows in their order", () => {
  queueItems(WORLD, all);
  assert.deepEqual(indices(ROWS), [10, 20, 30, 40, 50]);
});

test("next and previous go round the queue", () => {
  const items = queueItems(plain, all);
  assert.equal(neighbour(items, { key: "b30", step: 1 }).index, 40);
  assert.equal(neighbour(items, { key: "b10", step: 1 }).index, 30);
  assert.equal(neighbour(items, { key: "b30", step: -1 }).index, 10);
});

test("after the boundary left the queue its place there counts", () => {
  const items = queueItems({ rows: ROWS.filter((one) => one.index !== 40) }, all);
  assert.equal(neighbour(items, { key: "b40", place: 1, step: 1 }).index, 10);
  assert.equal(neighbour(items, { key: "b40", place: 1, step: -1 }).index, 30);
});

test("what does less harm after an answer is followed by what was next before it", () => {
  const items = queueItems(plain, all);
  assert.equal(neighbour(items, { key: "b10", place: 0, step: 1 }).index, 30);
});

test("where somebody else is looking is passed over while there is anything else", () => {
  const items = queueItems(plain, all);
  assert.equal(neighbour(items, { key: "b30", step: 1, busy: new Set([40]) }).index, 10);
  assert.equal(neighbour(items, { key: "b30", step: -1, busy: new Set([10]) }).index, 40);
  assert.equal(neighbour(items, { key: "b30", step: 1, busy: new Set([10, 40]) }).index, 40);
});

test("where no other is left there is no next", () => {
  assert.equal(neighbour(queueItems({ rows: ROWS.slice(0, 1) }, all), { key: "b10", step: 1 }), null);
  assert.equal(neighbour([], { key: "b10", step: 1 }), null);
});

test("what comes up starts after the current one", () => {
  const items = queueItems(plain, all);
  assert.deepEqual(upcoming(items, { key: "b30" }, 5), [40, 10]);
  assert.deepEqual(upcoming(items, { key: "b999", place: 0 }, 2), [30, 40]);
});

test("progress counts approved, added and rejected as decided", () => {
  assert.deepEqual(progressOf(ROWS), { decided: 2, left: 3, total: 5 });
});

test("a row says who moved it, and what is doubtful about it", () => {
  const item = (row) => ({ row, ask: null, doubt: null, comments: [] });
  assert.deepEqual(describe(item({ ...ROWS[2], user: "ann", origin: 28 }), "me"), { icon: "cut", text: "boundary, shifted by ann", from: 28 });
  assert.match(describe(item({ ...ROWS[0], warnings: ["beside 3 unreadable utterances"] }), "me").text, /unreadable/);
});

test("it is said what the next decisions save and what would stay", () => {
  const curve = [[0, 0], [4, 35.6], [9, 38.2]];
  assert.equal(adviceOn({ decisions: 4, saved: 35.6, curve }), "The next *4 decisions* save an expected *36 misfiled files*; after that, stop. *3* would stay misfiled.");
  assert.equal(adviceOn({ decisions: 9, saved: 38.2, curve }), "The next *9 decisions* save an expected *38 misfiled files*; after that, stop.");
  assert.match(adviceOn({ decisions: 1, saved: 0.3, curve: [[0, 0], [1, 0.3], [9, 2]] }), /saves an expected \*less than one misfiled file\*\. \*2\* would stay misfiled\.$/);
  assert.match(adviceOn({ decisions: 1, saved: 0.3, curve: [[0, 0], [9, 0.4]] }), /^What is left is expected to misfile \*less than one file\*/);
});

test("the curve begins at the lower left and ends where it is asked to", () => {
  const curve = [[0, 0], [10, 50], [20, 60]];
  assert.match(curvePath(curve, { width: 72, height: 37 }), /^M0 37L0\.0 37\.0L36\.0 .*L72\.0 /);
  assert.match(curvePath(curve, { width: 72, height: 37, until: 15 }), /L54\.0 [\d.]+$/);
  assert.equal(curvePath([], { width: 72, height: 37 }), "");
});
