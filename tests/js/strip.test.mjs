import assert from "node:assert/strict";
import { test } from "node:test";
import { whyShort, withCursor } from "../../assets/review/strip_model.js";

const at = (lo, hi) => ({ lo, hi });

test("the strip stays where it is while the cursor stands in it, or is away", () => {
  for (const cursor of [null, 94, 105]) assert.deepEqual(withCursor(at(94, 106), cursor, 1000), at(94, 106));
});

test("it turns to the page that holds the cursor, forward and back, and keeps its width", () => {
  for (const cursor of [106, 140, 93, 20]) {
    const { lo, hi } = withCursor(at(94, 106), cursor, 1000);
    assert.equal(hi - lo, 12);
    assert.ok(lo <= cursor && cursor < hi, `${cursor} is not in ${lo} to ${hi}`);
  }
  assert.deepEqual(withCursor(at(94, 106), 106, 1000), at(104, 116));
});

test("at the ends of the corpus it ends there", () => {
  assert.deepEqual(withCursor(at(4, 16), 0, 20), at(0, 12));
  assert.deepEqual(withCursor(at(4, 16), 19, 20), at(8, 20));
});

test("a file that is not there is told from one without sound", () => {
  assert.equal(whyShort("the file is not there"), "file missing");
  assert.equal(whyShort("0 samples"), "no sound");
});
