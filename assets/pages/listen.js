// Is the change where it was approved? Boundaries and decoys are heard blind, answered by key; on the Export page.
import { get, post } from "../api.js";
import { el, icon } from "../dom.js";
import { t } from "../i18n.js";
import { readAudio } from "../review/api.js";
import { Player } from "../review/audio.js";
import { TICK, roundTheCut } from "../review/audio_plan.js";
import { loadSettings } from "../review/kept.js";
import { Sounds } from "../review/sounds.js";
import { CONFIDENCES, RATES, coverage, isGood, meantBy, percent, sampleSize } from "./listen_model.js";
import { serverWords } from "./server_words.js";

const K = 3; // utterances on each side
const RETRY_MS = 2000;

/** @param root the Export page; @param nUtterances () → how many there are */
export function mountListening(root, nUtterances) {
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  const box = slot("listen-box");
  const sounds = new Sounds(readAudio), player = new Player(sounds, drawPlaying);
  let found = null, place = null, before = null, answered = 0, busy = false, frame = 0;

  const wish = () => ({ error_rate: Number(slot("rate").value), confidence: Number(slot("sure").value) });
  const choice = (values, word) => values.map((value) => el("option", { value }, word(value)));
  slot("rate").append(...choice(RATES, (value) => t("fewer than {p} wrong", { p: percent(value) })));
  slot("sure").append(...choice(CONFIDENCES, (value) => t("{p} sure", { p: percent(value) })));
  [slot("rate").value, slot("sure").value] = ["0.01", "0.95"];

  async function ask() {
    const now = await get("guarantee").catch(() => found);
    if (box.open) return; // the answers know better
    found = now;
    if (found?.goal) [slot("rate").value, slot("sure").value] = [String(found.goal.error_rate), String(found.goal.confidence)];
    drawSummary();
  }

  function drawSummary() {
    slot("guarantee").hidden = !found;
    if (!found) return;
    slot("guarantee-text").textContent = serverWords(found.text);
    slot("guarantee-text").classList.toggle("sure", isGood(found));
    slot("guarantee-text").classList.toggle("bad", found.n_wrong > 0);
    slot("coverage").textContent = coverage(found);
    const size = Math.min(sampleSize(wish().error_rate, wish().confidence), found.n_approved);
    const isSame = found.goal && found.goal.error_rate === wish().error_rate && found.goal.confidence === wish().confidence;
    const left = isSame ? found.n_left : null;
    slot("listen").disabled = !found.n_approved || left === 0;
    slot("listen").replaceChildren(icon("play"), !found.n_approved ? t("Nothing is approved yet") : left === 0 ? t("All heard")
      : left !== null && found.n_heard ? t("Go on, {left} left", { left }) : t("Listen to {n} boundary blind|Listen to {n} boundaries blind", { n: size }));
  }

  async function open() {
    try {
      found = await post("guarantee/goal", wish());
    } catch (error) {
      slot("guarantee-text").textContent = error.message;
      return;
    }
    [before, answered] = [null, 0];
    player.setVolume(loadSettings().volume);
    sounds.speed = loadSettings().speed;
    box.showModal();
    next();
  }

  const plan = (index) => roundTheCut(index, K, nUtterances(), (i) => !sounds.missing.has(i));
  const warm = () => sounds.warm((found.next ?? []).slice(0, 4).flatMap((index) => plan(index).filter((item) => item !== TICK)));

  function next() {
    place = found.next[0] ?? null;
    drawBox();
    if (place === null) return player.stop();
    again();
    warm();
  }

  const again = () => place !== null && player.play(plan(place), { what: "blind" });

  async function answer(word) {
    if (place === null || busy) return;
    [busy, before] = [true, place];
    player.stop();
    for (;;) {
      const failed = await post("guarantee/answer", { index: place, answer: word }).then((now) => { found = now; }, (error) => error);
      if (!failed) break;
      slot("listen-note").textContent = t("Not stored: {why}; trying again …", { why: failed.message });
      if (failed.status === 404) { found = await get("guarantee").catch(() => found); break; }
      if (!box.open) { busy = false; return; }
      await new Promise((go) => setTimeout(go, RETRY_MS));
    }
    [busy, answered] = [false, answered + 1];
    next();
  }

  /** The place before is heard again; its newest answer counts. */
  function back() {
    if (before === null || busy) return;
    [place, before] = [before, null];
    drawBox();
    again();
  }

  function drawBox() {
    const done = found.n_items - found.n_left;
    slot("listen-progress").textContent = t("{done} of {total}", { done, total: found.n_items });
    slot("listen-bar").firstElementChild.style.width = `${(100 * done) / Math.max(1, found.n_items)}%`;
    slot("listen-note").textContent = place === null ? serverWords(found.text) : "";
    slot("listen-done").hidden = place !== null;
    slot("listen-at").hidden = place === null;
    for (const button of box.querySelectorAll("[data-answer]")) button.disabled = button.dataset.answer === "back" ? before === null : place === null;
    if (place !== null) slot("listen-at").replaceChildren(...plan(place).map((item) => (item === TICK ? el("i", { class: "tick" }) : el("span", { class: "spot", "data-spot": item }))));
    if (place === null) slot("listen-done").querySelector("button").focus();
    drawPlaying();
  }

  function drawPlaying() {
    cancelAnimationFrame(frame);
    const now = player.playing ? player.now()?.index : null;
    for (const spot of box.querySelectorAll(".spot")) spot.classList.toggle("on", Number(spot.dataset.spot) === now);
    if (player.playing) frame = requestAnimationFrame(drawPlaying);
  }

  const act = (what) => (what === "again" ? again() : what === "back" ? back() : answer(what));
  box.addEventListener("keydown", (event) => {
    const what = meantBy(event);
    if (!what || (event.key === " " && event.target.closest("[data-close]"))) return;
    event.preventDefault();
    event.stopPropagation();
    act(what);
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.answer) act(button.dataset.answer);
    else if (button?.hasAttribute("data-close")) box.close();
  });
  box.addEventListener("close", () => { player.stop(); drawSummary(); ask(); slot("listen").focus(); });
  slot("listen").addEventListener("click", open);
  for (const name of ["rate", "sure"]) slot(name).addEventListener("change", drawSummary);
  window.__spkListen = { state: () => ({ place, answered, open: box.open, left: found?.n_left ?? null, played: player.started }) };
  return { ask };
}
