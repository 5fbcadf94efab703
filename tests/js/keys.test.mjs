import assert from "node:assert/strict";
import { test } from "node:test";
import { KEYS, belongsToControl, chordOf, entryFor, helpGroups } from "../../assets/review/keys.js";

const press = (key, more = {}) => ({ key, code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false, ...more });
const action = (key, more, options) => entryFor(press(key, more), options)?.action ?? null;

test("letters, arrows, symbols and digits find their action", () => {
  assert.equal(action("a"), "approve");
  assert.equal(action("ArrowLeft"), "shiftLeft");
  assert.equal(action("ArrowLeft", { shiftKey: true }), "shiftLeftTen");
  assert.equal(action(" "), "play");
  assert.equal(action("1"), "playLeft");
  assert.equal(action("?", { shiftKey: true }), "help");
  assert.equal(action("Escape"), "close");
});

test("capital letters count as the letter, Shift+U is redo", () => {
  assert.equal(action("A"), "approve");
  assert.equal(action("U", { shiftKey: true }), "redo");
  assert.equal(action("u"), "undo");
});

test("Ctrl+Z and Cmd+Z undo, other combinations are the browser's", () => {
  assert.equal(action("z", { ctrlKey: true }), "undo");
  assert.equal(action("z", { metaKey: true }), "undo");
  assert.equal(action("z"), null);
  assert.equal(action("a", { ctrlKey: true }), null);
  assert.equal(action("a", { altKey: true }), null);
  assert.equal(action("ArrowLeft", { altKey: true }), null);
});

test("on a Cyrillic layout the place of the key counts", () => {
  assert.equal(action("ф", { code: "KeyA" }), "approve");
  assert.equal(action("г", { code: "KeyU" }), "undo");
});

test("on a Dvorak layout the letter counts, not its place", () => {
  assert.equal(action("a", { code: "KeyA" }), "approve");
  assert.equal(action("b", { code: "KeyN" }), null);
});

test("digits work where they need Shift, as on a French keyboard", () => {
  assert.equal(action("&", { code: "Digit1" }), "playLeft");
  assert.equal(action("1", { code: "Digit1", shiftKey: true }), "playLeft");
});

test("comma and full stop stand for the brackets", () => {
  assert.equal(action(","), "fewer");
  assert.equal(action("."), "more");
});

test("nothing acts while a word is being composed", () => {
  assert.equal(action("a", { isComposing: true }), null);
});

test("held down, only shifts and the cursor go on", () => {
  assert.equal(action("ArrowRight", { repeat: true }), "shiftRight");
  assert.equal(action("ArrowDown", { repeat: true }), "cursorRight");
  assert.equal(action("a", { repeat: true }), null);
  assert.equal(action(" ", { repeat: true }), null);
});

test("with letter keys off only keys that are no characters act", () => {
  const off = { lettersOn: false };
  for (const key of ["a", "x", "?", "[", "1"]) assert.equal(action(key, {}, off), null, key);
  assert.equal(action("U", { shiftKey: true }, off), null);
  assert.equal(action("ArrowLeft", {}, off), "shiftLeft");
  assert.equal(action("ArrowLeft", { shiftKey: true }, off), "shiftLeftTen");
  assert.equal(action("z", { ctrlKey: true }, off), "undo");
  assert.equal(action(" ", {}, off), "play");
});

test("a focused control keeps the keys that are its own", () => {
  assert.ok(belongsToControl(press(" "), "button"));
  assert.ok(belongsToControl(press("Enter"), "button"));
  assert.ok(!belongsToControl(press("a"), "button"));
  assert.ok(belongsToControl(press("a"), "text"));
  assert.ok(belongsToControl(press("ArrowDown"), "list"));
  assert.ok(!belongsToControl(press("ArrowLeft"), "list"));
  assert.ok(belongsToControl(press("Tab"), null));
  assert.ok(!belongsToControl(press(" "), null));
});

test("no chord means two things", () => {
  const chords = KEYS.flatMap((entry) => entry.on);
  assert.equal(new Set(chords).size, chords.length);
});

test("every chord of the table can be pressed", () => {
  for (const chord of KEYS.flatMap((entry) => entry.on)) {
    const parts = chord === "+" ? ["+"] : chord.split("+");
    const key = parts.at(-1) === "Space" ? " " : parts.at(-1);
    const event = press(key, { shiftKey: parts.includes("Shift"), ctrlKey: parts.includes("Ctrl") });
    assert.equal(chordOf(event), chord);
  }
});

test("the help shows every action that has a key", () => {
  const labelled = new Set(helpGroups().flatMap(({ rows }) => rows.map((row) => row.label)));
  assert.equal(labelled.size, KEYS.filter((entry) => entry.label).length);
  const caps = new Set(KEYS.flatMap((entry) => (entry.shown ?? []).flat()));
  for (const cap of ["A", "X", "←", "→", "U", "S", "E", "N", "P", "G", "?", "Esc", "Space", "1", "2", "[", "]"]) assert.ok(caps.has(cap), cap);
});
