// What does the timeline show of the boundaries? Which are in sight, lines or density, which one was meant by a click.
// Rows are sorted by index; it draws nothing.

export const isOpen = (row) => row.state === "undecided" || row.state === "shifted";
export const MIN_GAP_PX = 4; // nearer than that, lines would be a wall: a density track instead

/** Position of the first row at or after `place` (binary search). */
export function firstAt(rows, place) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].index < place) low = middle + 1; else high = middle;
  }
  return low;
}

export const rowsBetween = (rows, lo, hi) => rows.slice(firstAt(rows, lo), firstAt(rows, hi + 1));

export const needsDensity = (nRows, widthPx) => nRows > widthPx / MIN_GAP_PX;

/** Per pixel: the worst probability of an open boundary (2 where there is none), and whether a decided one is there. */
export function worstPerPixel(rows, { lo, hi, width }) {
  const columns = Math.max(1, Math.ceil(width));
  const worst = new Float32Array(columns).fill(2);
  const decided = new Uint8Array(columns);
  for (const row of rowsBetween(rows, lo, hi)) {
    const column = Math.min(columns - 1, Math.floor(((row.index - lo) / (hi - lo)) * width));
    if (isOpen(row)) worst[column] = Math.min(worst[column], row.probability ?? 0);
    else decided[column] = 1;
  }
  return { worst, decided };
}

/** Height and strength of a density mark in [0, 1]; higher means worse. */
export const markHeight = (probability) => Math.max(0.12, (1 - Math.min(1, probability)) ** 0.45);

export function nearestRow(rows, place) {
  const at = firstAt(rows, place);
  const [before, after] = [rows[at - 1], rows[at]];
  if (!before || !after) return before ?? after ?? null;
  return place - before.index <= after.index - place ? before : after;
}

/** The row a click within `reach` places means: the open one with the worst probability, else the nearest, else null. */
export function rowMeant(rows, place, reach) {
  const near = rowsBetween(rows, place - reach, place + reach);
  if (!near.length) return null;
  const open = near.filter(isOpen);
  if (!open.length) return nearestRow(near, place);
  return open.reduce((worst, row) => ((row.probability ?? 0) < (worst.probability ?? 0) ? row : worst));
}

/** Least and greatest similarity of (place, min, max) triples; [-1, 1] when there is none. */
export function similarityRange(triples) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i + 2 < triples.length; i += 3) {
    if (triples[i + 1] < low) low = triples[i + 1];
    if (triples[i + 2] > high) high = triples[i + 2];
  }
  return low < high ? { low, high } : { low: -1, high: 1 };
}

/** Least and greatest similarity per pixel of the view; least > most where there is none. Far triples are joined by a line. */
export function similarityPerPixel(triples, { lo, hi, width }) {
  const columns = Math.max(1, Math.ceil(width));
  const least = new Float32Array(columns).fill(Infinity);
  const most = new Float32Array(columns).fill(-Infinity);
  const columnOf = (place) => Math.floor(((place - lo) / (hi - lo)) * width);
  for (let i = 0; i + 2 < triples.length; i += 3) {
    if (Number.isNaN(triples[i + 1])) continue;
    const from = columnOf(triples[i]);
    const hasNext = i + 5 < triples.length && !Number.isNaN(triples[i + 4]);
    const reach = i + 3 < triples.length ? Math.max(1, columnOf(triples[i + 3]) - from) : 1;
    const slope = (k) => (hasNext && reach > 1 ? (triples[i + 3 + k] - triples[i + k]) / reach : 0);
    const [low, high] = [slope(1), slope(2)];
    for (let x = Math.max(0, from); x < Math.min(columns, from + reach); x += 1) {
      const bottom = triples[i + 1] + low * (x - from) + Math.min(0, low);
      const top = triples[i + 2] + high * (x - from) + Math.max(0, high);
      if (bottom < least[x]) least[x] = bottom;
      if (top > most[x]) most[x] = top;
    }
  }
  return { least, most };
}
