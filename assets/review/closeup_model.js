// What does the close-up show? Curves with their gaps, bars, sizes; arithmetic only, drawing: closeup.js.
import { rangeRound } from "./scale.js";

/** Sizes of the picture in px: plot left/right, curves from top to curveBase, bars down to base. */
export function layout(width, height, range) {
  const left = 40;
  const right = 12;
  const top = 30;
  const base = height - 22;
  const barHeight = Math.max(34, (base - top) * 0.25);
  const curveBase = base - barHeight - 8;
  const slot = (width - left - right) / Math.max(1, range.hi - range.lo);
  return { width, height, left, right, top, base, barHeight, curveBase, slot, lo: range.lo, hi: range.hi };
}

export const placeX = (size, place) => size.left + (place - size.lo) * size.slot;

/** Pixel of a cosine; the axis goes from `low` to 1. */
export const valueY = (size, value, low) => size.curveBase - ((value - low) / (1 - low)) * (size.curveBase - size.top);

/** The axis begins a little under 0, lower only when a value is lower. */
export function axisLow(values) {
  const least = values.reduce((low, value) => (value !== null && value < low ? value : low), 0);
  return least < -0.05 ? Math.max(-1, Math.floor(least * 4 - 0.2) / 4) : -0.05;
}

/** SVG path through the middles of the slots; it breaks where a value is null. */
export function curve(values, first, size, low) {
  let path = "";
  let drawing = false;
  values.forEach((value, i) => {
    const index = first + i;
    if (value === null || index < size.lo || index >= size.hi) {
      drawing = false;
      return;
    }
    const x = placeX(size, index) + size.slot / 2;
    path += `${drawing ? "L" : "M"}${x.toFixed(1)} ${valueY(size, value, low).toFixed(1)}`;
    drawing = true;
  });
  return path;
}

/** Points of a curve: [{index, x, y}], null values left out. */
export function dots(values, first, size, low) {
  return values.flatMap((value, i) => {
    const index = first + i;
    if (value === null || index < size.lo || index >= size.hi) return [];
    return [{ index, x: placeX(size, index) + size.slot / 2, y: valueY(size, value, low) }];
  });
}

const short = (value) => Number(value.toFixed(1));

/** Discs round the points, as one path: a hundred elements would each have to be styled and laid out at every key. */
export function discPath(points, radius) {
  return points.map(({ x, y }) => `M${short(x - radius)} ${short(y)}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`).join("");
}

/** Squares round the points, as one path. @param half of a side */
export function squarePath(points, half) {
  return points.map(({ x, y }) => `M${short(x - half)} ${short(y - half)}h${2 * half}v${2 * half}h${-2 * half}z`).join("");
}

/** Bars of the places' probabilities, on the lines between two utterances: [{place, p, x, width, height}]. */
export function bars(places, size) {
  if (!places?.p) return [];
  const width = Math.max(1.5, size.slot * 0.6);
  return places.p.flatMap((p, i) => {
    const place = places.start + i;
    if (!(p > 0.0005) || place <= size.lo || place >= size.hi) return [];
    return [{ place, p, x: placeX(size, place) - width / 2, width, height: Math.max(2, p * size.barHeight) }];
  });
}

/** The probability of exactly this place, null when the detector gives it none. */
export function probabilityAt(places, place) {
  return places?.p?.[place - places.start] ?? null;
}

/** Utterances in sight that stand out by their similarity, or that a question is about; what is excluded is settled. */
export const suspects = (utterances, { asked, excluded, size }) => utterances.filter(({ i, outlier }) => (outlier || asked.includes(i)) && !excluded.has(i) && i >= size.lo && i < size.hi);

/** How far the boundary goes for a drag of `dx` px. */
export const dragPlaces = (dx, size) => Math.round(dx / size.slot);

/** How many tiles of `tile` px or more the strip has, always even, and how the cut stands among them: [lo, hi). */
export function stripRange(width, tile, cut, n) {
  const room = Math.floor((width - 25) / tile / 2);
  return rangeRound(cut, Math.max(3, Math.min(12, room)), n);
}
