// What does the reviewer hear, and what is fetched before it is asked for? Between the page and the player.
import { t } from "../i18n.js";
import { TICK, roundTheCut, toWarm } from "./audio_plan.js";
import { upcoming } from "./queue_model.js";

const AHEAD = 3; // boundaries of the queue whose sound is fetched ahead
const ON = "on"; // what the player plays while it goes on through the segment
const HURRIED_MS = 180; // nudges nearer than this are one gesture
const AFTER_MS = 80; // what is shown now comes first; who hurries past sees nothing fetched ahead

const PATIENCE_MS = 150; // for a moment in which the page has nothing else to do

const afterPaint = (go) => requestAnimationFrame(() => requestIdleCallback(go, { timeout: PATIENCE_MS }));

export class Audition {
  /** @param page Page, with player, sounds, details and settings */
  constructor(page) {
    this.page = page;
  }

  canHear(index) {
    const { details, sounds } = this.page;
    return !details.utterance(index)?.unreadable && !sounds.missing.has(index);
  }

  async play(items, what) {
    const { page } = this;
    const n = await page.player.play(items, { what, even: page.settings.evenLoudness });
    if (n === 0) page.say(page.sounds.trouble ? t("Nothing can be heard: {why}", { why: page.sounds.trouble }) : t("Nothing here can be heard: the tiles say why."));
  }

  /** Speed and volume are as the switches say; what was prepared for another speed is prepared again. */
  adjust() {
    const { player, settings, sounds } = this.page;
    player.setVolume(settings.volume);
    if (sounds.speed === settings.speed) return;
    sounds.speed = settings.speed;
    this.warm();
  }

  /** "last k of the left | tick | first k of the right", round the cut or another place. */
  round(place = this.page.cut, what = "cut") {
    this.play(this.plan(place), what);
  }

  plan(place) {
    const { settings, n } = this.page;
    return roundTheCut(place, settings.k, n, (i) => this.canHear(i));
  }

  /** The utterances that `round` plays. */
  heard() {
    return this.plan(this.page.cut).filter((item) => item !== TICK);
  }

  /** After a nudge; while keys repeat only the last one is heard. */
  soon() {
    clearTimeout(this.timer);
    const hurried = performance.now() - (this.nudgedAt ?? 0) < HURRIED_MS;
    this.nudgedAt = performance.now();
    if (hurried) this.page.player.stop();
    this.timer = setTimeout(() => this.round(), hurried ? HURRIED_MS : 0);
  }

  stop() {
    clearTimeout(this.timer);
    this.page.player.stop();
  }

  one(index) {
    if (this.canHear(index)) this.play([index], `cursor ${index}`);
    else {
      this.page.player.stop();
      this.page.say(t("Nothing here can be heard: the tiles say why."));
    }
  }

  /** Utterance after utterance from the cursor, or the cut, to the end of the segment; the cursor goes along. */
  on() {
    const { page } = this;
    this.play(this.restOfSegment(page.cursor ?? page.current), ON);
  }

  *restOfSegment(start) {
    const { store, n } = this.page;
    const stop = store.rows.find((row) => row.index > start && row.state !== "rejected")?.index ?? n;
    for (let i = start; i < stop; i += 1) if (this.canHear(i)) yield i;
  }

  /** Another utterance sounds now. */
  follow(index) {
    const { page } = this;
    if (page.player.what === ON && index !== undefined) page.cursor = index;
    page.invalidate("strip", "deck");
  }

  /** Three typical utterances of the speaker on `side`, "left" or "right". */
  voice(side) {
    const { page } = this;
    const typical = page.details.closeup(page.current, page.reach)?.references?.[side] ?? [];
    if (typical.length) this.play(typical, side);
    else page.say(side === "left" ? t("No utterance of the left speaker is known yet.") : t("No utterance of the right speaker is known yet."));
  }

  /** Fetch ahead what is likely to be heard next, once what is shown is asked for and painted. */
  warm() {
    if (this.warming) return;
    this.warming = true;
    afterPaint(() => {
      this.warming = false;
      if (this.page.current !== null) this.warmNow();
    });
  }

  warmNow() {
    const { page } = this;
    const { k, half } = page.settings;
    const next = upcoming(page.queue, page, AHEAD);
    const nearCursor = page.cursor === null ? [] : toWarm(page.cursor, 2, page.n);
    const wanted = [...toWarm(page.current, k + 2, page.n), ...nearCursor, ...next.flatMap((index) => toWarm(index, k, page.n))];
    page.sounds.warm(wanted.filter((i) => this.canHear(i)));
    clearTimeout(this.later);
    this.later = setTimeout(() => next.slice(0, 2).forEach((index) => this.warmPictures(index, half)), AFTER_MS);
  }

  /** The curves and the tiles of a place that comes next; curves that are a shift old do until one is there. */
  warmPictures(index, half) {
    const { page } = this;
    if (!page.details.closeups.has(index)) page.details.closeup(index, half);
    page.wantPictures(Math.max(0, index - page.shownTiles.left), Math.min(page.n, index + page.shownTiles.right));
  }
}
