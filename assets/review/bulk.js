// Which boundaries may be approved without a look? The dialog says how many there are and what that risks, before it is done.
import { count, el } from "../dom.js";
import { plural, risk } from "./format.js";
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
    const { left, doubted, go } = this.named;
    this.least = least;
    const { rows, doubted: asked } = this.found.get(least);
    left.textContent = `${plural(progressOf(this.page.store.rows).left - rows.length, "boundary is", "boundaries are")} left to decide.`;
    doubted.textContent = asked ? ` ${plural(asked, "is", "are")} as sure, but with a suggestion: not approved here.` : "";
    go.textContent = rows.length ? `Approve ${plural(rows.length, "boundary", "boundaries")}` : "Nothing to approve";
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
    page.say(`Approved ${plural(rows.length, "boundary", "boundaries")}; U takes all of it back.`);
    if (rows.some((row) => row.index === page.current)) page.step(1);
  }
}

function choice(least, { rows, files }, isChosen) {
  return el("label", {}, el("input", { type: "radio", name: "least", value: least, checked: isChosen }), `${sureText(least)} and above`,
    el("small", {}, rows.length ? `${plural(rows.length, "boundary", "boundaries")}, ${risk(files)} misfiled files expected among them` : `${count(0)} boundaries`));
}
