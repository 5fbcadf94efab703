// Where does a place of the corpus stand on the screen? Windows of places, zoom, pan, ticks; it draws nothing.
// A window is {lo, hi} in places; a view is a window with the pixels it covers: {lo, hi, left, width}.

export const MIN_SPAN = 60; // places; nearer than that the close-up shows more

export const toPixel = (view, place) => view.left + ((place - view.lo) / (view.hi - view.lo)) * view.width;
export const toPlace = (view, pixel) => view.lo + ((pixel - view.left) / view.width) * (view.hi - view.lo);

/** The nearest window that lies in [0, n] and is neither too narrow nor wider than the corpus. */
export function clampWindow({ lo, hi }, n) {
  const span = Math.min(Math.max(hi - lo, MIN_SPAN), Math.max(n, 1));
  const start = Math.min(Math.max(lo, 0), Math.max(0, n - span));
  return { lo: start, hi: start + span };
}

/** Zoom by `factor` (above 1 shows more) so that `place` stays under the pointer. */
export function zoomAt(window, factor, place, n) {
  const span = window.hi - window.lo;
  const wanted = Math.min(Math.max(span * factor, MIN_SPAN), Math.max(n, 1));
  const share = Math.min(1, Math.max(0, (place - window.lo) / span));
  return clampWindow({ lo: place - wanted * share, hi: place + wanted * (1 - share) }, n);
}

export const pan = (window, distance, n) => clampWindow({ lo: window.lo + distance, hi: window.hi + distance }, n);

export function centreOn(window, place, n) {
  const half = (window.hi - window.lo) / 2;
  return clampWindow({ lo: place - half, hi: place + half }, n);
}

/** The same window while `place` is well inside it, else one round `place`. */
export function reveal(window, place, n) {
  const margin = (window.hi - window.lo) * 0.08;
  const inside = place > window.lo + margin && place < window.hi - margin;
  return inside ? window : centreOn(window, place, n);
}

/** Round places for at most `most` labels between lo and hi: {step, places}. */
export function ticks(lo, hi, most) {
  const rough = Math.max((hi - lo) / Math.max(most, 1), 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const places = [];
  for (let place = Math.ceil(lo / step) * step; place <= hi; place += step) places.push(place);
  return { step, places };
}

/** The utterances [lo, hi) round a place: `half` on either side, moved inwards at an end of the corpus. */
export function rangeRound(place, half, n) {
  const lo = Math.max(0, Math.min(place - half, n - 2 * half));
  return { lo, hi: Math.min(n, lo + 2 * half) };
}

/** The close-up stays where it is while the cut is well inside it, so a nudge moves the line and not the picture. */
export function keepAnchor(anchor, cut, half) {
  return Math.abs(cut - anchor) <= half - 8 ? anchor : cut;
}
