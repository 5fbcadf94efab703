// What stands above the page for a moment? The list of keys, "go to", a comment, bulk approval; all are native dialogs,
// closed by Esc.
import { caps, el } from "../dom.js";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { find } from "./api.js";
import { BulkDialog } from "./bulk.js";
import { CommentDialog } from "./comment.js";
import { HELP_COLUMNS, helpGroups } from "./keys.js";

export class Dialogs {
  /** @param root the page's element; @param page Page */
  constructor(root, page) {
    Object.assign(this, { root, page });
    this.helpBox = root.querySelector("[data-part=help]");
    this.goBox = root.querySelector("[data-part=goto]");
    this.form = this.goBox.querySelector("form");
    this.words = this.goBox.querySelector("input");
    this.answer = this.goBox.querySelector("[data-part=answer]");
    const [said, many] = ["comment", "bulk"].map((name) => root.querySelector(`dialog[data-part=${name}]`));
    this.commenting = new CommentDialog(said, page);
    this.bulk = new BulkDialog(many, page);
    this.fillHelp();
    this.form.addEventListener("submit", (event) => this.look(event));
    this.helpBox.addEventListener("keydown", (event) => event.key === "?" && this.helpBox.close());
    for (const box of [this.helpBox, this.goBox, said, many]) {
      box.addEventListener("close", () => root.focus({ preventScroll: true }));
      box.addEventListener("click", (event) => (event.target === box || event.target.closest("[data-close]")) && box.close());
    }
  }

  fillHelp() {
    const groups = new Map(helpGroups().map((one) => [one.group, one.rows]));
    this.helpBox.querySelector(".keys").append(...HELP_COLUMNS.map((names) => el("div", {}, names.flatMap((name) => [
      el("h3", {}, name), el("ul", {}, groups.get(name).map(line)),
    ]))));
    const letters = this.helpBox.querySelector("[name=letterKeys]");
    letters.checked = this.page.settings.letterKeys;
    letters.addEventListener("change", () => { this.page.set("letterKeys", letters.checked); this.showLetters(); });
    for (const cap of this.root.querySelectorAll("kbd")) cap.replaceWith(...caps([cap.textContent]));
    this.showLetters();
  }

  /** Caps of keys that do nothing are struck out, wherever they stand. */
  showLetters() {
    document.body.classList.toggle("no-letters", !this.page.settings.letterKeys);
  }

  help() {
    this.helpBox.showModal();
  }

  comment() {
    this.commenting.open();
  }

  approveMany() {
    this.bulk.open();
  }

  goTo() {
    this.answer.textContent = "";
    this.goBox.showModal();
    this.words.select();
  }

  async look(event) {
    event.preventDefault();
    const words = this.words.value.trim();
    if (!words) return;
    this.answer.textContent = t("Looking …");
    try {
      const found = await find(/^[\d,\s]+$/.test(words) ? words.replace(/[,\s]/g, "") : words);
      this.goBox.close();
      this.page.go(found.index);
    } catch (error) {
      const isMissing = error instanceof ApiError && error.status >= 400 && error.status < 500;
      this.answer.textContent = isMissing ? t("No utterance is called or numbered “{words}”.", { words }) : t("The server does not answer; try again.");
    }
  }
}

function line({ label, shown, or }) {
  const parts = shown.flatMap((keys, i) => [or && i ? t("or") : null, ...caps(keys)]);
  return el("li", {}, el("span", {}, label), el("span", {}, parts));
}
