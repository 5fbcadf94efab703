// What does the reviewer want to say of a boundary? The dialog for a comment, with those that are there already.
import { el } from "../dom.js";
import { whenAndWho } from "./format.js";

export class CommentDialog {
  /** @param box the dialog; @param page Page */
  constructor(box, page) {
    Object.assign(this, { box, page });
    this.words = box.querySelector("textarea");
    this.said = box.querySelector("[data-part=said]");
    box.querySelector("form").addEventListener("submit", (event) => this.store(event));
    this.words.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.store(event));
  }

  open() {
    const { page } = this;
    this.about = page.current;
    this.words.value = "";
    this.said.replaceChildren(...page.comments.map((one) => el("li", {}, el("span", { class: "wrap" }, one.text), el("small", { class: "faint" }, whenAndWho(one, page.store.user)))));
    this.said.hidden = !page.comments.length;
    this.box.showModal();
    this.words.focus();
  }

  store(event) {
    event.preventDefault();
    const text = this.words.value.trim();
    if (text) this.page.edit("comment", this.about, { text });
    this.box.close();
  }
}
