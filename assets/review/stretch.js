// How does speech become faster or slower at the same pitch? Arithmetic on samples; playing them: audio.js.
//
// WSOLA: frames are laid over each other at another distance than they were taken from, each shifted a little to where
// it goes on most like the one before (W. Verhelst, M. Roelands, ICASSP 1993, doi:10.1109/ICASSP.1993.319366).

const FRAME_S = 0.04; // three periods of a low voice
const SEARCH_S = 0.0125; // one period of 80 Hz
const COARSE_HZ = 8000; // the search looks at every sample of this rate first

/**
 * Samples that last `1 / speed` as long as `samples`, at the same pitch.
 * @param samples Float32Array, one channel; @param speed > 0, 1 gives `samples` itself
 */
export function stretch(samples, rateHz, speed) {
  if (speed === 1 || !samples.length) return samples;
  const hop = Math.max(2, Math.round((FRAME_S * rateHz) / 2));
  const search = Math.round(SEARCH_S * rateHz);
  const step = Math.max(1, Math.floor(rateHz / COARSE_HZ));
  const length = Math.max(1, Math.round(samples.length / speed));
  const padded = pad(samples, { before: search, after: search + 4 * hop + Math.ceil(hop * speed) });
  const made = new Float32Array(length + 2 * hop);
  const fade = Float32Array.from({ length: 2 * hop }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / hop));
  let from = search;
  for (let at = 0; at < length; at += hop) {
    for (let i = at ? 0 : hop; i < 2 * hop; i += 1) made[at + i] += padded[from + i] * fade[i];
    if (!at) for (let i = 0; i < hop; i += 1) made[i] = padded[from + i]; // nothing comes before to fade from
    const wanted = search + Math.min(Math.round((at + hop) * speed), samples.length);
    from = mostLike(padded, from + hop, wanted, { hop, search, step });
  }
  return made.subarray(0, length);
}

function pad(samples, { before, after }) {
  const padded = new Float32Array(before + samples.length + after);
  padded.set(samples, before);
  return padded;
}

/** Where, at most `search` from `wanted`, does it sound most like at `next`? Coarse first, then to the sample. */
function mostLike(x, next, wanted, { hop, search, step }) {
  const coarse = best(x, next, { lo: wanted - search, hi: wanted + search, hop, step });
  return best(x, next, { lo: Math.max(wanted - search, coarse - step), hi: Math.min(wanted + search, coarse + step), hop, step: 1 });
}

function best(x, next, { lo, hi, hop, step }) {
  let found = Math.round((lo + hi) / 2);
  let highest = -Infinity;
  for (let at = lo; at <= hi; at += step) {
    let [product, power] = [0, 1e-9];
    for (let i = 0; i < hop; i += step) {
      product += x[at + i] * x[next + i];
      power += x[at + i] * x[at + i];
    }
    const likeness = product / Math.sqrt(power);
    if (likeness > highest) [highest, found] = [likeness, at];
  }
  return found;
}
