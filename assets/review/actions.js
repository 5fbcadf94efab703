// What does each action of keys.js do? One function per name, for keys and buttons alike; where a suggestion is open,
// the same keys answer it: answers.js.
import { t } from "../i18n.js";
import { makeAnswers } from "./answers.js";
import { soundActions } from "./sound_actions.js";
import { isYes } from "./suggestions.js";

const MOST_K = 5;

const WHILE_UNSETTLED = new Set(["approve", "reject", "shiftLeft", "shiftRight", "shiftLeftTen", "shiftRightTen", "add", "exclude", "excludeAll", "undo", "redo", "approveMany"]);
const WHILE_DONE = new Set(["undo", "redo", "help", "goTo", "close", "next", "previous"]);
const NEEDS_BOUNDARY = new Set(["approve", "reject", "shiftLeft", "shiftRight"]);

/** May the action run now? Decisions wait while a conflict is open; little is left when the queue is done. */
export function isAllowed(page, action) {
  if (page.conflict && WHILE_UNSETTLED.has(action)) return false;
  return page.done || page.current === null ? WHILE_DONE.has(action) : true;
}

/** As isAllowed, and there is something here that the action is about. */
export function isAtHand(page, action) {
  if (!isAllowed(page, action)) return false;
  const answers = page.ask && (action === "approve" || isYes(page.ask, action));
  return answers || Boolean(page.row) || !NEEDS_BOUNDARY.has(action);
}

export function makeActions(page, dialogs) {
  const answers = makeAnswers(page);
  const shift = (places) => () => page.shiftTo(page.current + places);
  const cursor = (places) => () => page.moveCursor(places);
  const k = (more) => () => {
    page.set("k", Math.min(MOST_K, Math.max(1, page.settings.k + more)));
    page.audition.warm();
  };

  const isMine = (state) => page.row.state === state && page.row.user === page.store.user;

  function approve() {
    if (page.ask) return answers.no();
    if (!page.row) return page.say(t("No boundary here to approve: S adds one at the cursor."));
    const next = page.neighbour(1);
    if (!isMine("approved")) page.edit("approve", page.current);
    page.step(1, next);
  }

  function reject() {
    if (page.ask?.kind === "same_voice") answers.sameSpeaker();
    else if (!page.row) page.say(t("No boundary here to reject."));
    else if (!isMine("rejected")) page.edit("reject", page.current);
  }

  function add() {
    if (page.ask?.kind === "second_change" && (page.cursor ?? page.ask.index) === page.ask.index) return answers.change();
    if (page.cursor === null) return page.say(t("Set the cursor first: ↑ ↓, or click a tile. The boundary comes before it."));
    const place = page.cursor;
    if (place < 1) return page.say(t("Nothing is before the first utterance."));
    const there = page.store.get(place);
    if (there && there.state !== "rejected") return page.say(t("A boundary is already there."));
    page.edit("add", place);
    page.go(place);
  }

  function exclude() {
    if (page.cursor === null) return page.say(t("Set the cursor first: ↑ ↓, or click a tile."));
    if (page.store.excluded.has(page.cursor)) page.edit("include", page.cursor);
    else if (page.ask?.kind === "outlier") answers.foreign(page.cursor);
    else page.edit("exclude", page.cursor);
  }

  function play() {
    const { what } = page.player;
    const same = page.cursor === null ? "cut" : `cursor ${page.cursor}`;
    if (what !== null && (what === same || !/^c/.test(what))) page.audition.stop();
    else if (page.cursor !== null) page.hear(page.cursor);
    else page.audition.round();
  }

  function close() {
    page.audition.stop();
    page.cursor = null;
    page.invalidate();
  }

  function voice(side) {
    if (page.player.what === side) page.audition.stop();
    else if (page.ask?.kind === "same_voice") answers.hear(side);
    else page.audition.voice(side);
  }

  const step = (kind) => () => {
    page.outbox.add({ kind, index: null, pressedAt: performance.now() });
    page.invalidate();
  };

  return {
    ...soundActions(page),
    approve, reject, add, exclude, play, close,
    shiftLeft: shift(-1), shiftRight: shift(1), shiftLeftTen: shift(-10), shiftRightTen: shift(10),
    cursorLeft: cursor(-1), cursorRight: cursor(1), cursorLeftTen: cursor(-10), cursorRightTen: cursor(10),
    undo: step("undo"), redo: step("redo"), fewer: k(-1), more: k(1),
    playLeft: () => voice("left"), playRight: () => voice("right"),
    excludeAll: () => (page.ask?.kind === "outlier" ? answers.allForeign() : page.say(t("Nothing is asked about utterances here."))),
    comment: () => dialogs.comment(), approveMany: () => dialogs.approveMany(),
    next: () => page.step(1), previous: () => page.step(-1), goTo: () => dialogs.goTo(), help: () => dialogs.help(),
  };
}
