import assert from "node:assert/strict";
import { test } from "node:test";
import { MIN_SPAN, centreOn, clampWindow, keepAnchor, pan, rangeRound, reveal, ticks, toPixel, toPlace, zoomAt } from "../../assets/review/scale.js";

const N = 1_181_820;

test("a pixel and its place are each other's inverse", () => {
  const view = { lo: 27_000, hi: 48_000, left: 76, width: 830 };
  for (const place of [27_000, 36_999, 47_999.5]) assert.ok(Math.abs(toPlace(view, toPixel(view, place)) - place) < 1e-6);
  assert.equal(toPixel(view, 27_000), 76);
  assert.equal(toPixel(view, 48_000), 906);
});

test("a window never leaves the corpus and keeps its span", () => {
  assert.deepEqual(clampWindow({ lo: -500, hi: 500 }, N), { lo: 0, hi: 1000 });
  assert.deepEqual(clampWindow({ lo: N - 10, hi: N + 990 }, N), { lo: N - 1000, hi: N });
  assert.deepEqual(clampWindow({ lo: -5, hi: 2 * N }, N), { lo: 0, hi: N });
  assert.equal(clampWindow({ lo: 100, hi: 101 }, N).hi - 100, MIN_SPAN);
});

test("a corpus smaller than the narrowest window is shown whole", () => {
  assert.deepEqual(clampWindow({ lo: 3, hi: 9 }, 12), { lo: 0, hi: 12 });
});

test("zooming keeps the place under the pointer", () => {
  const before = { lo: 10_000, hi: 30_000 };
  const after = zoomAt(before, 0.5, 15_000, N);
  assert.equal(after.hi - after.lo, 10_000);
  assert.ok(Math.abs((15_000 - after.lo) / 10_000 - 0.25) < 1e-9);
});

test("zooming in and out again gives the same window away from the limits", () => {
  const before = { lo: 10_000, hi: 30_000 };
  const after = zoomAt(zoomAt(before, 0.8, 22_222, N), 1.25, 22_222, N);
  assert.ok(Math.abs(after.lo - before.lo) < 1e-6 && Math.abs(after.hi - before.hi) < 1e-6);
});

test("zooming ends at the whole corpus and at the narrowest window", () => {
  assert.deepEqual(zoomAt({ lo: 0, hi: N }, 4, 5, N), { lo: 0, hi: N });
  const narrow = zoomAt({ lo: 500, hi: 500 + MIN_SPAN }, 0.1, 510, N);
  assert.equal(narrow.hi - narrow.lo, MIN_SPAN);
});

test("panning stops at the ends", () => {
  assert.deepEqual(pan({ lo: 100, hi: 300 }, -500, N), { lo: 0, hi: 200 });
  assert.deepEqual(pan({ lo: 100, hi: 300 }, 50, N), { lo: 150, hi: 350 });
});

test("a place well inside leaves the window alone, one at the edge centres it", () => {
  const window = { lo: 0, hi: 1000 };
  assert.equal(reveal(window, 500, N), window);
  assert.deepEqual(reveal(window, 990, N), centreOn(window, 990, N));
});

test("ticks are round, inside, and not too many", () => {
  assert.deepEqual(ticks(36_974, 37_024, 11).places.slice(0, 3), [36_975, 36_980, 36_985]);
  for (const [lo, hi, most] of [[0, N, 8], [27_000, 48_000, 11], [0, 60, 10], [5, 6, 4]]) {
    const { step, places } = ticks(lo, hi, most);
    assert.ok(places.length <= most + 1, `${places.length} ticks for ${most}`);
    assert.ok(places.every((place) => place >= lo && place <= hi && place % step === 0));
  }
});

test("the range round a place has its full length at the ends of the corpus, too", () => {
  assert.deepEqual(rangeRound(100, 25, N), { lo: 75, hi: 125 });
  assert.deepEqual(rangeRound(1, 25, N), { lo: 0, hi: 50 });
  assert.deepEqual(rangeRound(N - 1, 25, N), { lo: N - 50, hi: N });
  assert.deepEqual(rangeRound(4, 25, 9), { lo: 0, hi: 9 });
});

test("the close-up stays while the cut is inside and follows it at the edge", () => {
  assert.equal(keepAnchor(1000, 1005, 25), 1000);
  assert.equal(keepAnchor(1000, 1018, 25), 1018);
  assert.equal(keepAnchor(1000, 980, 25), 980);
});
