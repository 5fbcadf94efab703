// Which boundary is it, and how sure are we? The line above the close-up.
import { chip, count, icon } from "../dom.js";
import { clock, percent, spread, tail } from "./format.js";
import { probabilityAt } from "./closeup_model.js";

export class Headline {
  constructor(part) {
    this.part = part;
    this.named = Object.fromEntries([...part.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
  }

  /** @param view {row, cut, rows, details, places, user, n} */
  draw({ row, cut, rows, details, places, user }) {
    const { title, of, state, left, right, note, warning, exists, exact, interval } = this.named;
    const rank = row ? rows.indexOf(row) + 1 : 0;
    title.textContent = row ? `Boundary ${count(rank)}` : `Place ${count(cut)}`;
    of.textContent = row ? `of ${count(rows.length)}` : "no boundary here";
    state.replaceChildren(...(row ? [chip(row.state)] : []));
    left.textContent = nameAt(details, cut - 1);
    right.textContent = nameAt(details, cut);
    left.title = details.utterance(cut - 1)?.path ?? "";
    right.title = details.utterance(cut)?.path ?? "";
    note.textContent = row ? ` · ${noteOn(row, user)}` : " · S adds one at the cursor";
    const warnings = row?.warnings ?? [];
    warning.replaceChildren(...(warnings.length ? [icon("flag"), warnings[0] + (warnings.length > 1 ? ` (+${warnings.length - 1})` : "")] : []));
    warning.title = warnings.join("\n");
    exists.textContent = percent(row?.existence);
    exact.textContent = percent(probabilityAt(places, cut) ?? (row && row.state !== "shifted" && row.state !== "added" ? row.probability : null));
    interval.textContent = row && row.proposed !== null ? spread(cut, row.lo, row.hi) : "–";
    for (const value of [exists, exact, interval]) value.nextElementSibling.hidden = value.textContent === "–";
  }
}

const nameAt = (details, index) => tail(details.name(index) ?? count(index));

function noteOn(row, user) {
  const who = !row.user ? "somebody" : row.user === user ? "you" : row.user;
  const when = clock(row.at);
  const by = `by ${who}${when ? `, ${when}` : ""}`;
  if (row.state === "undecided") return "nobody has decided here yet";
  if (row.state === "shifted") return `shifted from ${count(row.origin)} ${by}, not yet approved`;
  return `${row.state} ${by}`;
}
