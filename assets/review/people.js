// Who else reviews this corpus, where are they now, and how much did they decide? The lines below the queue.
import { count, el, span } from "../dom.js";
import { isOpen } from "./timeline_model.js";

export class People {
  constructor(part) {
    this.part = part;
  }

  /** @param store BoundaryStore */
  draw({ others, rows }) {
    this.part.hidden = !others.length;
    const decided = new Map();
    for (const row of rows) if (!isOpen(row)) decided.set(row.user, (decided.get(row.user) ?? 0) + 1);
    this.part.replaceChildren(...others.map((one) => el("li", {},
      el("span", { class: "avatar", "aria-hidden": "true" }, Array.from(one.user)[0]?.toUpperCase() ?? "?"),
      el("span", { class: "cut-off" }, el("b", {}, one.user), ` ${where(one)}`),
      el("em", {}, `${count(decided.get(one.user) ?? 0)} decided`))));
  }
}

const where = ({ index, away_s: awayS }) => (index === null ? (awayS ? `away ${span(awayS)}` : "elsewhere on the page") : `at ${count(index)}`);
