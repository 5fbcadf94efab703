// What went otherwise than the reviewer meant? A conflict with another reviewer, refused edits, short remarks.
import { chip, count, el, icon } from "../dom.js";
import { clock } from "./format.js";

const DID = { approve: "approved", approved: "approved", reject: "rejected", rejected: "rejected", shift: "shifted", shifted: "shifted", add: "added", added: "added", undecided: "undecided" };
/** "shift to 37,001", "approve at 36,999" */
const wishText = ({ kind, index }) => `${kind} ${kind === "shift" ? "to" : "at"} ${count(index)}`;

/** Short remarks at the lower edge; the newest replaces the one before. */
export class Toast {
  constructor(part) {
    this.part = part;
  }

  say(text) {
    this.part.textContent = text;
    this.part.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.part.hidden = true; }, 5000);
  }
}

/** The words for an operation the server would not take. */
export function refusalText({ item, result }) {
  const what = item.kind === "undo" || item.kind === "redo" ? item.kind : wishText(item);
  return `Not stored: ${what}. ${result.error ?? "The server refused it."}`;
}

/** What both sides want, whatever fields the server gives: {kind, index, user, at}. */
export function sidesOf({ item, along, theirs }, store) {
  const last = [item, ...along].at(-1);
  const now = theirs ?? store.get(item.from ?? item.index) ?? store.movedFrom(item.from ?? item.index) ?? {};
  return {
    mine: { kind: last.kind, index: last.index },
    theirs: { kind: DID[now.kind ?? now.state] ?? "changed", index: now.index ?? item.index, user: whoIs(now.user, store), at: now.at },
  };
}

/** Did both sides want the same? Then there is nothing to settle. */
export function isAgreed(found, store) {
  const { mine, theirs } = sidesOf(found, store);
  return DID[mine.kind] === theirs.kind && mine.index === theirs.index;
}

const OTHER_WINDOW = "Your other window"; // the same reviewer, logged in twice
const whoIs = (user, store) => (!user ? "Somebody" : user === store?.user ? OTHER_WINDOW : user);

export class Conflict {
  /** @param part the notice; @param page Page; @param on {keep(), apply(), play(index)} */
  constructor(part, page, on) {
    Object.assign(this, { part, page, on });
  }

  draw() {
    const { conflict, store } = this.page;
    this.part.hidden = !conflict;
    if (!conflict || this.drawn === conflict) {
      this.drawn = conflict;
      return;
    }
    this.drawn = conflict;
    const { mine, theirs } = sidesOf(conflict, store);
    const wish = wishText(mine);
    this.part.replaceChildren(
      el("p", { class: "t", id: "conflict-title" }, icon("people"), `${theirs.user} ${theirs.kind}${theirs.kind === "shifted" ? " it to" : ""} ${count(theirs.index)} meanwhile. Your wish to ${wish} is not stored.`),
      el("div", { class: "vs" },
        side(theirs.user, `${theirs.user}: ${theirs.kind} ${theirs.kind === "shifted" ? "to" : "at"} ${count(theirs.index)}`, clock(theirs.at), chip(stateOf(theirs.kind))),
        side("You", `You: ${wish}`, "now", chip(stateOf(DID[mine.kind] ?? "shifted")))),
      el("div", { class: "go" },
        el("button", { class: "btn primary", type: "button", click: this.on.keep }, keepText(theirs.user)),
        el("button", { class: "btn", type: "button", click: this.on.apply }, `Apply mine: ${wish}`),
        el("span", { class: "grow" }),
        ...(theirs.index === mine.index ? [] : [theirs.index, mine.index]).map((index) => el("button", { class: "btn ghost", type: "button", click: () => this.on.play(index) }, icon("play"), `Play round ${count(index)}`))));
  }
}

const keepText = (user) => (["Somebody", OTHER_WINDOW].includes(user) ? "Keep that version" : `Keep ${user}’s version`);
const stateOf = (word) => (["approved", "added", "rejected", "shifted"].includes(word) ? word : "undecided");

function side(name, title, when, state) {
  return el("div", { class: "ver" }, el("span", { class: "avatar", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
    el("p", {}, el("b", {}, title)), el("p", {}, when), state);
}
