// Which utterances stand round the cut? One tile each with waveform and name; click to hear, click a gap to cut there.
import { arrange, count, el, icon, say, sizeOf } from "../dom.js";
import { t } from "../i18n.js";
import { reasonWords } from "../reasons.js";
import { range, seconds, shortName } from "./format.js";
import { stripRange } from "./closeup_model.js";
import { BANDS, COLUMNS, pixels, ramp } from "./spectrogram.js";
import { whyShort, withCursor } from "./strip_model.js";

const BINS = 26;
const STEP_MS = 200; // the time is written so often; the mark moves by itself, or every frame would keep keys waiting

export class Strip {
  /** @param part the section; @param on {hear(index), cut(index)} */
  constructor(part, on) {
    this.kept = new Map(); // index → {key, tile}
    this.gaps = new Map(); // what it says → gap
    this.tiles = part.querySelector("[data-part=tiles]");
    this.plays = part.querySelector("[data-part=plays]");
    this.picture = part.querySelector("[data-part=picture]");
    this.sides = [part.querySelector(".side-l"), part.querySelector(".side-r")];
    this.tiles.addEventListener("click", (event) => {
      const gap = event.target.closest("[data-gap]");
      const tile = event.target.closest("[data-tile]");
      if (gap) on.cut(Number(gap.dataset.gap));
      else if (tile) on.hear(Number(tile.dataset.tile));
    });
  }

  /** The window has another size: measuring at every paint would make the browser lay out the page twice. */
  measure() {
    this.width = this.tiles.clientWidth || 900;
    this.least = sizeOf("tile");
    this.letter = sizeOf("picture") * 6.3;
    this.kept.clear();
  }

  /** The theme is another. */
  recolour() {
    this.kept.clear();
    this.theme = null;
  }

  rangeAt(cut, n, cursor) {
    if (!this.width) this.measure();
    return withCursor(stripRange(this.width, this.least, cut, n), cursor, n);
  }

  /** @param view {cut, range, spectrogram: which picture, heard: what Space plays, cursor, playing, details, excluded, missing, left, right, isBoundary, fixed} */
  draw(view) {
    view.theme = this.theme ??= themeOf(document.body);
    const focus = this.tiles.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
    const letters = ((this.width - 25) / Math.max(1, view.range.hi - view.range.lo) - 14) / this.letter;
    const parts = [];
    for (let i = view.range.lo; i < view.range.hi; i += 1) {
      if (i > view.range.lo || i === view.cut) parts.push(this.gapAt(i, view));
      parts.push(this.tileAt(i, view, letters));
    }
    arrange(this.tiles, parts);
    this.giveBackFocus(focus);
    this.drawHead(view);
  }

  drawHead(view) {
    this.picture.setAttribute("aria-pressed", String(view.spectrogram));
    say(this.sides[0], view.left ? t("Left: {name}", { name: view.left }) : "");
    say(this.sides[1], view.right ? t("Right: {name}", { name: view.right }) : "");
    const part = (ones) => (ones.length ? range(ones[0], ones.at(-1)) : t("nothing"));
    const [left, right] = [view.heard.filter((i) => i < view.cut), view.heard.filter((i) => i >= view.cut)];
    const text = view.cursor === null ? [t("plays {part}", { part: part(left) }), t("tick"), part(right)].join(" | ") : t("plays {place}, at the cursor", { place: view.cursor });
    if (this.plays.textContent !== `Space${text}`) this.plays.replaceChildren(el("kbd", {}, "Space"), text);
  }

  giveBackFocus(focus) {
    if (!focus) return;
    const wanted = "tile" in focus ? `[data-tile="${focus.tile}"]` : `[data-gap="${focus.gap}"]`;
    this.tiles.querySelector(wanted)?.focus({ preventScroll: true });
  }

  /** The tile as it was, unless something in it changed. */
  tileAt(i, view, letters) {
    const facts = factsOf(i, view);
    const key = JSON.stringify([facts, letters]);
    const kept = this.kept.get(i);
    if (kept?.key === key) return kept.tile;
    if (this.kept.size > 200) this.kept.clear();
    const tile = makeTile(i, facts, { picture: pictureOf(i, view), letters });
    this.kept.set(i, { key, tile });
    return tile;
  }

  gapAt(i, view) {
    const key = JSON.stringify([i, i === view.cut, view.isBoundary, view.fixed]);
    if (this.gaps.size > 200) this.gaps.clear();
    if (!this.gaps.has(key)) this.gaps.set(key, gap(i, view));
    return this.gaps.get(key);
  }

  /** While `player` sounds the mark moves in the tile; `onNext(index)` when another utterance sounds. */
  follow(player, onNext) {
    this.drawProgress(player.now());
    if (this.following) return;
    let sounded = player.now()?.index;
    const next = () => {
      const now = player.now();
      this.following = player.playing;
      if (!this.following) return;
      if (now?.index !== sounded) onNext(now?.index);
      sounded = now?.index;
      this.drawProgress(now);
      setTimeout(next, now ? Math.min(STEP_MS, now.left * 1000 + 1) : STEP_MS / 4);
    };
    this.following = true;
    next();
  }

  /**
   * Only what changes while it sounds. A text keeps its node: with another child the browser would ask all styles of
   * the page anew. @param now {index, start, share, seconds, left} or null
   */
  drawProgress(now) {
    const tile = now && this.tiles.querySelector(`[data-tile="${now.index}"].playing`);
    if (!tile) return;
    if (this.moving?.tile !== tile || this.moving.start !== now.start) this.moving = startMoving(tile, now);
    const { text, all } = this.moving;
    const said = `${now.seconds.toFixed(1)}/${all}`;
    if (text && text.data !== said) text.data = said;
  }
}

/** The mark runs to the end of the picture by itself; the text of its time is `all` of it until something sounds. */
function startMoving(tile, { start, share, left }) {
  const mark = tile.querySelector(".sounding");
  for (const before of mark?.getAnimations() ?? []) before.cancel();
  mark?.animate({ transform: [`translateX(${share * 100}%)`, "translateX(100%)"] }, { duration: left * 1000, fill: "forwards" });
  const text = tile.querySelector(".du span")?.firstChild;
  return { tile, start, text, all: text?.data.split("/").at(-1) };
}

function factsOf(i, { details, missing, excluded, ...view }) {
  const one = details.utterance(i);
  return {
    name: one?.name ?? "", path: one?.path ?? null, time: seconds(one?.duration), bad: one?.unreadable ? reasonWords(one.unreadable) : null, missing: missing.get(i) ?? null,
    out: excluded.has(i), sounds: i === view.playing, side: i < view.cut ? "l" : "r", atCursor: i === view.cursor,
    isHeard: view.heard.includes(i) && view.cursor === null, picture: view.spectrogram ? [details.spectra.has(i)] : details.peaks.has(i),
  };
}

function makeTile(i, { name, path, time, bad: unreadable, missing, out, sounds, side, atCursor, isHeard }, { picture, letters }) {
  const bad = unreadable ? t("unreadable") : missing && whyShort(missing);
  const classes = ["tile", side, isHeard && "k", sounds && "playing", atCursor && "cursor", bad && "bad", out && "out"];
  const about = [sounds ? t("Playing utterance {place}", { place: i }) : t("Play utterance {place}", { place: i }), path ?? name, time, unreadable ? t("unreadable: {why}", { why: unreadable }) : missing && t("no sound: {why}", { why: missing }), out && t("excluded")];
  return el("button", { class: classes.filter(Boolean).join(" "), "data-tile": i, title: [path, unreadable ?? missing].filter(Boolean).join("\n"), "aria-label": about.filter(Boolean).join(", "), type: "button" },
    el("span", { class: "idx" }, count(i), bad ? null : icon(sounds ? "pause" : "play")),
    bad ? el("span", { class: "why" }, bad, ...(unreadable ? [el("br"), unreadable] : [])) : picture,
    el("span", { class: "nm" }, shortName(name, Math.max(8, Math.floor(letters)))),
    bad ? null : el("span", { class: "du" }, el("span", {}, out ? t("excluded") : time)));
}

function gap(i, view) {
  if (i !== view.cut) return el("button", { class: "gap", type: "button", "data-gap": i, "aria-label": t("Put the cut before {place}", { place: i }), disabled: view.fixed, tabindex: -1 });
  const label = view.isBoundary ? t("The cut, before {place}", { place: i }) : t("No boundary here, before {place}", { place: i });
  return el("button", { class: view.isBoundary ? "gap cut" : "gap cut none-yet", type: "button", "data-gap": i, "aria-label": label }, el("i"));
}

/** Waveform or spectrogram; while it sounds a veil lies over what is still to come, with a mark at its edge. */
function pictureOf(i, view) {
  const drawn = view.spectrogram ? spectrum(i, view) : wave(view.details.peaks.get(i));
  return el("span", { class: "picture" }, drawn, el("i", { class: "sounding" }));
}

function spectrum(i, { details, cut, theme }) {
  const canvas = el("canvas", { width: COLUMNS, height: BANDS, "aria-hidden": "true" });
  const loudness = details.spectra.get(i);
  if (loudness) {
    canvas.getContext("2d").putImageData(new ImageData(pixels(loudness, colours(i < cut ? "l" : "r", theme)), COLUMNS), 0, 0);
  }
  return canvas;
}

/** By the colour of its text, whoever chose it. */
const themeOf = (element) => (Number(/\d+/.exec(getComputedStyle(element).color)[0]) > 127 ? "dark" : "light");

const ramps = new Map();

function colours(side, theme) {
  const key = side + theme;
  if (!ramps.has(key)) ramps.set(key, ramp(side, theme));
  return ramps.get(key);
}

/** Bars of the waveform; flat while it is not there. */
function wave(bins) {
  const bars = Array.from({ length: BINS }, (_, j) => {
    const height = Math.max(1.5, ((bins?.[j] ?? 0) / 255) * 26);
    return `M${j * 3} ${(14 - height / 2).toFixed(1)}h2v${height.toFixed(1)}h-2z`;
  }).join("");
  return el("svg", { class: "wave", viewBox: `0 0 ${BINS * 3} 28`, preserveAspectRatio: "none", "aria-hidden": "true" },
    el("path", { d: bars, fill: "var(--v)" }));
}
