// Which boundaries may be approved without a look? The dialog says how many there are and what that risks, before it is done.
import { count } from "../dom.js";
import { plural, risk } from "./format.js";
import { approvable, progressOf } from "./queue_model.js";

const LEAST = [0.9999, 0.999, 0.99, 0.95, 0.9];

/** A threshold as it is said: "99.9 %". */
export const sureText = (p) => `${+(p * 100).toFixed(2)} %`;

export class BulkDialog {
  /** @param box the dialog; @param page Page */
  constructor(box, page) {
    Object.assign(this, { box, page });
    this.choice = box.querySelector("select");
    this.choice.append(...LEAST.map((p) => new Option(`${sureText(p)} and above`, p)));
    this.named = Object.fromEntries([...box.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    this.choice.addEventListener("change", () => this.draw());
    box.querySelector("form").addEventListener("submit", (event) => this.approve(event));
  }

  open() {
    this.choice.value = String(this.page.settings.bulk);
    this.draw();
    this.box.showModal();
    this.choice.focus();
  }

  draw() {
    const { many, files, left, doubted, go } = this.named;
    this.found = approvable(this.page.store.world, Number(this.choice.value));
    const { rows, doubted: asked, files: wrong } = this.found;
    many.textContent = count(rows.length);
    files.textContent = risk(wrong);
    left.textContent = count(Math.max(0, progressOf(this.page.store.rows).left - rows.length));
    doubted.hidden = !asked;
    doubted.textContent = `${plural(asked, "boundary", "boundaries")} as sure, but with a suggestion, ${asked === 1 ? "is" : "are"} left for you.`;
    go.textContent = rows.length ? `Approve ${plural(rows.length, "boundary", "boundaries")}` : "Nothing to approve";
    go.disabled = !rows.length;
  }

  approve(event) {
    event.preventDefault();
    const { page, found } = this;
    page.set("bulk", Number(this.choice.value));
    this.box.close();
    if (!found.rows.length) return;
    page.editAll(found.rows.map((row) => ({ kind: "approve", index: row.index })));
    page.say(`Approved ${plural(found.rows.length, "boundary", "boundaries")}; U takes all of it back.`);
    if (!page.row || found.rows.some((row) => row.index === page.current)) page.step(1);
  }
}
