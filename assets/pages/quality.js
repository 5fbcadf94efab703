// Which segments are doubtful? A sortable list of all of them on the Export page; the worst come first.
import { get } from "../api.js";
import { chip, count, el, icon } from "../dom.js";
import { t } from "../i18n.js";
import { COLUMNS, clicked, hours, placeOf, sorted, totals } from "./quality_model.js";

const HEAD = 28, ROW = 32, SPARE = 8; // px, px; rows above and below what is in sight

/** @param part where the list stands; @param choice the two buttons; @param other what stands there instead */
export function mountQuality(part, choice, other) {
  let rows = null, order = { name: "cohesion", direction: 1 }, shown = [], at = 0, trouble = null;
  const head = el("div", { class: "q-line q-head", role: "row" });
  const rail = el("div", { class: "rail", role: "rowgroup" });
  const list = el("div", { class: "rows", tabindex: "0", role: "grid", "aria-label": t("Quality of the segments") }, el("div", { class: "q-top", role: "rowgroup" }, head), rail);
  const about = el("span", { class: "grow" });
  const csv = el("a", { class: "btn", href: "x/quality.csv", download: "quality.csv" }, icon("out"), "CSV");
  part.append(list, el("div", { class: "q-foot" }, about, csv));

  const isShown = () => !part.hidden;

  async function ask() {
    if (!isShown()) return;
    if (!rows) about.textContent = t("Measuring …");
    try {
      [rows, trouble] = [(await get("quality")).rows, null];
    } catch (error) {
      trouble = error.message;
    }
    draw();
  }

  function draw() {
    head.replaceChildren(...COLUMNS.map((column) => el("div", {
      class: column.number ? "num" : null, role: "columnheader", "aria-sort": column.name !== order.name ? null : order.direction > 0 ? "ascending" : "descending",
    }, el("button", { type: "button", value: column.name }, column.label, column.name === order.name ? icon("next") : null))));
    shown = rows ? sorted(rows, order) : [];
    rail.style.height = `${shown.length * ROW}px`;
    list.setAttribute("aria-rowcount", shown.length + 1);
    const sum = rows && totals(rows);
    about.textContent = trouble ?? (rows ? t("{segments}, {total} utterances, {time}. Cohesion: mean cosine of the utterances of a segment to their mean.", {
      segments: t("{n} segment|{n} segments", { n: rows.length }), total: sum.n, time: sum.hours < 1 ? hours(sum.hours) : t("{hours} hours", { hours: hours(sum.hours) }) }) : "");
    drawRows();
  }

  function drawRows() {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
    rail.replaceChildren(...shown.slice(first, last).map((row, i) => line(row, first + i)));
    if (at >= first && at < last) list.setAttribute("aria-activedescendant", rowId(at));
    else list.removeAttribute("aria-activedescendant");
  }

  const rowId = (place) => `segment-${place}`;

  function line(row, place) {
    const number = (name, value) => el("div", { class: row[name] ? "num" : "num zero", role: "gridcell", "data-what": name }, value);
    return el("div", { class: "q-line q-row", role: "row", id: rowId(place), "aria-rowindex": place + 2, style: `top:${place * ROW}px`, "data-place": place, "data-chosen": place === at && document.activeElement === list, title: t("{speaker}: {from} to {to}; click to look at it", { speaker: row.speaker, from: row.start, to: row.stop - 1 }) },
      el("div", { role: "gridcell" }, row.speaker), number("n", count(row.n)), number("hours", hours(row.hours)),
      el("div", { class: "cohesion", role: "gridcell" }, el("span", { class: "meter", "aria-hidden": "true" }, el("i", { style: `width:${Math.max(0, row.cohesion ?? 0) * 100}%` })), el("span", { class: "num" }, row.cohesion === null ? "–" : row.cohesion.toFixed(3))),
      number("outliers", count(row.outliers)), number("unreadable", count(row.unreadable)), number("excluded", count(row.excluded)),
      el("div", { role: "gridcell" }, chip(row.approved ? "approved" : "undecided")));
  }

  const open = (row, what) => row && (location.hash = `#review/${placeOf(row, what)}`);

  head.addEventListener("click", (event) => {
    const name = event.target.closest("button")?.value;
    if (!name) return;
    [order, at, list.scrollTop] = [clicked(order, name), 0, 0];
    draw();
    head.querySelector(`[value=${name}]`).focus();
  });
  list.addEventListener("scroll", drawRows, { passive: true });
  list.addEventListener("focus", drawRows);
  list.addEventListener("blur", drawRows);
  list.addEventListener("click", (event) => open(shown[Number(event.target.closest("[data-place]")?.dataset.place)], event.target.closest("[data-what]")?.dataset.what));
  list.addEventListener("keydown", (event) => {
    if (event.target !== list) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (event.key === "Enter") return open(shown[at]);
    if (to === undefined) return;
    event.preventDefault();
    at = Math.min(Math.max(to, 0), shown.length - 1);
    if (at * ROW < list.scrollTop) list.scrollTop = at * ROW;
    else if (HEAD + (at + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = HEAD + (at + 1) * ROW - list.clientHeight;
    drawRows();
  });
  choice.addEventListener("click", (event) => {
    const value = event.target.closest("button")?.value;
    if (!value) return;
    [part.hidden, other.hidden] = [value !== "quality", value === "quality"];
    for (const button of choice.children) button.setAttribute("aria-pressed", String(button.value === value));
    ask();
  });
  addEventListener("resize", () => isShown() && rows && drawRows());
  return { ask };
}
