// Which boundaries may be approved without a look? The dialog says how many there are and what that risks, before it is done.
import { el } from "../dom.js";
import { sentences, t } from "../i18n.js";
import { risk } from "./format.js";
import { approvable, progressOf } from "./queue_model.js";

const LEAST = [0.9999, 0.999, 0.99, 0.95, 0.9];

/** A threshold as it is said: "99.9 %". */
export const sureText = (p) => `${+(p * 100).toFixed(2)} %`;

export class BulkDialog {
  /** @param box the dialog; @param page Page */
  constructor(box, page) {
    Object.assign(this, { box, page });
    this.named = Object.fromEntries([...box.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    this.named.least.addEventListener("change", ({ target }) => this.choose(Number(target.value)));
    box.querySelector("form").addEventListener("submit", (event) => this.approve(event));
  }

  open() {
    const { world } = this.page.store;
    this.found = new Map(LEAST.map((least) => [least, approvable(world, least)]));
    this.named.least.replaceChildren(...LEAST.map((least) => choice(least, this.found.get(least), least === this.page.settings.bulk)));
    this.choose(this.page.settings.bulk);
    this.box.showModal();
    this.named.least.querySelector(":checked").focus();
  }

  choose(least) {
    const { left, go } = this.named;
    this.least = least;
    const { rows, doubted: asked } = this.found.get(least);
    left.textContent = sentences(t("{n} boundary is left to decide.|{n} boundaries are left to decide.", { n: progressOf(this.page.store.rows).left - rows.length }),
      asked && t("{n} is as sure, but with a suggestion: not approved here.|{n} are as sure, but with a suggestion: not approved here.", { n: asked }));
    go.textContent = rows.length ? t("Approve {n} boundary|Approve {n} boundaries", { n: rows.length }) : t("Nothing to approve");
    go.disabled = !rows.length;
  }

  approve(event) {
    event.preventDefault();
    const { page } = this;
    const { rows } = this.found.get(this.least);
    page.set("bulk", this.least);
    this.box.close();
    if (!rows.length) return;
    page.editAll(rows.map((row) => ({ kind: "approve", index: row.index })));
    page.say(t("Approved {n} boundary; U takes all of it back.|Approved {n} boundaries; U takes all of it back.", { n: rows.length }));
    if (rows.some((row) => row.index === page.current)) page.step(1);
  }
}

function choice(least, { rows, files }, isChosen) {
  return el("label", {}, el("input", { type: "radio", name: "least", value: least, checked: isChosen }), t("{p} and above", { p: sureText(least) }),
    el("small", {}, rows.length ? t("{n} boundary, {risk} misfiled files expected among them|{n} boundaries, {risk} misfiled files expected among them", { n: rows.length, risk: risk(files) }) : t("{n} boundary|{n} boundaries", { n: 0 })));
}
