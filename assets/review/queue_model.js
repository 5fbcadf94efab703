// What comes next? Items of the queue with their order, filters and progress; pure, rows in, items out.
import { said, sentences, t } from "../i18n.js";
import { doubtText, iconOf, questionOf, SUGGESTION_FILTERS } from "./suggestions.js";
import { isOpen } from "./timeline_model.js";

export const FILTERS = {
  open: { label: t("Undecided"), test: isOpen },
  shifted: { label: t("Shifted"), test: (row) => row.state === "shifted" },
  approved: { label: t("Approved"), test: (row) => row.state === "approved" },
  added: { label: t("Added"), test: (row) => row.state === "added" },
  rejected: { label: t("Rejected"), test: (row) => row.state === "rejected" },
  all: { label: t("All states"), test: () => true },
};

export const BELOW = [1, 0.999, 0.99, 0.9, 0.5]; // probability filters; 1 means any
export const KINDS = new Map([["all", t("All kinds")], ["boundary", t("Boundaries")], ...SUGGESTION_FILTERS, ["comment", t("With comment")]]);

const byIndex = (a, b) => a.index - b.index;
/** `harm`: speakers expected to be spoilt; `risk`: files expected to be misfiled. */
const byHarm = (a, b) => (b.harm ?? 0) - (a.harm ?? 0) || (b.risk ?? 0) - (a.risk ?? 0) || a.index - b.index;
export const keyOf = (index) => `b${index}`;

const ofRow = (row, doubts, comments) => ({
  key: keyOf(row.index), index: row.index, row, state: row.state, probability: row.probability, harm: row.harm, risk: row.risk,
  doubt: (isOpen(row) && doubts.get(row.proposed ?? row.index)) || null, ask: null, comments: comments.get(row.index) ?? [],
});
const ofAsk = (ask, comments) => ({
  key: ask.key, index: ask.index, row: null, state: "undecided", probability: ask.probability, harm: ask.harm, risk: ask.risk,
  doubt: null, ask, comments: comments.get(ask.index) ?? [],
});
const ofComments = (index, comments) => ({
  key: `c${index}`, index, row: null, state: null, probability: null, harm: 0, risk: 0, doubt: null, ask: null, comments,
});

/**
 * Every item, in no order: boundaries, what the detector asks beside, and comments on places without either.
 * @param world {rows, asked, doubts, comments}: rows of the store, items of suggestions, Map, Map of lists by index
 */
export function allItems({ rows, asked = [], doubts = new Map(), comments = new Map() }) {
  const items = [...rows.map((row) => ofRow(row, doubts, comments)), ...asked.map((ask) => ofAsk(ask, comments))];
  if (!comments.size) return items;
  const there = new Set(items.map((item) => item.index));
  return [...items, ...[...comments].filter(([index]) => !there.has(index)).map(([index, said]) => ofComments(index, said))];
}

const isOfKind = (item, kind) => {
  if (kind === "comment") return item.comments.length > 0;
  if (item.state === null) return false; // a place with a comment is listed under comments only
  return kind === "all" || (kind === "boundary" ? Boolean(item.row) : (item.ask ?? item.doubt)?.kind === kind);
};

/** Items that match, most expected harm first (`order` "harm") or as in the corpus ("corpus"). */
export function queueItems(world, { order, state, below, kind = "all" }) {
  const wanted = FILTERS[state] ?? FILTERS.open;
  const matches = (item) => (item.state === null || wanted.test(item)) && (below >= 1 || (item.probability ?? 0) < below);
  const kept = allItems(world).filter((item) => isOfKind(item, kind) && matches(item));
  return kept.sort(order === "corpus" ? byIndex : byHarm);
}

/**
 * The item to go to from the one with `key`, `step` +1 or -1; null when no other is left. Where that has left
 * the queue, or does less harm now, its former `place` counts; one that never was in it is followed by the first item. What
 * somebody else looks at (`busy`, a set of indices) is passed over while there is anything else.
 */
export function neighbour(items, { key, place, step, busy = new Set() }) {
  const at = items.findIndex((item) => item.key === key);
  const others = at < 0 ? items : items.filter((item) => item.key !== key);
  if (!others.length) return null;
  const from = at >= 0 ? Math.min(at, place ?? at) : place ?? 0;
  const first = step > 0 ? from : from - 1;
  const inTurn = others.map((_, i) => others[(first + i * step + others.length * 2) % others.length]);
  return inTurn.find((item) => !busy.has(item.index)) ?? inTurn[0];
}

/** The places of the next few items after the one with `key`, for fetching ahead. */
export function upcoming(items, { key, place = 0 }, howMany) {
  const at = items.findIndex((item) => item.key === key);
  const from = at < 0 ? place : at + 1;
  return items.slice(from, from + howMany).map((item) => item.index);
}

export function progressOf(rows) {
  const left = rows.filter(isOpen).length;
  return { decided: rows.length - left, left, total: rows.length };
}

/** What an item says of itself: {icon, text, from}. @param names by number of the suggestion */
export function describe({ row, ask, doubt, comments }, user, names = {}) {
  if (ask) return { icon: iconOf(ask.kind), text: questionOf(ask), from: null };
  if (!row) return { icon: "comment", text: comments.at(-1)?.text ?? "", from: null };
  const who = row.user && row.user !== user ? row.user : t("you");
  if (row.state === "shifted") return { icon: "cut", text: t("boundary, shifted by {who}", { who }), from: row.origin };
  if (doubt) return { icon: iconOf(doubt.kind), text: doubtText(names[doubt.n]), from: null };
  if (row.state === "added") return { icon: "cut", text: t("boundary, added by {who}", { who }), from: null };
  if (row.warnings?.length) return { icon: "cut", text: t("boundary, {warning}", { warning: said(row.warnings[0]) }), from: null };
  return { icon: "cut", text: t("boundary"), from: null };
}

/** Undecided boundaries that can be approved in one step: {rows, doubted, files}; `files` expected misfiled among them. */
export function approvable({ rows, doubts = new Map() }, least) {
  const sure = rows.filter((row) => row.state === "undecided" && (row.probability ?? 0) >= least);
  const kept = sure.filter((row) => !doubts.has(row.proposed ?? row.index));
  return { rows: kept, doubted: sure.length - kept.length, files: kept.reduce((sum, row) => sum + (row.risk ?? 0), 0) };
}

/** When to stop, and what would stay misfiled then; asterisks stand round what is bold. @param stop {decisions, saved, curve} */
export function adviceOn({ decisions, saved: expected, curve }) {
  const [files, left] = [expected, curve.at(-1)[1] - expected].map(Math.round);
  if (Math.round(curve.at(-1)[1]) === 0) return t("What is left is expected to misfile *less than one file* in all.");
  const saved = files ? t("{n} misfiled file|{n} misfiled files", { n: files }) : t("less than one misfiled file");
  const advice = left > files ? t("The next *{n} decision* saves an expected *{saved}*.|The next *{n} decisions* save an expected *{saved}*.", { n: decisions, saved })
    : t("The next *{n} decision* saves an expected *{saved}*; after that, stop.|The next *{n} decisions* save an expected *{saved}*; after that, stop.", { n: decisions, saved });
  return sentences(advice, left && t("*{n}* would stay misfiled.", { n: left }));
}

/** SVG path of the curve [[decisions, saved], …] in a box, as far as `until` decisions; "" without points. */
export function curvePath(curve, { width, height, until = Infinity }) {
  if (!curve?.length) return "";
  const most = Math.max(...curve.map((point) => point[0]), 1);
  const best = Math.max(...curve.map((point) => point[1]), 1e-9);
  const spot = ([d, saved]) => `${((d / most) * width).toFixed(1)} ${(height - (saved / best) * height * 0.94).toFixed(1)}`;
  const points = curve.filter(([d]) => d <= until);
  const after = curve[points.length];
  if (after && points.length && points.at(-1)[0] < until) points.push(between(points.at(-1), after, until));
  return `M0 ${height}${points.map((point) => `L${spot(point)}`).join("")}`;
}

const between = (a, b, d) => [d, a[1] + ((b[1] - a[1]) * (d - a[0])) / (b[0] - a[0])];
