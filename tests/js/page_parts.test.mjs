import assert from "node:assert/strict";
import { test } from "node:test";
import { makeActions, isAllowed } from "../../assets/review/actions.js";
import { meaningOf } from "../../assets/review/api.js";
import { savedWords } from "../../assets/review/deck.js";
import { whatIsMissing } from "../../assets/review/empty.js";
import { KEYS } from "../../assets/review/keys.js";
import { isAgreed, sidesOf } from "../../assets/review/notice.js";

test("every action of the key table exists, and no other", () => {
  const named = new Set(KEYS.map((entry) => entry.action));
  assert.deepEqual(new Set(Object.keys(makeActions({}, {}))), named);
});

test("no decision is made while a conflict is open, but one can listen and look", () => {
  const page = { conflict: {}, current: 5, done: false };
  for (const action of ["approve", "reject", "shiftLeft", "undo", "add"]) assert.equal(isAllowed(page, action), false);
  for (const action of ["play", "next", "help"]) assert.equal(isAllowed(page, action), true);
});

test("the state of saving is said in words", () => {
  assert.deepEqual(savedWords(0, null), ["All decisions stored", "good"]);
  assert.deepEqual(savedWords(3, null), ["saving 3", "busy"]);
  assert.deepEqual(savedWords(3, "offline"), ["offline, 3 kept here", "bad"]);
  assert.equal(savedWords(3, "signed-out")[1], "bad");
});

test("the first step that is missing is the one named", () => {
  const project = { has_corpus: true, has_embeddings: true, has_detection: true };
  assert.equal(whatIsMissing(project), null);
  assert.equal(whatIsMissing({ ...project, has_detection: false }), "detection");
  assert.equal(whatIsMissing({ ...project, has_detection: false, has_embeddings: false }), "embeddings");
  assert.equal(whatIsMissing({ has_corpus: false }), "corpus");
  assert.equal(whatIsMissing(null), "project");
});

test("a result that was only opened needs no embeddings", () => {
  assert.equal(whatIsMissing({ has_corpus: true, has_embeddings: false, has_detection: true }), null);
});

test("what the server will never take is refused, the rest is tried again", () => {
  assert.equal(meaningOf(401), "signed-out");
  for (const status of [400, 409, 413, 422]) assert.equal(meaningOf(status), "refused");
  for (const status of [0, 403, 408, 429, 500, 503]) assert.equal(meaningOf(status), "offline");
});

test("a conflict names what both sides want last", () => {
  const found = { item: { kind: "shift", from: 10, index: 12 }, along: [{ kind: "approve", index: 12 }], theirs: { kind: "approve", user: "ann", at: "", index: 10 } };
  const { mine, theirs } = sidesOf(found, null);
  assert.deepEqual(mine, { kind: "approve", index: 12 });
  assert.deepEqual([theirs.kind, theirs.user, theirs.index], ["approved", "ann", 10]);
});

test("a conflict names where the other one has gone on to since", () => {
  const theirs = { kind: "shift", user: "ann", at: "2026-01-31T10:00:00.000Z", index: 11 };
  const row = { state: "shifted", user: "ann", at: "2026-01-31T10:00:01.000Z", index: 12, origin: 10 };
  const found = { item: { kind: "approve", index: 10 }, along: [], theirs };
  const knowing = (known) => ({ get: () => null, movedFrom: () => known });
  assert.equal(sidesOf(found, knowing(row)).theirs.index, 12);
  assert.equal(sidesOf(found, knowing({ ...row, at: "2026-01-31T09:59:00.000Z" })).theirs.index, 11);
});

test("two who want the same have nothing to settle", () => {
  const theirs = { kind: "approve", user: "ann", at: "", index: 10 };
  assert.ok(isAgreed({ item: { kind: "approve", index: 10 }, along: [], theirs }, null));
  assert.ok(!isAgreed({ item: { kind: "reject", index: 10 }, along: [], theirs }, null));
  assert.ok(!isAgreed({ item: { kind: "approve", index: 11 }, along: [], theirs }, null));
});
