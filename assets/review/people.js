// Who else reviews this corpus, where are they now, how much did they decide, and do they agree? Below the queue.
import { el, span } from "../dom.js";
import { t } from "../i18n.js";
import { readAgreement } from "./api.js";
import { isOpen } from "./timeline_model.js";

const ASK_MS = 60000;

export class People {
  constructor(part) {
    this.part = part;
    this.agreement = el("li", { class: "agree", hidden: true });
  }

  /** @param store BoundaryStore */
  draw({ others, rows }) {
    this.part.hidden = !others.length;
    if (!others.length) return;
    const decided = new Map();
    for (const row of rows) if (!isOpen(row)) decided.set(row.user, (decided.get(row.user) ?? 0) + 1);
    this.part.replaceChildren(...others.map((one) => el("li", {},
      el("span", { class: "avatar", "aria-hidden": "true" }, Array.from(one.user)[0]?.toUpperCase() ?? "?"),
      el("span", { class: "who" }, el("b", { class: "cut-off", title: one.user }, one.user), ` ${where(one)}`),
      el("em", {}, t("{n} decided", { n: decided.get(one.user) ?? 0 })))), this.agreement);
    this.measure();
  }

  async measure() {
    const now = performance.now();
    if (this.asked !== undefined && now - this.asked < ASK_MS) return;
    this.asked = now;
    const found = await readAgreement().catch(() => null);
    this.agreement.hidden = !found?.twice;
    if (found?.twice) this.agreement.textContent = agreementText(found);
  }
}

const where = ({ index, away_s: awayS }) => (index === null ? (awayS ? t("away {time}", { time: span(awayS) }) : t("elsewhere on the page")) : t("at {place}", { place: index }));

/** "reviewers agree on 2 of 3 decided twice (67 %)" */
export const agreementText = ({ twice, agreed }) => t("reviewers agree on {agreed} of {twice} decided twice ({share} %)", { agreed, twice, share: Math.round((agreed / twice) * 100) });
