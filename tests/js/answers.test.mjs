import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtHand, makeActions } from "../../assets/review/actions.js";
import { changedPlaces, changesText } from "../../assets/review/again_model.js";
import { answersOf, askedItems, detailOf, dismissal, titleOf } from "../../assets/review/suggestions.js";

const suggestion = (n, kind, indices, more = {}) => ({ n, kind, indices, interval: [indices[0], indices.at(-1)], probability: 0.6, cost: 1, ...more });
const CHANGE = suggestion(0, "second_change", [30, 36]);
const OUTLIERS = [suggestion(1, "outlier", [3]), suggestion(2, "outlier", [5])];
const VOICE = suggestion(3, "same_voice", [0, 50], { voices: [5, 55] });
const NAMES = { 0: ["c"], 1: ["a"], 2: ["a"], 3: ["a", "f"] };
const [change, outliers, voice] = askedItems([CHANGE, ...OUTLIERS, VOICE], new Set(), NAMES);

/** A page that remembers what was done to it. */
function pageAsked(ask) {
  const next = { index: 99, key: "b99" };
  const page = {
    ask, key: ask.key, current: ask.index, cursor: ask.kind === "outlier" ? ask.index : null, place: 4, row: null, done: false, edits: [], opened: [],
    store: { excluded: new Set(), get: () => null },
    edit: (kind, index, more) => page.editAll([{ kind, index, ...more }]),
    editAll: (edits) => page.edits.push(edits),
    neighbour: () => next,
    step: (_, to) => page.opened.push(to),
    open: (item) => page.opened.push(item),
    go: (index) => page.opened.push({ index }),
    say() {},
  };
  return page;
}

test("A says no to every one that is asked about, in one step, and goes on", () => {
  const page = pageAsked(outliers);
  makeActions(page, {}).approve();
  assert.deepEqual(page.edits, [[
    { kind: "dismiss", index: 3, other: null, text: "outlier", answers: [1] },
    { kind: "dismiss", index: 5, other: null, text: "outlier", answers: [2] },
  ]]);
  assert.equal(page.opened[0].key, "b99");
});

test("E excludes the one at the cursor and goes to the next of its segment, then on", () => {
  const page = pageAsked(outliers);
  makeActions(page, {}).exclude();
  assert.deepEqual(page.edits[0], [{ kind: "exclude", index: 3, answers: [1] }]);
  assert.deepEqual([page.opened[0].index, page.opened[0].key], [5, outliers.key]);
  const last = pageAsked({ ...outliers, members: [OUTLIERS[1]], index: 5 });
  makeActions(last, {}).exclude();
  assert.equal(last.opened[0].key, "b99");
});

test("Shift+E excludes all that are asked about, in one step", () => {
  const page = pageAsked(outliers);
  makeActions(page, {}).excludeAll();
  assert.deepEqual(page.edits[0].map((edit) => [edit.kind, edit.index, edit.answers[0]]), [["exclude", 3, 1], ["exclude", 5, 2]]);
  assert.equal(page.opened[0].key, "b99");
});

test("S adds both ends of a stretch of somebody else, and what comes next stays the same", () => {
  const page = pageAsked(change);
  makeActions(page, {}).add();
  assert.deepEqual(page.edits[0].map((edit) => [edit.kind, edit.index]), [["add", 30], ["add", 36]]);
  assert.deepEqual([page.opened[0].index, page.place], [30, 4]);
});

test("X makes one speaker of two segments, A leaves them two", () => {
  const same = pageAsked(voice);
  makeActions(same, {}).reject();
  assert.deepEqual(same.edits[0], [{ kind: "same_speaker", index: 5, other: 55, answers: [3] }]);
  assert.deepEqual(dismissal(VOICE), { kind: "dismiss", index: 5, other: 55, text: "same_voice", answers: [3] });
});

test("only the keys that answer a suggestion are at hand there", () => {
  assert.ok(isAtHand(pageAsked(voice), "reject"));
  assert.ok(!isAtHand(pageAsked(change), "reject"));
  assert.ok(isAtHand(pageAsked(change), "approve"));
  assert.ok(!isAtHand({ ...pageAsked(change), ask: null }, "approve"));
});

test("the question and its answers are in words", () => {
  assert.equal(titleOf(change), "Somebody else inside c?");
  assert.equal(detailOf(change), "30 to 35 may be another speaker");
  assert.equal(titleOf(outliers), "2 utterances that do not belong");
  assert.match(detailOf(outliers, 5), /^5 is one of 2 utterances/);
  for (const ask of [change, outliers, voice]) assert.equal(answersOf(ask).at(-1).action, "approve");
});

test("what detecting again changed is listed in the order of the corpus", () => {
  const changes = { moved: [[90, 93]], new: [12, 400], gone: [20] };
  assert.deepEqual(changedPlaces(changes).map((one) => [one.index, one.what, one.from]), [[12, "new", null], [20, "gone", null], [93, "moved", 90], [400, "new", null]]);
  assert.equal(changesText(changes), "Detected again: 1 moved, 2 new, 1 gone. All decisions are kept.");
  assert.match(changesText({ moved: [], new: [], gone: [] }), /no boundary changed/);
});
