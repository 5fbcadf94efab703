// What does each part need to know to draw itself? From the page's state to the parts; no events of its own.
import { isAllowed } from "./actions.js";
import { Again } from "./again.js";
import { Closeup } from "./closeup.js";
import { Deck, savedWords } from "./deck.js";
import { drawDone } from "./empty.js";
import { Headline } from "./headline.js";
import { Conflict } from "./notice.js";
import { Queue } from "./queue.js";
import { Strip } from "./strip.js";
import { Timeline } from "./timeline.js";
import { TimelineData } from "./timeline_data.js";
import { nearestRow, rowMeant } from "./timeline_model.js";
import { centreOn } from "./scale.js";

const isPlace = (index) => index !== null && index !== undefined;

export class View {
  constructor(root, page, { sync, onConflict }) {
    Object.assign(this, { root, page, sync });
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    this.parts = { centre: ["headline", "closeup", "strip", "deck"].map(part), empty: part("empty"), headline: part("headline") };
    this.similarity = new TimelineData(() => page.invalidate("timeline"));
    this.timeline = new Timeline(part("timeline"), this.similarity, this.onTimeline());
    this.headline = new Headline(part("headline"));
    this.closeup = new Closeup(part("closeup"), this.onCloseup());
    this.strip = new Strip(part("strip"), { hear: (index) => page.hear(index), cut: (index) => page.shiftTo(index) });
    this.deck = new Deck(part("deck"), page);
    this.queue = new Queue(part("queue"), page);
    this.again = new Again(part("again"), page);
    this.conflict = new Conflict(part("conflict"), page, onConflict);
    part("half").addEventListener("click", (event) => page.widen(Number(event.target.closest("button")?.value ?? 0)));
    part("closeup").addEventListener("wheel", (event) => { event.preventDefault(); page.widen(Math.sign(event.deltaY)); }, { passive: false });
    root.querySelector("[data-part=zoom]").addEventListener("click", (event) => this.zoom(event.target.closest("button")?.value));
  }

  onTimeline() {
    const { page } = this;
    return {
      window: (window) => { page.window = window; page.invalidate("timeline"); },
      goWhole: (place, reach) => {
        const meant = rowMeant(page.store.rows, place, reach);
        page.window = centreOn(page.window, meant?.index ?? place, page.n);
        if (meant) page.go(meant.index);
        else page.invalidate("timeline");
      },
      goNear: (place, reach) => {
        const near = nearestRow(page.store.rows, place);
        page.go(near && Math.abs(near.index - place) <= reach ? near.index : place);
      },
    };
  }

  onCloseup() {
    const { page } = this;
    return {
      onShift: (index) => {
        page.preview = page.row ? page.freePlace(index) : null;
        page.invalidate("headline", "closeup", "strip");
      },
      onDrop: () => {
        const { preview } = page;
        page.preview = null;
        if (preview !== null) page.shiftTo(preview);
      },
    };
  }

  zoom(what) {
    const { page } = this;
    const span = page.window.hi - page.window.lo;
    const middle = page.current ?? (page.window.lo + page.window.hi) / 2;
    if (what === "here") page.window = centreOn(page.window, middle, page.n);
    else if (what) page.window = centreOn({ lo: 0, hi: span * (what === "in" ? 0.5 : 2) }, middle, page.n);
    page.invalidate("timeline");
  }

  recolour() {
    this.timeline.colours = null;
    this.strip.recolour();
  }

  measure() {
    for (const part of [this.timeline, this.closeup, this.strip, this.queue]) part.measure();
    this.recolour();
  }

  /** The detection is another one: nothing drawn of the old is true any more. */
  forget() {
    this.similarity.forget();
    this.page.details.outdate();
    this.page.forgetAsked();
    this.again.look();
  }

  draw(names) {
    const { page } = this;
    const wants = (name) => names.has("all") || names.has(name);
    this.drawSaved();
    if (names.has("all")) this.drawFrame();
    if (wants("timeline")) this.drawTimeline();
    if (!page.done && page.current !== null) this.drawPlace(wants);
    if (wants("queue")) this.queue.draw(); // last, for it may lay out the page
  }

  drawPlace(wants) {
    const { page } = this;
    page.wasBoundary = Boolean(page.row);
    const data = this.closeupData();
    const range = this.strip.rangeAt(page.cut, page.n, page.cursor);
    if (wants("headline")) this.drawHeadline(data);
    if (wants("closeup")) this.drawCloseup(data, range);
    if (wants("strip")) this.drawStrip(data, range);
    if (wants("deck")) this.deck.draw();
    if (page.player.playing) this.strip.follow(page.player, (index) => page.audition.follow(index));
  }

  /** Which parts are there at all: the boundary, a conflict in place of its headline, or the word that all is done. */
  drawFrame() {
    const { page, parts } = this;
    const done = page.done || page.current === null;
    for (const part of parts.centre) part.hidden = done;
    parts.headline.hidden = done || Boolean(page.conflict);
    const isFinished = done && parts.empty.hidden;
    parts.empty.hidden = !done;
    if (done) drawDone(parts.empty, page, () => page.showAll());
    if (isFinished) parts.empty.querySelector(".primary")?.focus({ preventScroll: true });
    this.conflict.draw();
    if (done) this.deck.draw();
  }

  /** A shift that is not stored yet would be seen from the wrong segments: the picture of before is kept meanwhile. */
  closeupData() {
    const { page } = this;
    const isWaiting = this.sync.outbox.items.some((item) => item.kind === "shift" && item.index === page.current);
    const fresh = isWaiting ? page.details.closeups.get(page.current)?.data : page.details.closeup(page.current, page.reach);
    if (fresh) this.last = fresh;
    const { lo, hi } = page.range;
    const overlaps = this.last && this.last.lo < hi && this.last.hi > lo;
    return fresh ?? (overlaps ? this.last : undefined);
  }

  drawTimeline() {
    const { page } = this;
    const closeup = page.done || page.current === null ? null : page.range;
    this.timeline.draw({ n: page.n, window: page.window, rows: page.store.rows, current: page.done ? null : page.current, closeup });
  }

  drawHeadline(data) {
    const { page } = this;
    const { row, cut, ask, doubt, comments, cursor, details, store } = page;
    this.headline.draw({
      row, cut, ask, doubt, comments, cursor, details, rows: store.rows, places: data?.places, user: store.user,
      doubtNames: doubt && store.names[doubt.n], allowed: (action) => isAllowed(page, action),
    });
  }

  drawCloseup(data, strip) {
    const { page } = this;
    const origin = page.row?.state === "shifted" ? page.row.origin : null;
    this.closeup.draw({
      asked: page.ask?.kind === "outlier" ? page.ask.members.map((one) => one.indices[0]) : [],
      range: page.range, cut: page.cut, data, isSilent: this.sync.trouble === "offline", proposed: isPlace(page.row?.proposed), was: page.preview !== null ? page.current : origin,
      mine: page.conflict ? [page.conflict.item, ...page.conflict.along].at(-1).index : null,
      fixed: Boolean(page.conflict) || !page.row, strip, excluded: page.store.excluded,
      room: page.row ? page.store.room(page.current) : { lo: 1, hi: page.n - 1 },
    });
  }

  drawStrip(data, range) {
    const { page } = this;
    page.wantPictures(range.lo, range.hi);
    page.shownTiles = { left: page.cut - range.lo, right: range.hi - page.cut };
    if (range.lo < page.range.lo || range.hi > page.range.hi) page.details.wantUtterances(range.lo, range.hi);
    this.strip.draw({
      cut: page.cut, range, heard: page.audition.heard(), cursor: page.cursor, playing: page.player.now()?.index ?? null,
      details: page.details, spectrogram: page.settings.spectrogram, excluded: page.store.excluded, missing: page.sounds.missing, isBoundary: Boolean(page.row) && page.row.state !== "rejected",
      left: data?.left_segment?.name, right: data?.right_segment?.name, fixed: Boolean(page.conflict),
    });
  }

  drawSaved() {
    const [text, kind] = savedWords(this.sync.outbox.pending(), this.sync.trouble);
    if (this.savedText === text) return;
    this.savedText = text;
    const state = { good: "stored", busy: "saving", bad: "offline" }[kind];
    document.dispatchEvent(new CustomEvent("spkbound:saved", { detail: { state, text } }));
  }
}
