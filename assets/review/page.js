// What is the reviewer looking at, and what happens to it? The page's state and the moves between its parts; drawing
// is left to the parts, sending to the outbox.
import { Audition } from "./audition.js";
import { clampWindow, keepAnchor, rangeRound, reveal } from "./scale.js";
import { neighbour, queueItems } from "./queue_model.js";
import { saveSettings } from "./kept.js";

const ABOUT_UTTERANCE = new Set(["exclude", "include"]);
const HALVES = [12, 18, 25, 40, 60, 100]; // utterances on either side in the close-up
const FIRST_WINDOW = 21; // segments in the enlarged lane at the start

export class Page {
  /** @param parts {store, outbox, details, sounds, player, settings}; @param invalidate (...names) asks for a paint */
  constructor(parts, invalidate) {
    Object.assign(this, parts);
    this.invalidate = invalidate;
    this.audition = new Audition(this);
    this.current = null; // index of the boundary, or a place without one
    this.anchor = null;
    this.cursor = null;
    this.preview = null; // where the cut is dragged to
    this.place = 0; // in the queue
    this.window = { lo: 0, hi: 1 };
    this.conflict = null; // {item, along, mine, theirs}
    this.done = false;
    this.say = () => {};
    this.onMove = () => {};
  }

  get n() {
    return this.store.nUtterances;
  }

  get row() {
    return this.current === null ? null : this.store.get(this.current);
  }

  get cut() {
    return this.preview ?? this.current;
  }

  get queue() {
    return queueItems(this.store.rows, this.settings);
  }

  get range() {
    return rangeRound(this.anchor ?? 1, this.settings.half, this.n);
  }

  set(name, value) {
    this.settings[name] = value;
    saveSettings(this.settings);
    this.invalidate();
  }

  start(place) {
    const segmentSize = this.n / (this.store.rows.length + 1);
    const span = Math.min(this.n, Math.max(200, segmentSize * FIRST_WINDOW));
    this.window = clampWindow({ lo: (place ?? 0) - span / 2, hi: (place ?? 0) + span / 2 }, this.n);
  }

  /** Show more (+1) or fewer (-1) utterances in the close-up. */
  widen(step) {
    const at = HALVES.findIndex((half) => half >= this.settings.half);
    this.set("half", HALVES[Math.min(Math.max(at + step, 0), HALVES.length - 1)]);
    this.anchor = keepAnchor(this.anchor, this.current, this.settings.half);
  }

  /** Look at the place `index`; without a boundary there the cursor stands on it, so that one can be added. */
  go(index) {
    const place = Math.min(Math.max(1, Math.round(index)), Math.max(1, this.n - 1));
    this.audition.stop();
    this.done = false;
    this.preview = null;
    this.current = place;
    this.anchor = place;
    this.cursor = this.row ? null : Math.min(Math.round(index), this.n - 1);
    this.window = reveal(this.window, place, this.n);
    this.notePlace();
    this.onMove();
    this.sounds.missing.clear(); // what was not there may be back
    this.audition.warm();
    this.invalidate();
  }

  /** The boundary before or after in the queue. */
  step(direction, to = this.neighbour(direction)) {
    if (to !== null) this.go(to);
    else if (!this.queue.length) this.finish();
    else this.say("This is the only one the filters leave.");
  }

  neighbour(step) {
    return neighbour(this.queue, { current: this.current, place: this.place, step });
  }

  /** Where in the queue the reviewer stands, so that "next" is known when the boundary leaves it. */
  notePlace() {
    const at = this.queue.findIndex((row) => row.index === this.current);
    if (at >= 0) this.place = at;
    else if (this.settings.order === "corpus") this.place = this.queue.filter((row) => row.index < this.current).length;
    else this.place = 0;
  }

  finish() {
    this.audition.stop();
    this.done = true;
    this.invalidate();
  }

  /** One edit: painted at once, stored in the background. */
  edit(kind, index, from = null) {
    const row = ABOUT_UTTERANCE.has(kind) ? null : this.store.get(from ?? index);
    this.store.apply({ kind, index, from });
    this.outbox.add({ kind, index, from, revision: row?.revision ?? null, pressedAt: performance.now() });
    this.invalidate();
  }

  /** Shift the boundary to `index`, or as near as its neighbours let it. */
  shiftTo(index) {
    const { row } = this;
    if (!row) return this.say("No boundary here: S adds one at the cursor.");
    if (row.state === "rejected") return this.say("This boundary is rejected: A keeps it, then it can be shifted.");
    const target = this.freePlace(index);
    if (target === this.current) return this.invalidate();
    this.edit("shift", target, this.current);
    this.current = target;
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
