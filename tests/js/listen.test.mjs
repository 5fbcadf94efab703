import assert from "node:assert/strict";
import { test } from "node:test";
import { coverage, isGood, meantBy, percent, sampleSize } from "../../assets/pages/listen_model.js";

const press = (key, more = {}) => ({ key, code: "", ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false, ...more });

test("the page offers the sample that the server draws", () => {
  assert.deepEqual([sampleSize(0.01, 0.95), sampleSize(0.05, 0.95), sampleSize(0.01, 0.99)], [299, 59, 459]);
});

test("answers are given by key, on any layout, and the browser keeps its own", () => {
  assert.deepEqual(["1", "2", "3", " ", "Backspace"].map((key) => meantBy(press(key))), ["here", "elsewhere", "unsure", "again", "back"]);
  assert.equal(meantBy(press("&", { code: "Digit1" })), "here");
  assert.equal(meantBy(press("1", { ctrlKey: true })), null);
  assert.equal(meantBy(press("1", { repeat: true })), null);
  assert.equal(meantBy(press("Escape")), null);
});

test("what the statement covers is said, with the decoys", () => {
  assert.match(coverage({ goal: null }), /at random/);
  assert.match(coverage({ goal: {}, n_approved: 1182, n_decoys: 30, n_missed: 2 }), /1,182 boundaries .* 28 of 30 decoys recognised/);
});

test("shares are written short", () => {
  assert.deepEqual([0.01, 0.005, 0.95].map(percent), ["1 %", "0.5 %", "95 %"]);
});

test("what was heard is good where it rules out the rate that was asked for, or where all were right", () => {
  const found = { goal: { error_rate: 0.01 }, bound: 0.0099, n_heard: 299, n_approved: 1182, n_wrong: 0, n_unsure: 0 };
  assert.ok(isGood(found));
  assert.ok(!isGood({ ...found, bound: 0.02, n_wrong: 1 }));
  assert.ok(!isGood({ ...found, bound: null }));
  assert.ok(isGood({ ...found, bound: 0.63, n_heard: 3, n_approved: 3 }));
  assert.ok(!isGood({ ...found, bound: 1, n_heard: 3, n_approved: 3, n_unsure: 3 }));
});
