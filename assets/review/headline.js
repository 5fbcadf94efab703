// Which boundary is it, or what is asked, and how sure are we? The line above the close-up.
import { caps, chip, count, el, icon, say, stateText } from "../dom.js";
import { said, sentences, t } from "../i18n.js";
import { percent, risk, spread, tail, whenAndWho } from "./format.js";
import { probabilityAt } from "./closeup_model.js";
import { answersOf, detailOf, doubtText, titleOf } from "./suggestions.js";

const SETTLE_MS = 400; // names and probabilities arrive one after the other

export class Headline {
  constructor(part) {
    this.part = part;
    this.named = Object.fromEntries([...part.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
  }

  /** @param view {row, cut, rows, details, places, user, ask, doubt, comments, cursor, allowed(action)} */
  draw(view) {
    const { cut, details } = view;
    const { where, left, right } = this.named;
    const { ask } = view;
    this.part.classList.toggle("asking", Boolean(ask));
    where.hidden = ask?.kind === "same_voice" || ask?.kind === "outlier"; // these are not about a place
    say(left, nameAt(details, cut - 1));
    say(right, nameAt(details, cut));
    left.title = details.utterance(cut - 1)?.path ?? "";
    right.title = details.utterance(cut)?.path ?? "";
    if (ask) this.drawQuestion(view);
    else this.drawBoundary(view);
    this.drawAnswers(view);
    this.drawRemarks(view);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.speak(), SETTLE_MS);
  }

  /** The same for a screen reader, once it stands still. */
  speak() {
    const shown = [...this.part.querySelectorAll("h1, .between, .remarks p, .stats div")].filter((one) => one.checkVisibility());
    const text = shown.map((one) => one.textContent.replace(/\s+/g, " ").trim()).join(". ");
    if (this.named.spoken.textContent !== text) this.named.spoken.textContent = text;
  }

  drawBoundary({ row, cut, rows, places, user }) {
    const { title, of, state, note, exists, exact, interval } = this.named;
    say(title, row ? t("Boundary {number}", { number: rows.indexOf(row) + 1 }) : t("Place {place}", { place: cut }));
    say(of, row ? t("of {total}", { total: rows.length }) : t("no boundary here"));
    if (state.textContent !== (row ? stateText(row.state) : "")) state.replaceChildren(...(row ? [chip(row.state)] : []));
    say(note, row ? ` · ${noteOn(row, user)}` : ` · ${t("S adds one at the cursor")}`);
    note.title = "";
    say(exists, percent(row?.existence));
    say(exact, percent(probabilityAt(places, cut) ?? (row && row.state !== "shifted" && row.state !== "added" ? row.probability : null)));
    say(interval, row && row.proposed !== null ? spread(cut, row.lo, row.hi) : "–");
    for (const value of [exists, exact, interval]) value.nextElementSibling.hidden = value.textContent === "–";
  }

  drawQuestion({ ask, cursor }) {
    const { title, of, state, note } = this.named;
    title.textContent = titleOf(ask);
    of.textContent = "";
    state.replaceChildren();
    const sure = t("{p} % likely, {risk} files", { p: percent(ask.probability), risk: risk(ask.risk) });
    note.textContent = `${this.named.where.hidden ? "" : " · "}${detailOf(ask, cursor)} · ${sure}`;
    note.title = note.textContent;
  }

  /** Buttons of the page's own actions; made anew only when the question is another. */
  drawAnswers({ ask, allowed }) {
    const { answers, stats } = this.named;
    answers.hidden = !ask;
    stats.hidden = Boolean(ask);
    const asked = ask ? JSON.stringify([ask.key, ask.names, ask.members.length]) : "";
    if (asked !== this.asked) answers.replaceChildren(...(ask ? answersOf(ask).map(button) : []));
    this.asked = asked;
    for (const one of answers.children) one.disabled = !allowed(one.dataset.action);
  }

  drawRemarks({ row, doubt, doubtNames, comments, user }) {
    const { named } = this;
    const warnings = [...(doubt ? [sentences(doubtText(doubtNames), t("X joins them"))] : []), ...(row?.warnings ?? []).map(said)];
    fill(named.warning, "flag", warnings, (text) => text);
    fill(named.said, "comment", comments.toReversed(), (one) => t("{words} ({who})", { words: one.text, who: whenAndWho(one, user) }));
  }
}

/** A line with a sign: the first of `list`, how many more there are, all of them as its tooltip. */
function fill(part, sign, list, words) {
  part.hidden = !list.length;
  if (!list.length) return;
  const all = list.map(words).join("\n");
  if (part.title === all) return;
  const more = list.length > 1 ? ` (+${list.length - 1})` : "";
  part.replaceChildren(icon(sign), el("span", {}, words(list[0]) + more));
  part.title = all;
}

const button = ({ action, key, text, style }) => el("button", { class: `btn ${style ?? ""}`, type: "button", "data-action": action }, style ? icon("voice") : null, text, ...caps(key.split(" ")));

const nameAt = (details, index) => tail(details.name(index) ?? count(index));

function noteOn(row, user) {
  const who = whenAndWho(row, user);
  if (row.state === "undecided") return t("nobody has decided here yet");
  if (row.state === "shifted") return t("shifted from {place} by {who}, not yet approved", { place: row.origin, who });
  return t("{state} by {who}", { state: stateText(row.state), who });
}
