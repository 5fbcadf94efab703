// What comes next? Order, filters and progress of the queue; pure, rows in, rows out.
import { isOpen } from "./timeline_model.js";

export const FILTERS = {
  open: { label: "Undecided", test: isOpen },
  shifted: { label: "Shifted", test: (row) => row.state === "shifted" },
  approved: { label: "Approved", test: (row) => row.state === "approved" },
  added: { label: "Added", test: (row) => row.state === "added" },
  rejected: { label: "Rejected", test: (row) => row.state === "rejected" },
  all: { label: "All states", test: () => true },
};

export const BELOW = [1, 0.999, 0.99, 0.9, 0.5]; // probability filters; 1 means any

const byIndex = (a, b) => a.index - b.index;
const byRisk = (a, b) => (b.risk ?? 0) - (a.risk ?? 0) || a.index - b.index;

/** Rows that match, most expected harm first (`order` "cost") or as in the corpus ("corpus"). */
export function queueItems(rows, { order, state, below }) {
  const wanted = FILTERS[state] ?? FILTERS.open;
  const kept = rows.filter((row) => wanted.test(row) && (below >= 1 || (row.probability ?? 0) < below));
  return kept.sort(order === "corpus" ? byIndex : byRisk);
}

/**
 * The index to go to from `current`, `step` +1 or -1; null when no other item is left. Where `current` has left the
 * queue, its former `place` in it counts; a boundary that never was in it is followed by the first item.
 */
export function neighbour(items, { current, place = 0, step }) {
  const at = items.findIndex((row) => row.index === current);
  const others = at < 0 ? items : items.filter((row) => row.index !== current);
  if (!others.length) return null;
  const from = at >= 0 ? at : place;
  const to = step > 0 ? from : from - 1;
  return others[(to + others.length) % others.length].index;
}

/** The next few items after `current`, for fetching ahead. */
export function upcoming(items, { current, place = 0 }, howMany) {
  const at = items.findIndex((row) => row.index === current);
  const from = at < 0 ? place : at + 1;
  return items.slice(from, from + howMany).map((row) => row.index);
}

export function progressOf(rows) {
  const left = rows.filter(isOpen).length;
  return { decided: rows.length - left, left, total: rows.length };
}

/** What a row of the queue says of itself. */
export function describe(row, user) {
  const who = row.user && row.user !== user ? row.user : "you";
  if (row.state === "shifted") return { text: `boundary, shifted by ${who}`, from: row.origin };
  if (row.state === "added") return { text: `boundary, added by ${who}`, from: null };
  if (row.warnings?.length) return { text: `boundary, ${row.warnings[0]}`, from: null };
  return { text: "boundary", from: null };
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
