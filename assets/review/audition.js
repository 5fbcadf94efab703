// What does the reviewer hear, and what is fetched before it is asked for? Between the page and the player.
import { TICK, roundTheCut, toWarm } from "./audio_plan.js";
import { upcoming } from "./queue_model.js";

const AHEAD = 3; // boundaries of the queue whose sound is fetched ahead
const HURRIED_MS = 180; // nudges nearer than this are one gesture

export class Audition {
  /** @param page Page, with player, sounds, details and settings */
  constructor(page) {
    this.page = page;
  }

  canHear(index) {
    const { details, sounds } = this.page;
    return !details.utterance(index)?.unreadable && !sounds.missing.has(index);
  }

  play(items, what) {
    const { player, settings } = this.page;
    player.play(items, { what, speed: settings.speed, even: settings.evenLoudness });
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
    else this.page.player.stop();
  }

  /** Three typical utterances of the speaker on `side`, "left" or "right". */
  voice(side) {
    const { page } = this;
    const typical = page.details.closeup(page.current, page.reach)?.references?.[side] ?? [];
    if (typical.length) this.play(typical, side);
    else page.say(`No utterance of the ${side} speaker is known yet.`);
  }

  /** Fetch ahead what is likely to be heard next. */
  warm() {
    const { page } = this;
    const { k, half } = page.settings;
    const next = upcoming(page.queue, page, AHEAD);
    const wanted = [...toWarm(page.current, k + 2, page.n), ...next.flatMap((index) => toWarm(index, k, page.n))];
    page.sounds.warm(wanted.filter((i) => this.canHear(i)));
    for (const index of next.slice(0, 2)) page.details.closeup(index, half);
  }
}
