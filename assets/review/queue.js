// What waits, and how far is the work? Progress, stop line, filters, and the list, of which only what is in sight exists.
import { arrange, chip, count, el, icon, say, sizeOf, span } from "../dom.js";
import { listed, t } from "../i18n.js";
import { sureText } from "./bulk.js";
import { percent, risk, whenAndWho } from "./format.js";
import { People } from "./people.js";
import { adviceOn, BELOW, FILTERS, KINDS, curvePath, describe, progressOf } from "./queue_model.js";
import { Sight } from "./sight.js";

const SPARE = 6; // rows above and below what is in sight

export class Queue {
  /** @param part the aside; @param page Page */
  constructor(part, page) {
    Object.assign(this, { part, page, items: [] });
    this.kept = new Map(); // key of an item → {key: what it says, row}
    this.named = Object.fromEntries([...part.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
    const { list, state, below, kind, order } = this.named;
    this.people = new People(this.named.people);
    state.append(...Object.entries(FILTERS).map(([value, { label }]) => el("option", { value }, label)));
    below.append(...BELOW.map((p) => el("option", { value: p }, p === 1 ? t("Any prob.") : t("< {p}", { p: sureText(p) }))));
    kind.append(...[...KINDS].map(([value, label]) => el("option", { value }, label)));
    kind.addEventListener("change", () => this.filter("kind", kind.value));
    state.addEventListener("change", () => this.filter("state", state.value));
    below.addEventListener("change", () => this.filter("below", Number(below.value)));
    order.addEventListener("click", (event) => event.target.value && this.filter("order", event.target.value));
    this.named.clear.addEventListener("click", () => page.showAll());
    this.sight = new Sight(list, { moved: () => this.drawRows(), appeared: () => this.appeared() });
    list.addEventListener("click", (event) => this.choose(event.target.closest("[data-key]")?.dataset.key));
    list.addEventListener("keydown", (event) => this.key(event));
    this.rail = list.appendChild(el("div", { class: "rail", role: "presentation" }));
    this.measure();
  }

  /** The window has another size, or the page is shown again. */
  measure() {
    this.rowHeight = sizeOf("row");
    this.facts = null;
  }

  /** The list can be seen from now on. */
  appeared() {
    if (!this.isDrawn) return; // its rows are not there yet, and it is not empty either
    this.facts = this.shown = undefined;
    this.draw();
  }

  filter(name, value) {
    this.shown = undefined;
    this.sight.moveTo(0);
    this.page.set(name, value);
  }

  choose(key) {
    const item = this.items.find((one) => one.key === key);
    if (item) this.page.open(item);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const last = this.items.length - 1;
    if (last < 0 || (!step && !["Home", "End"].includes(event.key))) return;
    event.preventDefault();
    const at = this.items.findIndex((item) => item.key === this.page.key);
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : Math.min(last, Math.max(0, at + step));
    this.page.open(this.items[to]);
  }

  draw() {
    const { page } = this;
    const { rows, stop: line, progress, others } = page.store;
    const facts = [page.queue, line, progress, page.key, others];
    if (this.facts?.every((fact, i) => fact === facts[i])) return;
    this.facts = facts;
    this.items = page.queue;
    this.drawProgress({ ...progressOf(rows), asked: page.store.world.asked.length }, progress);
    this.drawStop(line);
    const { state, below, kind, order, list, none } = this.named;
    this.people.draw(page.store);
    say(this.named.bulkWord, t("Approve all above {p} …", { p: sureText(page.settings.bulk) }));
    state.value = page.settings.state;
    below.value = String(page.settings.below);
    kind.value = page.settings.kind;
    for (const button of order.children) button.setAttribute("aria-pressed", String((button.value === "corpus") === (page.settings.order === "corpus")));
    none.hidden = this.items.length > 0;
    this.named.clear.hidden = page.done; // it stands in the middle then
    list.hidden = !this.items.length;
    this.rail.style.height = `${this.items.length * this.rowHeight}px`;
    this.bringIntoSight();
    this.drawRows();
    this.sight.settle();
    this.isDrawn = true;
  }

  drawProgress({ decided, left, total, asked }, progress) {
    const { decided: d, left: l, asked: a, bar, time } = this.named;
    say(a, asked ? `· ${t("{n} suggestion|{n} suggestions", { n: asked })}` : "");
    say(d, count(decided));
    say(l, count(left));
    bar.setAttribute("aria-valuemax", total);
    bar.setAttribute("aria-valuenow", decided);
    bar.firstElementChild.style.width = `${total ? (decided / total) * 100 : 0}%`;
    say(time, !total ? t("there is no boundary") : !left ? t("every boundary is decided")
      : progress?.ready_s ? t("ready in about {time} at this pace", { time: span(progress.ready_s) }) : t("the pace shows after a few decisions"));
  }

  drawStop(stop) {
    const { stop: box, advice, curve, area, mark } = this.named;
    box.hidden = !stop?.decisions || !stop.curve?.length;
    if (box.hidden) return;
    const words = adviceOn(stop);
    if (this.advised !== words) advice.replaceChildren(...inBold(words));
    this.advised = words;
    const near = stop.curve.filter(([d]) => d <= stop.decisions * 3); // what comes after is flat
    const x = (stop.decisions / Math.max(...near.map((point) => point[0]), 1)) * 72;
    const size = { width: 72, height: 37 };
    curve.setAttribute("d", curvePath(near, size));
    area.setAttribute("d", `${curvePath(near, { ...size, until: stop.decisions })}V37Z`);
    mark.setAttribute("d", `M${x.toFixed(1)} 1V38`);
  }

  /** The chosen row when another is chosen, and when it goes elsewhere in the order while it is looked at. */
  bringIntoSight() {
    const follows = this.shown !== this.page.key || this.isInSight(this.place);
    this.shown = this.page.key;
    this.place = this.items.findIndex((item) => item.key === this.page.key);
    const rows = Math.floor(this.sight.height / this.rowHeight / 3);
    if (follows && this.place >= 0 && !this.isInSight(this.place)) this.sight.moveTo((this.place - rows) * this.rowHeight, this.items.length * this.rowHeight);
  }

  isInSight(place) {
    const { top, height } = this.sight;
    return place * this.rowHeight >= top && (place + 1) * this.rowHeight <= top + height;
  }

  drawRows() {
    const { list } = this.named;
    const height = this.rowHeight;
    const first = Math.max(0, Math.floor(this.sight.top / height) - SPARE);
    const last = Math.min(this.items.length, Math.ceil((this.sight.top + this.sight.height) / height) + SPARE);
    arrange(this.rail, this.items.slice(first, last).map((item, i) => this.row(item, first + i, height)));
    if (this.rail.querySelector("[aria-selected=true]")) list.setAttribute("aria-activedescendant", `queue-${this.page.key}`);
    else list.removeAttribute("aria-activedescendant");
  }

  /** The row as it was, unless something in it changed. */
  row(item, place, height) {
    const facts = this.factsOf(item, place, height);
    const key = JSON.stringify(facts);
    const kept = this.kept.get(item.key);
    if (kept?.key === key) return kept.row;
    if (this.kept.size > 200) this.kept.clear();
    const row = makeRow(item.key, facts);
    this.kept.set(item.key, { key, row });
    return row;
  }

  factsOf(item, place, height) {
    const { store, key } = this.page;
    const said = describe(item, store.user, store.names);
    const last = item.row !== null && item.comments.at(-1);
    return {
      place, height, total: this.items.length, index: item.index, state: item.state, probability: item.probability, icon: said.icon,
      isChosen: item.key === key,
      text: said.from === null || said.from === undefined ? said.text : t("{what} from {place}", { what: said.text, place: said.from }),
      cost: item.harm > 0 ? t("{harm} speaker|{harm} speakers", { harm: risk(item.harm), n: item.harm >= 0.95 && item.harm < 1.05 ? 1 : 2 }) : "",
      harm: item.risk > 0 ? t("If it stays, expected: {speakers} spoilt speakers, {files} misfiled files", { speakers: risk(item.harm), files: risk(item.risk) }) : null,
      comment: last ? t("{words} ({who})", { words: last.text, who: whenAndWho(last, store.user) }) : null,
      here: store.others.filter((one) => one.index === item.index).map(({ user }) => user),
    };
  }
}

function makeRow(key, { place, height, total, index, state, probability, icon: sign, isChosen, text, cost, harm, comment, here }) {
  return el("div", {
    class: "row", role: "option", id: `queue-${key}`, "data-key": key, "data-index": index, style: `top:${place * height}px;height:${height}px`,
    "aria-selected": String(isChosen), "aria-posinset": place + 1, "aria-setsize": total,
  },
  el("span", { class: "ix" }, count(index)),
  el("span", { class: "pm" }, el("span", { class: "meter", "aria-hidden": "true" }, el("i", { style: `width:${(probability ?? 0) * 100}%` })), el("span", {}, probability === null ? "" : `${percent(probability, 1)} %`)),
  state ? chip(state) : el("span"),
  el("span", { class: "kd", title: text }, icon(sign), el("span", { class: "cut-off" }, text), ...marks(comment, here), el("em", { title: harm }, cost)));
}

/** Who is here, and that somebody said something. */
const marks = (comment, here) => [
  comment && el("span", { class: "mark", role: "img", "aria-label": t("with comment"), title: comment }, icon("comment")),
  here.length > 0 && el("b", { class: "here", title: listed(here) }, icon("people"), el("span", { class: "cut-off" }, hereText(here))),
];

const hereText = ([user, ...others]) => (others.length ? t("{user} and {n} more are here", { user, n: others.length }) : t("{user} is here", { user }));

/** What stands between asterisks, bold. */
const inBold = (text) => text.split("*").map((part, i) => (i % 2 ? el("b", {}, part) : part));
