import assert from "node:assert/strict";
import { test } from "node:test";
import { Audition } from "../../assets/review/audition.js";

globalThis.requestAnimationFrame = globalThis.requestIdleCallback = (go) => setTimeout(go);
const rest = (ms) => new Promise((go) => setTimeout(go, ms));

/** A page at `current` with two more items in its queue; what it is asked to fetch is noted. */
function pageAt(current) {
  const asked = { sounds: [], closeups: [], pictures: [] };
  return {
    asked, current, n: 1000, cursor: null, key: `b${current}`, place: 0, settings: { k: 2, half: 25 }, shownTiles: { left: 6, right: 7 },
    queue: [current, 300, 995].map((index) => ({ key: `b${index}`, index })),
    sounds: { missing: new Map(), warm: (indices) => asked.sounds.push(...indices) },
    details: { utterance: () => null, closeups: new Map(), closeup: (index) => asked.closeups.push(index) },
    wantPictures: (lo, hi) => asked.pictures.push([lo, hi]),
  };
}

test("what the next boundaries are drawn of is fetched after what is shown, as wide as it is shown", async () => {
  const page = pageAt(100);
  new Audition(page).warm();
  assert.deepEqual(page.asked.sounds, []);
  await rest(20);
  assert.ok(page.asked.sounds.includes(100) && page.asked.sounds.includes(300));
  assert.deepEqual(page.asked.closeups, []);
  await rest(200);
  assert.deepEqual(page.asked.closeups, [300, 995]);
  assert.deepEqual(page.asked.pictures, [[294, 307], [989, 1000]]);
});

test("where nothing can be heard the page says why", async () => {
  const page = pageAt(100), said = [];
  Object.assign(page, { cut: 100, say: (words) => said.push(words), player: { play: async () => page.n_heard } });
  const audition = new Audition(page);
  page.n_heard = 3;
  await audition.play([1, 2, 3], "cut");
  page.n_heard = undefined; // stopped before
  await audition.play([1], "cut");
  assert.deepEqual(said, []);
  page.n_heard = 0;
  page.sounds.trouble = "The server does not answer";
  await audition.play([1], "cut");
  page.sounds.trouble = null;
  await audition.play([], "cut");
  assert.deepEqual(said, ["Nothing can be heard: The server does not answer", "Nothing here can be heard: the tiles say why."]);
});

test("curves that are there are not fetched again for every shift", async () => {
  const page = pageAt(100);
  page.details.closeups.set(300, { data: {}, half: 25, stale: true });
  new Audition(page).warm();
  await rest(200);
  assert.deepEqual(page.asked.closeups, [995]);
});

test("who hurries past a boundary fetches nothing ahead of it", async () => {
  const page = pageAt(100);
  const audition = new Audition(page);
  audition.warm();
  page.current = 995;
  page.key = "b995";
  audition.warm();
  await rest(200);
  assert.deepEqual(page.asked.closeups, []);
});
