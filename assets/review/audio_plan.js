// What is played, how loud, and what is kept decoded? Lists and arithmetic; sound itself: audio.js.

export const TICK = "tick";
export const PAUSE_S = 0.09; // between two utterances
export const TICK_S = 0.22; // the tick with its silence

/** "last k of the left | tick | first k of the right"; `usable(index)` leaves out what cannot be heard. */
export function roundTheCut(cut, k, n, usable = () => true) {
  const left = collect(cut - 1, -1, k, n, usable).reverse();
  const right = collect(cut, 1, k, n, usable);
  return [...left, TICK, ...right];
}

const REACH = 12; // how far past unreadable ones it looks for k that can be heard

function collect(start, step, k, n, usable) {
  const found = [];
  for (let i = start, seen = 0; i >= 0 && i < n && found.length < k && seen < REACH; i += step, seen += 1) {
    if (usable(i)) found.push(i);
  }
  return found;
}

/** Which utterances to fetch ahead, nearest the cut first. */
export function toWarm(cut, reach, n) {
  const found = [];
  for (let d = 0; d < reach; d += 1) {
    for (const i of [cut + d, cut - 1 - d]) if (i >= 0 && i < n) found.push(i);
  }
  return found;
}

/** [item, prepare(item)] of each of `items` in turn; `prepare` is called up to `n` items before its turn. */
export function* takeAhead(items, n, prepare) {
  const waiting = [];
  for (const item of items) {
    waiting.push([item, prepare(item)]);
    if (waiting.length > n) yield waiting.shift();
  }
  yield* waiting;
}

/** The speed or volume beside `value` in `steps`, `step` +1 or -1; the ends are the ends. */
export function stepIn(steps, value, step) {
  const near = steps.reduce((best, one, i) => (Math.abs(one - value) < Math.abs(steps[best] - value) ? i : best), 0);
  return steps[Math.min(Math.max(near + step, 0), steps.length - 1)];
}

/** RMS of the louder half of 20 ms frames (speech, not silence), and the peak; both in [0, 1]. */
export function loudnessOf(samples, rateHz) {
  const length = Math.max(1, Math.round(rateHz * 0.02));
  const frames = [];
  let peak = 0;
  for (let start = 0; start < samples.length; start += length) {
    let sum = 0;
    const stop = Math.min(samples.length, start + length);
    for (let i = start; i < stop; i += 1) {
      sum += samples[i] * samples[i];
      const size = Math.abs(samples[i]);
      if (size > peak) peak = size;
    }
    frames.push(sum / Math.max(1, stop - start));
  }
  frames.sort((a, b) => b - a);
  const louder = frames.slice(0, Math.max(1, Math.ceil(frames.length / 2)));
  const rms = Math.sqrt(louder.reduce((sum, power) => sum + power, 0) / louder.length);
  return { rms, peak };
}

const TARGET_RMS = 0.1; // about −20 dBFS
const MOST_GAIN = 10;

/** The factor that brings speech to the common loudness without clipping; 1 for silence. */
export function gainFor({ rms, peak }) {
  if (!(rms > 1e-5)) return 1;
  return Math.min(TARGET_RMS / rms, 0.97 / Math.max(peak, 1e-5), MOST_GAIN);
}

/** Least recently used leaves first once `limit` bytes are exceeded. */
export class ByteLru {
  constructor(limit) {
    this.limit = limit;
    this.bytes = 0;
    this.entries = new Map(); // key → {value, size}, oldest first
  }

  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  has(key) {
    return this.entries.has(key);
  }

  set(key, value, size) {
    this.delete(key);
    this.entries.set(key, { value, size });
    this.bytes += size;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limit || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key) {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.bytes -= entry.size;
    this.entries.delete(key);
  }
}
