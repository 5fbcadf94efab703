import assert from "node:assert/strict";
import { test } from "node:test";
import { clicked, hours, placeOf, sorted, totals } from "../../assets/pages/quality_model.js";

const row = (start, cohesion, more = {}) => ({ speaker: `s${start}`, start, stop: start + 10, n: 10, hours: 0.5, cohesion, outliers: 0, worst: start + 3, unreadable: 0, approved: false, ...more });
const rows = [row(0, 0.8), row(10, null), row(20, 0.4), row(30, 0.8, { outliers: 2 })];
const starts = (found) => found.map((one) => one.start);

test("the worst comes first, the unknown last either way, equal ones as in the corpus", () => {
  assert.deepEqual(starts(sorted(rows, { name: "cohesion", direction: 1 })), [20, 0, 30, 10]);
  assert.deepEqual(starts(sorted(rows, { name: "cohesion", direction: -1 })), [0, 30, 20, 10]);
  assert.deepEqual(starts(sorted(rows, { name: "outliers", direction: -1 })), [30, 0, 10, 20]);
  assert.deepEqual(starts(rows), [0, 10, 20, 30]);
});

test("a first click shows the worse end of a column, a second the other", () => {
  const first = clicked({ name: "cohesion", direction: 1 }, "outliers");
  assert.deepEqual(first, { name: "outliers", direction: -1 });
  assert.deepEqual(clicked(first, "outliers"), { name: "outliers", direction: 1 });
  assert.deepEqual(clicked(first, "cohesion"), { name: "cohesion", direction: 1 });
});

test("a click leads to where the segment begins, on the outliers to the worst", () => {
  assert.deepEqual([placeOf(rows[2]), placeOf(rows[2], "outliers"), placeOf(rows[0]), placeOf(row(5, 0.1, { worst: null }), "outliers")], [20, 23, 10, 5]);
});

test("sums and hours are written short", () => {
  assert.deepEqual(totals(rows), { n: 40, hours: 2, outliers: 2, unreadable: 0 });
  assert.deepEqual([0, 0.004, 0.5, 1.25, 123.4].map(hours), ["–", "1 min", "30 min", "1.3", "123"]);
});
