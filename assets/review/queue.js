// Which boundaries wait, and how far is the work? Progress, stop line, filters, and the list, of which only what is in
// sight exists.
import { chip, count, el, icon, span } from "../dom.js";
import { percent, plural, risk } from "./format.js";
import { BELOW, FILTERS, curvePath, describe, progressOf, queueItems } from "./queue_model.js";

const SPARE = 6; // rows above and below what is in sight

export class Queue {
  /** @param part the aside; @param page Page */
  constructor(part, page) {
    Object.assign(this, { part, page, items: [] });
    this.named = Object.fromEntries([...part.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    const { list, state, below, order } = this.named;
    state.append(...Object.entries(FILTERS).map(([value, { label }]) => el("option", { value }, label)));
    below.append(...BELOW.map((p) => el("option", { value: p }, p === 1 ? "Any probability" : `Below ${+(p * 100).toFixed(1)} %`)));
    state.addEventListener("change", () => this.filter("state", state.value));
    below.addEventListener("change", () => this.filter("below", Number(below.value)));
    order.addEventListener("click", (event) => event.target.value && this.filter("order", event.target.value));
    list.addEventListener("scroll", () => this.drawRows(), { passive: true });
    list.addEventListener("click", (event) => this.choose(event.target.closest("[data-index]")?.dataset.index));
    list.addEventListener("keydown", (event) => this.key(event));
    this.rail = list.appendChild(el("div", { class: "rail", role: "presentation" }));
  }

  filter(name, value) {
    this.shown = undefined;
    this.named.list.scrollTop = 0;
    this.page.set(name, value);
  }

  choose(index) {
    if (index !== undefined) this.page.go(Number(index));
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const last = this.items.length - 1;
    if (last < 0 || (!step && !["Home", "End"].includes(event.key))) return;
    event.preventDefault();
    const at = this.items.findIndex((row) => row.index === this.page.current);
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : Math.min(last, Math.max(0, at + step));
    this.page.go(this.items[to].index);
  }

  draw() {
    const { page } = this;
    const { rows, stop: line, progress } = page.store;
    const facts = [rows, line, progress, page.current, JSON.stringify(page.settings), innerWidth];
    if (this.facts?.every((fact, i) => fact === facts[i])) return;
    this.facts = facts;
    this.items = queueItems(rows, page.settings);
    this.drawProgress(progressOf(rows), progress);
    this.drawStop(line);
    const { state, below, order, list, none } = this.named;
    state.value = page.settings.state;
    below.value = String(page.settings.below);
    for (const button of order.children) button.setAttribute("aria-pressed", String(button.value === page.settings.order));
    none.hidden = this.items.length > 0;
    list.hidden = !this.items.length;
    this.rowHeight = innerWidth >= 1600 ? 51 : 45;
    this.rail.style.height = `${this.items.length * this.rowHeight}px`;
    this.bringIntoSight();
    this.drawRows();
  }

  drawProgress({ decided, left, total }, progress) {
    const { decided: d, left: l, bar, time } = this.named;
    d.textContent = count(decided);
    l.textContent = count(left);
    bar.setAttribute("aria-valuemax", total);
    bar.setAttribute("aria-valuenow", decided);
    bar.firstElementChild.style.width = `${total ? (decided / total) * 100 : 0}%`;
    time.textContent = !total ? "there is no boundary" : !left ? "every boundary is decided"
      : progress?.ready_s ? `ready in about ${span(progress.ready_s)} at this pace` : "the pace shows after a few decisions";
  }

  drawStop(stop) {
    const { stop: box, advice, curve, area, mark } = this.named;
    box.hidden = !stop?.decisions || !stop.curve?.length;
    if (box.hidden) return;
    advice.replaceChildren(...adviceOn(stop));
    const near = stop.curve.filter(([d]) => d <= stop.decisions * 3); // what comes after is flat
    const x = (stop.decisions / Math.max(...near.map((point) => point[0]), 1)) * 72;
    const size = { width: 72, height: 37 };
    curve.setAttribute("d", curvePath(near, size));
    area.setAttribute("d", `${curvePath(near, { ...size, until: stop.decisions })}V37Z`);
    mark.setAttribute("d", `M${x.toFixed(1)} 1V38`);
  }

  bringIntoSight() {
    const { list } = this.named;
    if (this.shown === this.page.current) return;
    this.shown = this.page.current;
    const at = this.items.findIndex((row) => row.index === this.page.current);
    if (at < 0) return;
    const top = at * this.rowHeight;
    if (top < list.scrollTop || top + this.rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
  }

  drawRows() {
    const { list } = this.named;
    const height = this.rowHeight ?? 45;
    const first = Math.max(0, Math.floor(list.scrollTop / height) - SPARE);
    const last = Math.min(this.items.length, Math.ceil((list.scrollTop + list.clientHeight) / height) + SPARE);
    this.rail.replaceChildren(...this.items.slice(first, last).map((row, i) => this.row(row, first + i, height)));
    const chosen = this.items.some((row) => row.index === this.page.current);
    if (chosen) list.setAttribute("aria-activedescendant", `queue-${this.page.current}`);
    else list.removeAttribute("aria-activedescendant");
  }

  row(row, place, height) {
    const said = describe(row, this.page.store.user);
    const text = said.from === null || said.from === undefined ? said.text : `${said.text} from ${count(said.from)}`;
    const likely = row.probability === null ? "" : `${percent(row.probability, 1)} %`;
    return el("div", {
      class: "row", role: "option", id: `queue-${row.index}`, "data-index": row.index, style: `top:${place * height}px;height:${height}px`,
      "aria-selected": String(row.index === this.page.current), "aria-posinset": place + 1, "aria-setsize": this.items.length,
    },
    el("span", { class: "ix" }, count(row.index)),
    el("span", { class: "pm" }, el("span", { class: "meter", "aria-hidden": "true" }, el("i", { style: `width:${(row.probability ?? 0) * 100}%` })), el("span", {}, likely)),
    chip(row.state),
    el("span", { class: "kd", title: text }, icon("cut"), el("span", { class: "cut-off" }, text), el("em", {}, row.risk > 0 ? `${risk(row.risk)} ${row.risk >= 0.95 && row.risk < 1.05 ? "file" : "files"}` : "")));
  }
}

function adviceOn({ decisions, saved }) {
  const files = Math.round(saved);
  if (!files) return ["What is left is expected to misfile ", el("b", {}, "less than one file"), " in all."];
  return ["The next ", el("b", {}, plural(decisions, "decision")), decisions === 1 ? " saves" : " save", " an expected ",
    el("b", {}, plural(files, "misfiled file")), "; after that, stop."];
}
