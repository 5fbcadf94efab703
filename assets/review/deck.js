// Which actions are at hand, and is everything stored? Buttons, switches and the state of saving.
import { icon, say } from "../dom.js";
import { t } from "../i18n.js";
import { isAtHand } from "./actions.js";

export class Deck {
  /** @param part the deck; @param page Page; @param run (action) */
  constructor(part, page) {
    Object.assign(this, { part, page });
    this.named = Object.fromEntries([...part.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    this.buttons = [...part.querySelectorAll("[data-action]")];
    for (const input of part.querySelectorAll("input[name]")) {
      input.checked = page.settings[input.name];
      input.addEventListener("change", () => page.set(input.name, input.checked));
    }
  }

  draw() {
    const { page, named } = this;
    const sounding = page.player.playing;
    named.play.classList.toggle("on", sounding);
    say(named.playWord, sounding ? t("Stop") : t("Play"));
    if (named.play.dataset.sign !== String(sounding)) {
      named.play.dataset.sign = String(sounding);
      named.play.querySelector(".icon").replaceWith(icon(sounding ? "pause" : "play"));
    }
    say(named.k, `k = ${page.settings.k}`);
    say(named.speed, `${page.settings.speed}×`);
    say(named.volume, `${Math.round(page.settings.volume * 100)} %`);
    named.on.classList.toggle("on", page.player.what === "on");
    const out = page.cursor !== null && page.store.excluded.has(page.cursor);
    say(named.approveWord, page.ask ? t("No, go on") : t("Approve, go on"));
    say(named.excludeWord, out ? t("Include") : t("Exclude"));
    say(named.cursor, page.cursor === null ? "" : t("at {place}", { place: page.cursor }));
    for (const button of this.buttons) {
      const { action } = button.dataset;
      button.disabled = !isAtHand(page, action);
    }
  }
}

/** "All decisions stored", "saving 3", "offline, 3 kept here", "offline": [words, kind]. */
export function savedWords(pending, trouble) {
  if (trouble === "signed-out") return [t("signed out, {pending} kept here", { pending }), "bad"];
  if (trouble === "offline") return [pending ? t("offline, {pending} kept here", { pending }) : t("The server does not answer"), "bad"];
  return pending ? [t("saving {pending}", { pending }), "busy"] : [t("All decisions stored"), "good"];
}
