// How is the neighbourhood of one boundary drawn? SVG: curves, bars, interval, gaps, and the cut as a slider to drag.
import { count, el, sizeOf } from "../dom.js";
import { t } from "../i18n.js";
import { reasonWords } from "../reasons.js";
import { axisLow, bars, curve, discPath, dots, dragPlaces, layout, placeX, probabilityAt, squarePath, suspects, valueY } from "./closeup_model.js";
import { percent, range as span } from "./format.js";
import { ticks } from "./scale.js";

const HANDLE = 92, HEAD = 19; // px: width of the black handle, where the words above the curves stand

export class Closeup {
  /** @param host the panel; @param onShift (index) while the cut is dragged; @param onDrop () at its end */
  constructor(host, { onShift, onDrop }) {
    Object.assign(this, { host, onShift, onDrop });
    this.back = el("g");
    this.front = el("g");
    this.makeHandle();
    this.svg = el("svg", { role: "group", "aria-label": t("Similarity to the left and to the right speaker") },
      el("defs", {}, hatch()), this.back, this.front, this.handle);
    host.append(this.svg);
  }

  makeHandle() {
    this.ring = el("rect", { class: "ring", y: 1, width: HANDLE + 6, height: 28, rx: 7 });
    this.body = el("rect", { y: 4, width: HANDLE, height: 22, rx: 4 });
    this.arrows = el("path");
    this.label = el("text", { y: 19.5, "text-anchor": "middle" });
    this.hit = el("rect", { class: "hit", y: 4, width: 24 });
    this.line = el("line", { class: "c-cut", y1: 24 });
    this.handle = el("g", { class: "c-handle", tabindex: 0, role: "slider", "aria-label": t("Cut"), "aria-valuenow": 0 },
      this.line, this.ring, this.body, this.arrows, this.label, this.hit);
    this.handle.addEventListener("pointerdown", (event) => this.grab(event));
  }

  grab(event) {
    if (this.view?.fixed || event.button !== 0) return;
    event.preventDefault();
    const { size, cut } = this.view;
    const move = (moved) => this.onShift(cut + dragPlaces((moved.clientX - event.clientX) / this.scale, size));
    const end = () => {
      this.handle.removeEventListener("pointermove", move);
      this.dragging = false;
      this.onDrop();
    };
    this.dragging = true;
    this.handle.setPointerCapture(event.pointerId);
    this.handle.addEventListener("pointermove", move);
    this.handle.addEventListener("lostpointercapture", end, { once: true });
  }

  /**
   * @param view {range, cut, data, isSilent, proposed, was, mine, fixed, strip, room, excluded}: range and strip as {lo, hi}; proposed by the detector;
   * data of /x/closeup or undefined; asked: utterances that a question is about; isSilent: the server does not answer; was: where the boundary came from or null; mine: the refused place in a conflict
   */
  draw(view) {
    if (!this.size) this.measure();
    const { width, height } = this.size;
    if (!width || !height || this.isSame(view)) return;
    const size = layout(width, height, view.range);
    this.view = { ...view, size };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const values = view.data ? [...view.data.left, ...view.data.right] : [];
    const low = axisLow(values);
    this.back.replaceChildren(...sides(view, size), ...axes(size, low), ...this.marks(view, size),
      ...(view.data ? curves(view.data, size, low) : []), ...outliers(view, size, low));
    this.front.replaceChildren(...places(view, size), ...axis(view, size), ...(view.isSilent && !view.data ? [whyEmpty(size)] : []));
    this.placeHandle(view, size);
  }

  measure() {
    this.scale = sizeOf("picture");
    this.size = { width: this.host.clientWidth / this.scale, height: this.host.clientHeight / this.scale };
    this.drawn = null;
  }

  /** Is this the picture that is there already? The same data object means the same curves. */
  isSame(view) {
    const { data, excluded, ...rest } = view;
    const key = JSON.stringify([rest, [...excluded].filter((i) => i >= view.range.lo && i < view.range.hi)]);
    const same = this.drawn?.key === key && this.drawn.data === data;
    this.drawn = { key, data };
    return same;
  }

  marks(view, size) {
    const found = [];
    for (const one of view.data?.utterances ?? []) {
      if (one.i < size.lo || one.i >= size.hi) continue;
      const box = { x: placeX(size, one.i) + 0.5, y: size.top, width: Math.max(1, size.slot - 1), height: size.base - size.top };
      const add = (style, words) => found.push(el("rect", { ...box, ...style }, el("title", {}, `${count(one.i)} ${words}`)));
      if (one.unreadable) add({ fill: "url(#c-hatch)" }, t("unreadable: {why}", { why: reasonWords(one.unreadable) }));
      else if (view.excluded.has(one.i)) add({ class: "c-out" }, t("excluded"));
    }
    return found;
  }

  placeHandle(view, size) {
    const x = placeX(size, view.cut);
    const left = Math.min(Math.max(x - HANDLE / 2, 2), size.width - HANDLE - 2);
    for (const [part, at] of [[this.ring, left - 3], [this.body, left], [this.hit, x - 12]]) part.setAttribute("x", at);
    this.hit.setAttribute("height", Math.max(0, size.base - 4));
    this.arrows.setAttribute("d", `M${left + 13} 11l-4 4 4 4M${left + HANDLE - 13} 11l4 4-4 4`);
    this.label.setAttribute("x", left + HANDLE / 2);
    this.label.textContent = count(view.cut);
    for (const [name, at] of [["x1", x], ["x2", x], ["y2", size.base + 5]]) this.line.setAttribute(name, at);
    this.handle.classList.toggle("fixed", view.fixed);
    for (const [name, value] of [["valuemin", view.room.lo], ["valuemax", view.room.hi], ["valuenow", view.cut]]) {
      this.handle.setAttribute(`aria-${name}`, value);
    }
    this.handle.setAttribute("aria-valuetext", t("before utterance {place}", { place: view.cut }));
    this.handle.setAttribute("aria-disabled", String(view.fixed));
  }
}

const hatch = () => el("pattern", { id: "c-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
  el("rect", { width: 6, height: 6, fill: "var(--panel-2)" }),
  el("line", { x1: 0, x2: 0, y1: 0, y2: 6, stroke: "var(--ink-3)", "stroke-width": 2.2 }));

const whyEmpty = (size) => words(size.left + 12, (size.top + size.curveBase) / 2, t("The server does not answer"), "t-strong halo");

const words = (x, y, text, style = "", anchor = "start") => el("text", { x, y, class: style, "text-anchor": anchor }, text);

/** Each side as far as its segment goes: beyond it somebody else speaks. */
function sides({ cut, data }, size) {
  const box = { y: size.top, height: size.base - size.top };
  const at = (place) => placeX(size, Math.min(Math.max(place, size.lo), size.hi));
  const [from, x, to] = [data?.left_segment.start ?? size.lo, cut, data?.right_segment.stop ?? size.hi].map(at);
  return [el("rect", { ...box, x: from, width: Math.max(0, x - from), fill: "var(--left-wash)" }),
    el("rect", { ...box, x, width: Math.max(0, to - x), fill: "var(--right-wash)" })];
}

function axes(size, low) {
  const end = size.width - size.right;
  const lines = [1, 0.5, 0, ...(low < -0.3 ? [-0.5] : [])].filter((value) => value >= low);
  return [...lines.flatMap((value) => {
    const y = valueY(size, value, low);
    return [el("line", { class: "c-grid", x1: size.left, x2: end, y1: y, y2: y }), words(size.left - 6, y + 4, value.toFixed(1).replace("-", "−"), "", "end")];
  }),
  el("line", { class: "c-grid", x1: size.left, x2: end, y1: size.base - size.barHeight, y2: size.base - size.barHeight }),
  words(size.left - 6, size.base - size.barHeight + 8, "100 %", "", "end"), words(size.left - 6, size.base, "0", "", "end"),
  words(size.left, HEAD, `● ${t("similarity to the left speaker")}`, "t-left"), words(end - 54, HEAD, `■ ${t("similarity to the right speaker")}`, "t-right", "end")];
}

function curves(data, size, low) {
  return [el("path", { class: "c-left", d: curve(data.left, data.lo, size, low) }),
    el("path", { class: "c-right", d: curve(data.right, data.lo, size, low) }),
    el("path", { fill: "var(--left)", d: discPath(dots(data.left, data.lo, size, low), 2.4) }),
    el("path", { fill: "var(--right)", d: squarePath(dots(data.right, data.lo, size, low), 2.2) })];
}

function outliers({ data, asked, excluded }, size, low) {
  let labelled = -Infinity; // in a crowd only the first has its number
  return suspects(data?.utterances ?? [], { asked, excluded, size }).flatMap(({ i }) => {
    const own = Math.max(data.left[i - data.lo] ?? -1, data.right[i - data.lo] ?? -1), x = placeX(size, i) + size.slot / 2, y = valueY(size, own, low), flip = x < size.left + 110, text = t("outlier? {place}", { place: i });
    const signs = [el("circle", { cx: x, cy: y, r: 7, class: "c-ring" }, el("title", {}, text)), el("path", { d: `M${x} ${y - 22}l6 10h-12z`, class: "c-ring filled" })];
    if (x < labelled + 110) return signs;
    labelled = x + (flip ? 100 : 0);
    return [...signs, words(x + (flip ? 11 : -11), y - 12, text, "halo t-strong", flip ? "start" : "end")];
  });
}

function places({ cut, data, was, mine, proposed }, size) {
  const found = proposed ? interval(data, size, placeX(size, cut)) : [];
  for (const bar of bars(data?.places, size)) {
    found.push(el("rect", { class: bar.place === cut ? "c-bar here" : "c-bar", x: bar.x, y: size.base - bar.height, width: bar.width, height: bar.height }));
  }
  const x = placeX(size, cut);
  const p = probabilityAt(data?.places, cut);
  if (p) found.push(words(x + size.slot * 0.3 + 5, size.base - size.barHeight + 14, `${percent(p)} %`, "t-strong halo"));
  const mark = { cut, left: x - HANDLE / 2 - 8, right: x + HANDLE / 2 + 8 }; // named beside the handle where its own line is under that
  return [...found, ...(was === mine ? [] : other(was, t("was {place}", { place: was }), { ...mark, y: HEAD }, size)), ...other(mine, t("yours: {place}", { place: mine }), { ...mark, y: was === null || was === mine ? HEAD : size.top + 14 }, size)];
}

function other(place, text, { cut, y, left, right }, size) {
  if (place === null || place === undefined || place === cut || place <= size.lo || place >= size.hi) return [];
  const x = placeX(size, place);
  return [el("line", { class: "c-other", x1: x, x2: x, y1: size.top - 6, y2: size.base }),
    cut > place ? words(Math.min(x - 6, left), y, text, "t-acc halo", "end") : words(Math.max(x + 6, right), y, text, "t-acc halo")];
}

function interval(data, size, cutX) {
  const [lo, hi] = data?.interval ?? [null, null];
  if (lo === null || lo < 0 || hi <= size.lo || lo >= size.hi) return [];
  const x1 = Math.max(size.left, placeX(size, lo) - size.slot / 2);
  const x2 = Math.min(size.width - size.right, placeX(size, hi) + size.slot / 2);
  const y = size.base - size.barHeight;
  const text = t("95 % interval: {range}", { range: span(lo, hi) });
  const fits = x1 > size.left + 310;
  return [el("rect", { class: "c-int", x: x1, y: size.top, width: x2 - x1, height: size.base - size.top }),
    el("path", { class: "c-int-b", d: `M${x1} ${y - 2}v-4H${x2}v4` }),
    words(size.left + 8, y + 14, fits ? t("probability of each place") : "", "halo"),
    words(fits ? Math.min(x1, cutX) - 7 : Math.max(x2, cutX) + 52, y + 14, text, "t-acc halo", fits ? "end" : "start")];
}

function axis({ cut, strip }, size) {
  const end = size.width - size.right;
  const marks = ticks(size.lo + 1, size.hi - 1, Math.max(4, size.width / 85)).places;
  const [from, to] = [Math.max(strip.lo, size.lo), Math.min(strip.hi, size.hi)].map((place) => placeX(size, place));
  return [el("line", { x1: size.left, x2: end, y1: size.base + 0.5, y2: size.base + 0.5, class: "c-base" }),
    ...marks.map((place) => words(placeX(size, place), size.height - 6, count(place), place === cut ? "t-strong" : "", "middle")),
    el("path", { class: "c-bracket", d: `M${from} ${size.base + 1}v4H${to}v-4` }, el("title", {}, t("the strip below shows these utterances")))];
}
