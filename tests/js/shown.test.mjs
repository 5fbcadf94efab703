import assert from "node:assert/strict";
import { test } from "node:test";

const document = Object.assign(new EventTarget(), { body: { dataset: {} } });
globalThis.document = document;
const { whenShown } = await import("../../assets/shown.js");

function show(page) {
  document.body.dataset.page = page;
  document.dispatchEvent(Object.assign(new Event("spkbound:page"), { detail: { page } }));
}

test("what waits for a page happens each time that page is shown", () => {
  const done = [];
  whenShown("detect", () => done.push("detect"));
  show("review");
  assert.deepEqual(done, []);
  show("detect");
  show("review");
  show("detect");
  assert.deepEqual(done, ["detect", "detect"]);
});

test("on the page that is shown already it happens at once", () => {
  const done = [];
  whenShown("detect", () => done.push("now"));
  assert.deepEqual(done, ["now"]);
});
