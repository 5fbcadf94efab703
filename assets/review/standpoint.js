// Where does the reviewer stand, and what comes next? The place, the item of the queue, and the moves between items.
import { t } from "../i18n.js";
import { keyOf, neighbour, queueItems } from "./queue_model.js";
import { clampWindow, reveal } from "./scale.js";
import { isOpen } from "./timeline_model.js";

const FIRST_WINDOW = 21; // segments in the enlarged lane at the start

/** The part of Page that moves; store, details, sounds, audition, settings and invalidate are the page's. */
export class Standpoint {
  constructor() {
    this.current = null; // index of the boundary, or a place without one
    this.key = null; // of the item in the queue that the reviewer is at; the boundary's own, or a suggestion's
    this.anchor = null;
    this.cursor = null;
    this.preview = null; // where the cut is dragged to
    this.place = 0; // in the queue
    this.window = { lo: 0, hi: 1 };
    this.done = false;
    this.onMove = () => {};
  }

  get n() {
    return this.store.nUtterances;
  }

  get row() {
    return this.current === null ? null : this.store.get(this.current);
  }

  /** The suggestion that the reviewer is asked about here, or null. */
  get ask() {
    return this.store.world.asked.find((one) => one.key === this.key) ?? null;
  }

  /** The doubt whether the boundary here is one at all, or null. */
  get doubt() {
    const { row, store } = this;
    return (row && isOpen(row) && store.world.doubts.get(row.proposed ?? row.index)) || null;
  }

  get comments() {
    return this.store.world.comments.get(this.current) ?? [];
  }

  /** Items that wait, in their order; the same array until something changes. */
  get queue() {
    const { world } = this.store;
    const wish = JSON.stringify(this.settings);
    if (this.listed?.world !== world || this.listed.wish !== wish) this.listed = { world, wish, items: queueItems(world, this.settings) };
    return this.listed.items;
  }

  start(place) {
    const segmentSize = this.n / (this.store.rows.length + 1);
    const span = Math.min(this.n, Math.max(200, segmentSize * FIRST_WINDOW));
    this.window = clampWindow({ lo: (place ?? 0) - span / 2, hi: (place ?? 0) + span / 2 }, this.n);
  }

  /** Look at the place `index`; without a boundary there the cursor stands on it, so that one can be added. */
  go(index, key = keyOf(Math.round(index))) {
    this.key = key;
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

  /** Look at an item of the queue: the cursor stands on an utterance that is asked about, and nowhere else. */
  open(item) {
    this.go(item.index, item.key);
    if (item.ask) this.cursor = item.ask.kind === "outlier" ? item.index : null;
    if (item.ask?.kind === "same_voice") for (const one of item.ask.members[0].voices) this.details.voice(one);
  }

  /** Another detection asks other things: stay at the place, and be asked nothing. */
  forgetAsked() {
    if (this.current !== null) this.key = keyOf(this.current);
  }

  /** Look at what the queue has at `index` again, a suggestion before a boundary. */
  openAt(index) {
    const isHere = (ask) => ask.index === index || (ask.kind === "outlier" && ask.members.some((one) => one.indices[0] === index));
    const ask = this.store.world.asked.find(isHere);
    if (ask) this.open({ index, key: ask.key, ask });
    else this.go(index);
  }

  /** The item before or after in the queue. */
  step(direction, to = this.neighbour(direction)) {
    if (to !== null) this.open(to);
    else if (!this.queue.length) this.finish();
    else this.say(t("This is the only one the filters leave."));
  }

  neighbour(step) {
    return neighbour(this.queue, { key: this.key, place: this.place, step, busy: this.store.busy });
  }

  /** Where in the queue the reviewer stands, so that "next" is known when the boundary leaves it. */
  notePlace() {
    const at = this.queue.findIndex((item) => item.key === this.key);
    if (at >= 0) this.place = at;
    else if (this.settings.order === "corpus") this.place = this.queue.filter((item) => item.index < this.current).length;
    else this.place = 0;
  }

  finish() {
    this.audition.stop();
    this.done = true;
    this.invalidate();
  }
}
