// Which key does what? ONE table: the listener and the help dialog both read it. What an action does: actions.js.
import { t } from "../i18n.js";

const BOUNDARY = t("The boundary");
const LISTEN = t("Listen");
const CURSOR = t("The cursor in the strip");
const GO = t("Go");
const PAGE = t("The page");
export const HELP_COLUMNS = [[BOUNDARY], [LISTEN, PAGE], [CURSOR, GO]];

// on: chords as `chordOf` writes them; shown: rows of caps in the help; repeats: acts again while held down.
export const KEYS = [
  { action: "approve", on: ["a"], shown: [["A"]], label: t("Approve, go on"), group: BOUNDARY },
  { action: "approveMany", on: ["Shift+a"], shown: [["Shift", "A"]], label: t("Approve many at once"), group: BOUNDARY },
  { action: "reject", on: ["x"], shown: [["X"]], label: t("Reject, join the two segments"), group: BOUNDARY },
  { action: "shiftLeft", on: ["ArrowLeft"], shown: [["←"], ["→"]], label: t("Shift by one"), group: BOUNDARY, repeats: true },
  { action: "shiftRight", on: ["ArrowRight"], repeats: true },
  { action: "shiftLeftTen", on: ["Shift+ArrowLeft"], shown: [["Shift", "←"], ["→"]], label: t("Shift by ten"), group: BOUNDARY, repeats: true },
  { action: "shiftRightTen", on: ["Shift+ArrowRight"], repeats: true },
  { action: "comment", on: ["m"], shown: [["M"]], label: t("Comment on it"), group: BOUNDARY },
  { action: "undo", on: ["u", "Ctrl+z"], shown: [["U"], ["Ctrl", "Z"]], or: true, label: t("Undo"), group: BOUNDARY },
  { action: "redo", on: ["Shift+u", "Ctrl+Shift+z"], shown: [["Shift", "U"]], label: t("Redo"), group: BOUNDARY },
  { action: "play", on: ["Space"], shown: [["Space"]], label: t("Play round the boundary, stop"), group: LISTEN },
  { action: "playLeft", on: ["1"], shown: [["1"]], label: t("Left voice, three utterances"), group: LISTEN },
  { action: "playRight", on: ["2"], shown: [["2"]], label: t("Right voice, three utterances"), group: LISTEN },
  { action: "fewer", on: ["[", ","], shown: [["["], ["]"]], label: t("Fewer or more: k"), group: LISTEN },
  { action: "more", on: ["]", "."] },
  { action: "playOn", on: ["l"], shown: [["L"]], label: t("Play on through the segment, stop"), group: LISTEN },
  { action: "slower", on: ["<"], shown: [["<"], [">"]], label: t("Slower or faster, same pitch"), group: LISTEN },
  { action: "faster", on: [">"] },
  { action: "quieter", on: ["-", "_"], shown: [["−"], ["+"]], label: t("Quieter or louder"), group: LISTEN, repeats: true },
  { action: "louder", on: ["+", "="], repeats: true },
  { action: "cursorLeft", on: ["ArrowUp"], shown: [["↑"], ["↓"]], label: t("Move by one"), group: CURSOR, repeats: true },
  { action: "cursorRight", on: ["ArrowDown"], repeats: true },
  { action: "cursorLeftTen", on: ["Shift+ArrowUp"], shown: [["Shift", "↑"], ["↓"]], label: t("Move by ten"), group: CURSOR, repeats: true },
  { action: "cursorRightTen", on: ["Shift+ArrowDown"], repeats: true },
  { action: "play", on: [], shown: [["Space"]], label: t("Play that utterance"), group: CURSOR },
  { action: "add", on: ["s"], shown: [["S"]], label: t("Add a boundary here"), group: CURSOR },
  { action: "exclude", on: ["e"], shown: [["E"]], label: t("Exclude or include this utterance"), group: CURSOR },
  { action: "excludeAll", on: ["Shift+e"], shown: [["Shift", "E"]], label: t("Exclude all asked about"), group: CURSOR },
  { action: "next", on: ["n"], shown: [["N"], ["P"]], label: t("Next, previous"), group: GO },
  { action: "previous", on: ["p"] },
  { action: "goTo", on: ["g"], shown: [["G"]], label: t("To an index or file name"), group: GO },
  { action: "picture", on: ["w"], shown: [["W"]], label: t("Waveforms or spectrograms"), group: PAGE },
  { action: "help", on: ["?"], shown: [["?"]], label: t("This list"), group: PAGE },
  { action: "close", on: ["Escape"], shown: [["Esc"]], label: t("Close, put the cursor away"), group: PAGE },
];

const BY_CHORD = new Map(KEYS.flatMap((entry) => entry.on.map((chord) => [chord, entry])));

const LATIN = /^[a-z]$/i;

/** The letter or digit meant, whatever the layout: a Latin `key` wins, else the place of the key on the board. */
function baseOf(event) {
  if (event.key === " " || event.code === "Space") return "Space";
  if (LATIN.test(event.key)) return event.key.toLowerCase();
  if (/^[0-9]$/.test(event.key) || event.key.length > 1) return event.key;
  const onBoard = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code ?? "");
  const isForeignLetter = /\p{Letter}/u.test(event.key);
  if (onBoard?.[1] && isForeignLetter) return onBoard[1].toLowerCase();
  if (onBoard?.[2] && !event.shiftKey && !isSymbolOfOurs(event.key)) return onBoard[2];
  return event.key;
}

const isSymbolOfOurs = (key) => "[],.?".includes(key);

/** A key press as text: "a", "Shift+ArrowLeft", "Ctrl+z", "?"; symbols and digits come without Shift. */
export function chordOf(event) {
  const base = baseOf(event);
  const shiftCounts = LATIN.test(base) || base.startsWith("Arrow");
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  return `${control}${event.shiftKey && shiftCounts ? "Shift+" : ""}${base}`;
}

/**
 * The table's entry for a key press, or null. `lettersOn` false leaves only keys that are no characters (WCAG 2.1.4).
 */
export function entryFor(event, { lettersOn = true } = {}) {
  if (event.isComposing || event.altKey) return null;
  const chord = chordOf(event);
  const entry = BY_CHORD.get(chord) ?? null;
  if (!entry || (event.repeat && !entry.repeats)) return null;
  const isCharacter = chord.length === 1 || /^Shift\+.$/.test(chord);
  return isCharacter && !lettersOn ? null : entry;
}

/** Is this press the focused control's own? `kind` is what `kindOf` in listener.js found. */
export function belongsToControl(event, kind) {
  if (kind === "text" || kind === "select") return event.key !== "Escape";
  if (event.key === "Tab") return true;
  if (kind === "button") return event.key === "Enter" || event.key === " ";
  if (kind === "list") return ["ArrowUp", "ArrowDown", "Home", "End", "Enter"].includes(event.key);
  return false;
}

/** For the help dialog: [{group, rows: [{label, shown, or}]}] in the order of the table. */
export function helpGroups(table = KEYS) {
  const groups = new Map();
  for (const entry of table.filter((row) => row.label)) {
    if (!groups.has(entry.group)) groups.set(entry.group, []);
    groups.get(entry.group).push({ label: entry.label, shown: entry.shown, or: Boolean(entry.or) });
  }
  return [...groups].map(([group, rows]) => ({ group, rows }));
}
