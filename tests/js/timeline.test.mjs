import assert from "node:assert/strict";
import { test } from "node:test";
import { firstAt, markHeight, nearestRow, needsDensity, rowMeant, rowsBetween, similarityPerPixel, similarityRange, worstPerPixel } from "../../assets/review/timeline_model.js";

const row = (index, probability = 0.9, state = "undecided") => ({ index, probability, state });
const ROWS = [row(10), row(20, 0.4), row(21, 0.99, "approved"), row(90, 0.1, "rejected")];

test("rows in sight are found by place, ends included", () => {
  assert.equal(firstAt(ROWS, 20), 1);
  assert.equal(firstAt(ROWS, 91), 4);
  assert.deepEqual(rowsBetween(ROWS, 20, 90).map((one) => one.index), [20, 21, 90]);
});

test("more than one boundary per 4 px asks for the density track", () => {
  assert.equal(needsDensity(200, 800), false);
  assert.equal(needsDensity(201, 800), true);
});

test("a pixel shows its worst open boundary; decided ones only where nothing is open", () => {
  const { worst, decided } = worstPerPixel(ROWS, { lo: 0, hi: 100, width: 10 });
  assert.ok(Math.abs(worst[1] - 0.9) < 1e-6);
  assert.ok(Math.abs(worst[2] - 0.4) < 1e-6);
  assert.equal(worst[9], 2);
  assert.equal(decided[9], 1);
});

test("a worse boundary has a higher mark", () => {
  assert.ok(markHeight(0.2) > markHeight(0.9));
  assert.ok(markHeight(1) > 0);
});

test("a click means the worst open boundary within reach", () => {
  assert.equal(rowMeant(ROWS, 21, 3).index, 20);
  assert.equal(rowMeant(ROWS, 90, 3).index, 90);
  assert.equal(rowMeant(ROWS, 50, 3), null);
});

test("the nearest row is found on either side", () => {
  assert.equal(nearestRow(ROWS, 14).index, 10);
  assert.equal(nearestRow(ROWS, 60).index, 90);
  assert.equal(nearestRow(ROWS, 500).index, 90);
  assert.equal(nearestRow([], 5), null);
});

test("gaps in the similarity are no values", () => {
  assert.deepEqual(similarityRange(new Float32Array([0, NaN, NaN, 5, -0.5, 0.25])), { low: -0.5, high: 0.25 });
  assert.deepEqual(similarityRange(new Float32Array(0)), { low: -1, high: 1 });
});

test("each pixel takes the extremes of its triples", () => {
  const { least, most } = similarityPerPixel(new Float32Array([0, 0.25, 0.5, 1, 0.125, 0.375]), { lo: 0, hi: 20, width: 10 });
  assert.deepEqual([least[0], most[0]], [0.125, 0.5]);
  assert.ok(least[5] > most[5]);
});

test("far triples are joined by a line, gaps stay open", () => {
  const { least, most } = similarityPerPixel(new Float32Array([0, 0, 0, 4, 1, 1, 8, NaN, NaN, 10, 0.5, 0.5]), { lo: 0, hi: 12, width: 12 });
  assert.ok(most[1] > most[0] && most[3] === 1 && least[2] === 0.5);
  assert.equal(most[6], 1);
  assert.ok(least[8] > most[8]);
  assert.equal(most[10], 0.5);
});
