// What happens to what the reviewer is looking at? Edits and settings; drawing is left to the parts, sending to the
// outbox, moving through the queue to standpoint.js.
import { Audition } from "./audition.js";
import { t } from "../i18n.js";
import { keepAnchor, rangeRound, reveal } from "./scale.js";
import { keyOf } from "./queue_model.js";
import { saveSettings } from "./kept.js";
import { freshKey } from "./outbox.js";
import { Standpoint } from "./standpoint.js";

const WITHOUT_REVISION = new Set(["exclude", "include", "dismiss", "same_speaker", "comment"]);
const HALVES = [12, 18, 25, 40, 60, 100]; // utterances on either side in the close-up

export class Page extends Standpoint {
  /** @param parts {store, outbox, details, sounds, player, settings}; @param invalidate (...names) asks for a paint */
  constructor(parts, invalidate) {
    super();
    Object.assign(this, parts);
    this.invalidate = invalidate;
    this.audition = new Audition(this);
    this.conflict = null; // {item, along, mine, theirs}
    this.shownTiles = { left: 0, right: 0 }; // utterances on either side of the cut in the strip
    this.say = () => {};
  }

  get cut() {
    return this.preview ?? this.current;
  }

  get range() {
    return rangeRound(this.anchor ?? 1, this.settings.half, this.n);
  }

  set(name, value) {
    this.settings[name] = value;
    saveSettings(this.settings);
    this.invalidate();
  }

  /** Take the filters away and look at what they hid; what is undecided, if anything is. */
  showAll() {
    Object.assign(this.settings, { below: 1, kind: "all", order: "corpus" });
    this.set("state", this.store.rows.some((row) => row.state === "undecided") ? "open" : "all");
    this.step(1);
  }

  /** Show more (+1) or fewer (-1) utterances in the close-up. */
  widen(step) {
    const at = HALVES.findIndex((half) => half >= this.settings.half);
    this.set("half", HALVES[Math.min(Math.max(at + step, 0), HALVES.length - 1)]);
    this.anchor = keepAnchor(this.anchor, this.current, this.settings.half);
  }

  /** One edit: painted at once, stored in the background. @param more {from, other, text, answers} where it has them */
  edit(kind, index, more = {}) {
    this.editAll([{ kind, index, ...more }]);
  }

  /** Edits that are one step: undone together. */
  editAll(edits) {
    const batch = edits.length > 1 ? freshKey() : null;
    const pressedAt = performance.now();
    const made = edits.map((edit) => ({ ...edit, batch, revision: this.revisionFor(edit), pressedAt }));
    this.store.apply(...made);
    this.outbox.add(...made);
    this.invalidate();
  }

  revisionFor({ kind, index, from = null }) {
    return WITHOUT_REVISION.has(kind) ? null : this.store.get(from ?? index)?.revision ?? null;
  }

  /** Shift the boundary to `index`, or as near as its neighbours let it. */
  shiftTo(index) {
    const { row } = this;
    if (!row) return this.say(t("No boundary here: S adds one at the cursor."));
    if (row.state === "rejected") return this.say(t("This boundary is rejected: A keeps it, then it can be shifted."));
    const target = this.freePlace(index);
    if (target === this.current) return this.invalidate();
    this.edit("shift", target, { from: this.current });
    this.current = target;
    this.key = keyOf(target);
    this.anchor = keepAnchor(this.anchor, target, this.settings.half);
    this.window = reveal(this.window, target, this.n);
    this.onMove();
    this.audition.warm();
    if (this.settings.playOnShift) this.audition.soon();
  }

  /** The nearest place to `index` on the way there that no other boundary holds. */
  freePlace(index) {
    const { lo, hi } = this.store.room(this.current);
    const towards = Math.sign(index - this.current);
    let target = Math.min(Math.max(index, lo), hi);
    while (target !== this.current && this.store.get(target)) target -= towards;
    return target;
  }

  hear(index) {
    this.cursor = index;
    this.invalidate("strip", "deck");
    this.audition.one(index);
  }

  moveCursor(step) {
    const from = this.cursor ?? (step > 0 ? this.current - 1 : this.current);
    const near = 9 + this.settings.half;
    this.cursor = Math.min(Math.max(from + step, 0, this.current - near), this.n - 1, this.current + near - 1);
    this.invalidate("strip", "deck");
  }

  /** The waveforms of [lo, hi), or their spectrograms where these are chosen. */
  wantPictures(lo, hi) {
    if (this.settings.spectrogram) this.details.wantSpectra(lo, hi);
    else this.details.wantPeaks(lo, hi);
  }

  /** How far a close-up must reach so that it covers its picture although the cut has moved. */
  get reach() {
    const { lo, hi } = this.range;
    return Math.max(this.current - lo, hi - this.current);
  }

  /** Somebody else decided: stand where the boundary was before the refused edit, until that is settled. */
  meetConflict(found) {
    this.conflict = found;
    this.go(found.item.from ?? found.item.index);
    this.wasBoundary = true;
  }

  /** After others' decisions: stay with the boundary when it was moved. */
  follow() {
    if (!this.wasBoundary || this.row) return;
    const moved = this.store.movedFrom(this.current);
    if (moved) this.go(moved.index);
  }
}
