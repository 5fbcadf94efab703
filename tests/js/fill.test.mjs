import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fillFields } from "../../assets/pages/fill.js";

let button, asked, waiting, clock, isThere;

beforeEach(() => {
  [button, asked, waiting, clock, isThere] = [{ disabled: true }, [], [], 0, true];
  globalThis.document = Object.assign(new EventTarget(), { body: { dataset: {} }, getElementById: () => button });
});

const fill = () => fillFields("detect", (event) => asked.push(event), { wait: (act) => waiting.push(act), now: () => clock, isThere: async () => isThere });
const answered = () => new Promise((go) => setTimeout(go));

function show(page) {
  document.body.dataset.page = page;
  document.dispatchEvent(Object.assign(new Event("spkbound:page"), { detail: { page } }));
}

test("fields of the page that is shown are filled at once", async () => {
  document.body.dataset.page = "detect";
  fill();
  await answered();
  assert.deepEqual(asked, ["focus"]);
});

test("those of another page a little later, or when it is shown, but once", async () => {
  fill();
  assert.deepEqual(asked, []);
  show("review");
  assert.deepEqual(asked, []);
  show("detect");
  waiting[0]();
  await answered();
  assert.deepEqual(asked, ["focus"]);
  button.disabled = false;
  clock = 60_000;
  show("detect");
  await answered();
  assert.deepEqual(asked, ["focus"]);
});

test("what was asked for and never came is asked for again, but not while it may be on its way", async () => {
  fill();
  show("detect");
  clock = 5_000;
  show("detect");
  await answered();
  assert.equal(asked.length, 1);
  clock = 11_000;
  show("detect");
  await answered();
  assert.equal(asked.length, 2);
});

test("a server that is away is not asked, and is asked as soon as it may be back", async () => {
  isThere = false;
  fill();
  show("detect");
  await answered();
  assert.deepEqual(asked, []);
  isThere = true;
  show("detect");
  await answered();
  assert.deepEqual(asked, ["focus"]);
});
