import assert from "node:assert/strict";
import { test } from "node:test";
import { axisLow, bars, curve, discPath, dots, dragPlaces, layout, placeX, probabilityAt, squarePath, stripRange, suspects, valueY } from "../../assets/review/closeup_model.js";

const size = layout(930, 250, { lo: 100, hi: 150 });

test("places and values lie inside the picture", () => {
  assert.equal(placeX(size, 100), size.left);
  assert.ok(Math.abs(placeX(size, 150) - (930 - size.right)) < 1e-9);
  assert.equal(valueY(size, 1, -0.05), size.top);
  assert.equal(valueY(size, -0.05, -0.05), size.curveBase);
});

test("the axis goes below zero only as far as a value does", () => {
  assert.equal(axisLow([0.1, null, 0.9]), -0.05);
  assert.ok(axisLow([-0.4]) <= -0.4);
  assert.ok(axisLow([-1]) >= -1);
});

test("a curve breaks where an utterance is unreadable", () => {
  assert.equal(curve([0.5, null, 0.5, 0.6], 100, size, 0).match(/M/g).length, 2);
  assert.equal(dots([0.5, null, 0.5], 100, size, 0).length, 2);
});

test("what lies outside the picture is not drawn", () => {
  assert.equal(dots([0.5, 0.5, 0.5], 98, size, 0).length, 1);
});

test("marked are utterances that stand out or are asked about, but none that is excluded or out of sight", () => {
  const utterances = [10, 11, 12, 13, 40].map((i) => ({ i, outlier: i === 11 || i === 12 || i === 40 }));
  const marked = suspects(utterances, { asked: [13], excluded: new Set([12]), size: { lo: 0, hi: 20 } });
  assert.deepEqual(marked.map((one) => one.i), [11, 13]);
});

test("bars stand on the lines between two utterances", () => {
  const [bar] = bars({ start: 124, p: [0, 0.93] }, size);
  assert.equal(bar.place, 125);
  assert.ok(Math.abs(bar.x + bar.width / 2 - placeX(size, 125)) < 1e-9);
  assert.equal(probabilityAt({ start: 124, p: [0.07, 0.93] }, 125), 0.93);
  assert.equal(probabilityAt({ start: 124, p: [0.07, 0.93] }, 130), null);
  assert.equal(probabilityAt(undefined, 125), null);
});

test("a drag counts whole utterances", () => {
  assert.equal(dragPlaces(size.slot * 2.4, size), 2);
  assert.equal(dragPlaces(-size.slot * 0.6, size), -1);
});

test("the strip has an even number of tiles, more on a wide window", () => {
  assert.deepEqual(stripRange(914, 72, 1000, 5000), { lo: 994, hi: 1006 });
  assert.deepEqual(stripRange(1460, 90, 1000, 5000), { lo: 993, hi: 1007 });
  assert.deepEqual(stripRange(914, 72, 1, 5000), { lo: 0, hi: 12 });
});

test("all dots of a curve are one path, each closed round its point", () => {
  const points = [{ x: 10, y: 20 }, { x: 30.04, y: 40 }];
  assert.equal(squarePath(points, 2), "M8 18h4v4h-4zM28 38h4v4h-4z");
  assert.equal(discPath(points, 3).match(/M[^M]+/g).length, 2);
  assert.match(discPath(points, 3), /^M7 20a3 3 0 1 0 6 0a3 3 0 1 0 -6 0/);
  assert.equal(discPath([], 3), "");
});
