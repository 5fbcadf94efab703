// Where in the corpus are we? The canvas with its two lanes: whole corpus, enlarged part; click, wheel, drag.
import { el, say, shape, sizeOf, stateText } from "../dom.js";
import { t } from "../i18n.js";
import { toPlace, zoomAt, pan } from "./scale.js";
import { drawGround, drawReview, lanes } from "./timeline_draw.js";

const COLOURS = ["ink", "ink-2", "ink-3", "line", "edge", "panel", "panel-2", "ok", "no", "open", "accent"];
const SEEN = ["index", "state", "probability"]; // of a row
const CLICK_PX = 4; // a press that moves less is a click

export class Timeline {
  /**
   * @param part the section; @param data TimelineData
   * @param on {window(lo, hi), goWhole(place, reach), goNear(place, reach)}: reach in places is how far a click may miss
   */
  constructor(part, data, on) {
    Object.assign(this, { part, data, on });
    this.canvas = part.querySelector("canvas");
    this.range = part.querySelector("[data-part=range]");
    this.total = part.querySelector("[data-part=total]");
    this.probe = part.appendChild(el("i", { hidden: true }));
    part.querySelector(".legend").append(...["approved", "added", "rejected", "undecided", "shifted"]
      .map((state) => el("span", { class: state }, shape(state), stateText(state))));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
  }

  /** Tokens are read through a probe element: light-dark() has no value of its own. */
  readTokens() {
    this.colours = {};
    for (const name of COLOURS) {
      this.probe.style.color = `var(--${name})`;
      this.colours[name] = getComputedStyle(this.probe).color;
    }
    const style = getComputedStyle(this.canvas);
    this.font = `${style.getPropertyValue("--t1").trim() || "11px"} ${style.fontFamily}`;
  }

  measure() {
    this.scale = sizeOf("picture");
    this.size = { width: this.canvas.clientWidth / this.scale, height: this.canvas.clientHeight / this.scale };
  }

  /** @param view {n, window, rows, current, closeup} */
  draw(view) {
    if (!this.size) this.measure();
    const { width, height } = this.size;
    if (!width || !height || !view.n) return;
    if (!this.colours) this.readTokens();
    const ratio = (devicePixelRatio || 1) * this.scale;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
    this.view = view;
    this.lane = lanes({ width, height, n: view.n, window: view.window });
    const px = Math.min(4096, Math.round(this.lane.plot.width));
    this.data.wantWhole(view.n, px);
    this.data.wantNear(view.window, view.n, px);
    const scene = { ...view, whole: this.data.whole, near: this.data.near, colours: this.colours, font: this.font };
    const ground = this.groundOf(scene, { w, h, ratio });
    if (this.isSame(scene)) return;
    this.sheet = this.blank(this.sheet, { w, h, ratio }, (context) => {
      context.drawImage(ground, 0, 0, w / ratio, h / ratio);
      drawReview(context, scene, this.lane);
    });
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, w, h);
    context.drawImage(this.sheet, 0, 0);
    this.drawWords(view);
  }

  /** Is this the picture that is there already? Of a row only place, state and probability are seen. */
  isSame({ rows, current, closeup }) {
    const before = this.drawn;
    const facts = [this.ground, current, closeup?.lo, closeup?.hi, rows.length];
    this.drawn = { facts, rows };
    const looksAlike = (row, i) => row === before.rows[i] || SEEN.every((field) => row[field] === before.rows[i][field]);
    return Boolean(before) && facts.every((fact, i) => fact === before.facts[i]) && rows.every(looksAlike);
  }

  /** A canvas that is not in the page, drawn anew: to set the font of one that is would make the browser style the page. */
  blank(canvas, { w, h, ratio }, draw) {
    const sheet = Object.assign(canvas ?? document.createElement("canvas"), { width: w, height: h }); // which clears it
    const context = sheet.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(context, { font: this.font, textBaseline: "middle" });
    draw(context);
    return sheet;
  }

  /** The picture under the decisions, drawn again only when something in it is another. */
  groundOf(scene, size) {
    const { window, n, whole, near, colours, font } = scene;
    const facts = [size.w, size.h, size.ratio, n, window.lo, window.hi, whole.triples, near.triples, colours, font];
    if (!this.ground?.facts.every((fact, i) => fact === facts[i])) {
      this.ground = { facts, canvas: this.blank(this.ground?.canvas, size, (context) => drawGround(context, scene, this.lane)) };
    }
    return this.ground.canvas;
  }

  drawWords({ window, n }) {
    const range = t("{from} to {to}", { from: window.lo, to: window.hi });
    if (this.range.textContent !== range) {
      this.range.textContent = range;
      this.canvas.setAttribute("aria-label", t("Similarity over the whole corpus, and enlarged from {range}, with boundaries by state", { range }));
    }
    say(this.total, t("{n} utterance|{n} utterances", { n }));
  }

  /** Where in the picture an event is. */
  at({ offsetX, offsetY }) {
    return { x: offsetX / this.scale, y: offsetY / this.scale };
  }

  wheel(event) {
    if (!this.lane) return;
    event.preventDefault();
    const { window, n } = this.view;
    const { x, y } = this.at(event);
    const place = y > this.lane.wholeBottom ? toPlace(this.lane.near, x) : (window.lo + window.hi) / 2;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (sideways) this.on.window(pan(window, (event.deltaX / this.lane.plot.width) * (window.hi - window.lo), n));
    else this.on.window(zoomAt(window, event.deltaY > 0 ? 1.25 : 0.8, place, n));
  }

  press(event) {
    if (event.button !== 0 || !this.lane) return;
    const start = { ...this.at(event), window: this.view.window };
    const inWhole = start.y <= this.lane.wholeBottom + 8;
    let moved = false;
    const move = (dragged) => {
      const dx = this.at(dragged).x - start.x;
      moved ||= Math.abs(dx) >= CLICK_PX;
      if (moved) this.drag(dragged, { ...start, dx, inWhole });
    };
    const end = (released) => {
      this.canvas.removeEventListener("pointermove", move);
      if (!moved && released.type === "pointerup") this.click(start, inWhole);
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"]) this.canvas.addEventListener(kind, end, { once: true });
  }

  drag(event, { dx, window, inWhole }) {
    const span = window.hi - window.lo;
    if (!inWhole) this.on.window(pan(window, -(dx / this.lane.plot.width) * span, this.view.n));
    else this.on.window(pan(window, toPlace(this.lane.whole, this.at(event).x) - (window.lo + window.hi) / 2, this.view.n));
  }

  click({ x }, inWhole) {
    const lane = inWhole ? this.lane.whole : this.lane.near;
    const reach = (8 / lane.width) * (lane.hi - lane.lo);
    const place = Math.min(this.view.n - 1, Math.max(1, Math.round(toPlace(lane, x))));
    if (inWhole) this.on.goWhole(place, reach / 2);
    else this.on.goNear(place, reach);
  }
}
