// What went otherwise than the reviewer meant? A conflict with another reviewer, refused edits, short remarks.
import { chip, el, icon, stateText } from "../dom.js";
import { isChinese, said, sentences, t } from "../i18n.js";
import { clock } from "./format.js";

const DID = { approve: "approved", approved: "approved", reject: "rejected", rejected: "rejected", shift: "shifted", shifted: "shifted", add: "added", added: "added", undecided: "undecided" };
const WISHES = { approve: t("approve"), reject: t("reject"), add: t("add"), exclude: t("exclude"), include: t("include"), comment: t("comment"), dismiss: t("dismiss"), same_speaker: t("same speaker"), undo: t("undo"), redo: t("redo") };
/** "shift to 37,001", "approve at 36,999" */
const wishText = ({ kind, index }) => (kind === "shift" ? t("shift to {place}", { place: index }) : t("{what} at {place}", { what: WISHES[kind] ?? kind, place: index }));

/** Short remarks at the lower edge; the newest replaces the one before. */
export class Toast {
  constructor(part) {
    this.part = part;
  }

  /** @param step {words, press} where there is something to do about it: then the remark stays; no text takes it away */
  say(text, step = null) {
    if (step || !text) this.standing = text && [text, step];
    this.part.replaceChildren(text, ...(step ? [el("button", { class: "btn", type: "button", click: step.press }, step.words)] : []));
    this.part.hidden = !text;
    clearTimeout(this.timer);
    if (!step) this.timer = setTimeout(() => this.goBack(), 5000);
  }

  /** To what still is to be done, if anything is. */
  goBack() {
    if (this.standing) this.say(...this.standing);
    else this.part.hidden = true;
  }
}

/** "There is …." of "there is …": what the server says stands alone here. */
const asSentence = (text) => (isChinese ? `${text.replace(/。$/, "")}。` : `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`);

/** The words for an operation the server would not take. */
export function refusalText({ item, result }) {
  const why = asSentence(said(result.words ?? result.error) || t("The server refused it."));
  return item.kind === "undo" || item.kind === "redo" ? why : t("Not stored: {what}. {why}", { what: wishText(item), why });
}

/** What both sides want, whatever fields the server gives: {kind, index, user, at}. */
export function sidesOf({ item, along, theirs }, store) {
  const last = [item, ...along].at(-1);
  const place = item.from ?? item.index;
  const row = store?.get(place) ?? store?.movedFrom(place);
  const now = theirs && !isLater(row, theirs) ? theirs : row ?? {}; // they may have gone on since
  return {
    mine: { kind: last.kind, index: last.index },
    theirs: { kind: DID[now.kind ?? now.state] ?? "changed", index: now.index ?? item.index, user: whoIs(now.user, store), at: now.at },
  };
}

const isLater = (row, than) => Boolean(row?.at) && Date.parse(row.at) > Date.parse(than.at);

/** Did both sides want the same? Then there is nothing to settle. */
export function isAgreed(found, store) {
  const { mine, theirs } = sidesOf(found, store);
  return DID[mine.kind] === theirs.kind && mine.index === theirs.index;
}

const SOMEBODY = t("Somebody");
const OTHER_WINDOW = t("Your other window"); // the same reviewer, logged in twice
const whoIs = (user, store) => (!user ? SOMEBODY : user === store?.user ? OTHER_WINDOW : user);

export class Conflict {
  /** @param part the notice; @param page Page; @param on {keep(), apply(), play(index)} */
  constructor(part, page, on) {
    Object.assign(this, { part, page, on });
  }

  draw() {
    const { conflict, store } = this.page;
    this.part.hidden = !conflict;
    const isNew = this.conflict !== conflict;
    this.conflict = conflict;
    if (!conflict) return;
    const { mine, theirs } = sidesOf(conflict, store);
    const said = JSON.stringify([mine, theirs]);
    if (!isNew && said === this.said) return;
    this.said = said;
    if (isNew) this.part.focus({ preventScroll: true }); // Tab leads to the answers; Space still plays
    const wish = wishText(mine);
    this.part.replaceChildren(
      el("p", { class: "t", id: "conflict-title" }, icon("people"), sentences(deedText(theirs), t("Your wish to {wish} is not stored.", { wish }))),
      el("div", { class: "vs" },
        side(theirs.user, t("{user}: {what}", { user: theirs.user, what: standText(theirs) }), clock(theirs.at), chip(stateOf(theirs.kind))),
        side(t("You"), t("{user}: {what}", { user: t("You"), what: wish }), t("now"), chip(stateOf(DID[mine.kind] ?? "shifted")))),
      el("div", { class: "go" },
        el("button", { class: "btn primary", type: "button", click: this.on.keep }, keepText(theirs.user)),
        el("button", { class: "btn", type: "button", click: this.on.apply }, t("Apply mine: {wish}", { wish })),
        el("span", { class: "grow" }),
        ...(theirs.index === mine.index ? [] : [theirs.index, mine.index]).map((index) => el("button", { class: "btn ghost", type: "button", click: () => this.on.play(index) }, icon("play"), t("Play round {place}", { place: index })))));
  }
}

const keepText = (user) => ([SOMEBODY, OTHER_WINDOW].includes(user) ? t("Keep that version") : t("Keep {user}’s version", { user }));
/** "ann shifted it to 37,001 meanwhile." */
const deedText = ({ user, kind, index }) => (kind === "shifted" ? t("{user} shifted it to {place} meanwhile.", { user, place: index })
  : t("{user} {deed} {place} meanwhile.", { user, deed: deedOf(kind), place: index }));
const standText = ({ kind, index }) => (kind === "shifted" ? t("shifted to {place}", { place: index }) : t("{what} at {place}", { what: deedOf(kind), place: index }));
const deedOf = (kind) => (kind === "changed" ? t("changed") : stateText(kind));
const stateOf = (word) => (["approved", "added", "rejected", "shifted"].includes(word) ? word : "undecided");

function side(name, title, when, state) {
  return el("div", { class: "ver" }, el("span", { class: "avatar", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
    el("p", {}, el("b", {}, title)), el("p", {}, when), state);
}
