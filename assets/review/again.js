// What did detecting again change? A list to look through, until it is put away; its lines lead to the boundaries.
import { count, el, icon } from "../dom.js";
import { t } from "../i18n.js";
import { readChanges } from "./api.js";
import { changedPlaces, changesText } from "./again_model.js";

const SEEN = "spkbound.detection.seen";

export class Again {
  /** @param part the section; @param page Page */
  constructor(part, page) {
    Object.assign(this, { part, page });
    this.named = Object.fromEntries([...part.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    this.named.againClose.addEventListener("click", () => this.putAway());
    this.named.againList.addEventListener("click", ({ target }) => {
      const line = target.closest("[data-index]");
      if (line) page.openAt(Number(line.dataset.index));
    });
  }

  /** Ask what the detection of now changed, unless it was put away here. */
  async look() {
    const detection = this.page.store.detectionId;
    const changes = detection === localStorage.getItem(SEEN) ? null : await readChanges().catch(() => null);
    const places = changes ? changedPlaces(changes) : [];
    this.part.hidden = !changes;
    if (!changes) return;
    this.named.againText.textContent = changesText(changes);
    this.named.againList.hidden = !places.length;
    this.named.againList.replaceChildren(...places.map(line));
  }

  putAway() {
    localStorage.setItem(SEEN, this.page.store.detectionId);
    this.part.hidden = true;
    this.page.invalidate();
  }
}

const WORDS = { moved: t("moved"), new: t("new"), gone: t("gone") };
const SIGNS = { moved: "next", new: "plus", gone: "minus" };

const line = ({ what, index, from }) => el("li", {}, el("button", { type: "button", "data-index": index },
  icon(SIGNS[what]), el("b", {}, count(index)), from === null ? WORDS[what] : t("{what} from {place}", { what: WORDS[what], place: from })));
