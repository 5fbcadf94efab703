// How are a plan, what it leaves out, and the disk drawn? Tables and a bar; asking and deciding: export.js.
import { bytes, chip, count, el } from "../dom.js";
import { listed, t } from "../i18n.js";
import { serverWords } from "./server_words.js";

const SO_FAR = { new: ["added", t("new")], exported: ["approved", t("exported, unchanged")], incomplete: ["rejected", t("incomplete")], changed: ["rejected", t("changed since")] };
const MOST_ROWS = 2000; // more would only be slow: the totals count all

function row(folder) {
  const [state, words] = SO_FAR[folder.so_far] || SO_FAR.new;
  const sign = chip(state, folder.so_far === "incomplete" ? t("incomplete, {failed} failed", { failed: folder.failed }) : words);
  if (folder.so_far === "new") sign.classList.replace("added", "open");
  const joined = folder.segments > 1 ? t(", {n} segments of one speaker", { n: folder.segments }) : "";
  return el("tr", { class: folder.so_far === "exported" ? "off" : null },
    el("td", {}, folder.name), el("td", { class: "num" }, count(folder.n)),
    el("td", { class: "muted names", title: t("{from} to {to}", { from: String(folder.first), to: String(folder.last) }) }, t("{from} to {to}", { from: folder.first_name, to: folder.last_name }) + joined),
    el("td", { class: "num" }, folder.left_out ? count(folder.left_out) : "–"), el("td", { class: "num" }, count(folder.written)),
    el("td", { class: "num" }, bytes(folder.bytes)), el("td", {}, sign));
}

export function drawPlan(root, plan) {
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  const totals = plan.totals;
  const none = plan.folders?.length === 0; // null where nobody knows
  if (totals) slot("title").textContent = t("{n} of {segments} is ready to export|{n} of {segments} are ready to export", { n: totals.n_ready, segments: t("{n} segment|{n} segments", { n: totals.n_segments }) });
  slot("nothing").hidden = !none;
  root.querySelector("table").hidden = !plan.folders?.length;
  slot("plan").replaceChildren(...(plan.folders ?? []).slice(0, MOST_ROWS).map(row));
  if (none || !totals) return slot("totals").replaceChildren();
  const shown = plan.folders.length > MOST_ROWS ? t(" (the first {most} are shown)", { most: MOST_ROWS }) : "";
  const parts = [[totals.n_new, t("new")], [totals.n_exported, t("exported")], [totals.n_incomplete, t("incomplete")], [totals.n_changed, t("changed")]].filter(([n]) => n);
  slot("totals").replaceChildren(el("tr", { class: "total" },
    el("td", {}, t("{n} folder|{n} folders", { n: totals.n_folders }) + shown), el("td", { class: "num" }, count(totals.n)), el("td"),
    el("td", { class: "num" }, count(totals.left_out)), el("td", { class: "num" }, count(totals.written)),
    el("td", { class: "num" }, `${totals.estimated ? "≈ " : ""}${bytes(totals.bytes)}`),
    el("td", {}, listed(parts.map(([n, word]) => t("{n} {word}", { n, word }))))));
}

const ACTIONS = { undecided: ["review", t("Review them")], unreadable: ["corpus", t("Show list")] };

export function drawLeftOut(panel, plan, go) {
  panel.hidden = plan.left_out.length === 0;
  panel.querySelector("tbody").replaceChildren(...plan.left_out.map((one) => {
    const [page, words] = ACTIONS[one.kind] || [];
    return el("tr", {}, el("td", {}, serverWords(one.what)), el("td", { class: "num" }, one.segments === null ? "" : count(one.segments)),
      el("td", { class: "num" }, count(one.utterances)), el("td", { class: "wrap" }, serverWords(one.why)),
      el("td", { class: "num" }, page ? el("button", { type: "button", class: "btn", click: () => go(page) }, words) : null));
  }));
}

export function drawSpace(panel, plan) {
  const space = plan.space;
  panel.hidden = !space;
  if (!space) return;
  const used = space.total - space.free, left = space.free - space.needed;
  const [usedBar, ours] = panel.querySelectorAll(".bar i");
  usedBar.style.width = `${100 * used / space.total}%`;
  ours.style.width = `${100 * Math.min(space.needed, space.free) / space.total}%`;
  ours.hidden = space.needed === 0;
  panel.querySelector('[data-slot="space-text"]').textContent = t("{needed} of {free} free", { needed: bytes(space.needed), free: bytes(space.free) });
  panel.querySelector(".bar").setAttribute("aria-label",
    t("Disk: {used} used, {needed} for this export, {left} stay free", { used: bytes(used), needed: bytes(space.needed), left: bytes(Math.max(0, left)) }));
}
