// What is known of the utterances round a place? Close-ups, names and waveforms, fetched when asked for and kept a while.
import { readCloseup, readPeaks, readSpectrograms, readVoice } from "./api.js";
import { BANDS, COLUMNS } from "./spectrogram.js";

const KEPT_CLOSEUPS = 80;
const KEPT_UTTERANCES = 20000;
const KEPT_PICTURES = 4000;
const REACH = 25; // to either side, of a close-up that is asked for names only

export class Details {
  /** @param onChange () when something asked for has arrived */
  constructor(onChange) {
    this.onChange = onChange;
    this.closeups = new Map(); // index → {data, half, stale}
    this.coming = new Set();
    this.utterances = new Map(); // index → what /x/closeup says of it
    this.peaks = new Map(); // index → 26 ints in 0..255, or null
    this.spectra = new Map(); // index → BANDS × COLUMNS loudnesses, or null
    this.drawing = new Set(); // pictures that are asked for
    this.voices = new Map(); // index → promise of {references, …} of its segment
  }

  /** The close-up of the place `index`, at least `half` to either side; undefined until it arrives. */
  closeup(index, half) {
    const kept = this.closeups.get(index);
    if (!kept || kept.stale || kept.half < half) this.fetchCloseup(index, half);
    return kept?.data;
  }

  async fetchCloseup(index, half) {
    const key = `${index}/${half}`;
    if (this.coming.has(key)) return;
    this.coming.add(key);
    const asked = this.age;
    try {
      const data = await readCloseup(index, half);
      this.closeups.delete(index);
      this.closeups.set(index, { data, half, stale: asked !== this.age });
      if (this.closeups.size > KEPT_CLOSEUPS) this.closeups.delete(this.closeups.keys().next().value);
      this.keepUtterances(data);
      this.onChange();
    } catch { /* the picture stays as it was; the next paint asks again */
      await new Promise((go) => setTimeout(go, 1000));
    } finally {
      this.coming.delete(key);
    }
    if (asked !== this.age) this.onChange();
  }

  age = 0;

  /** Segments have changed: what is kept is shown until its successor arrives. */
  outdate() {
    this.age += 1;
    for (const kept of this.closeups.values()) kept.stale = true;
    this.voices.clear();
  }

  /** Typical utterances of the segment that holds `index`; null where the server does not answer. */
  voice(index) {
    if (!this.voices.has(index)) {
      const asked = readVoice(index).catch(() => { this.voices.delete(index); return null; });
      this.voices.set(index, asked);
    }
    return this.voices.get(index);
  }

  keepUtterances({ utterances }) {
    if (this.utterances.size > KEPT_UTTERANCES) this.utterances.clear();
    for (const one of utterances) this.utterances.set(one.i, one);
  }

  utterance(index) {
    return this.utterances.get(index) ?? null;
  }

  /** Names and durations of [lo, hi), far from any close-up: of the close-up there. */
  wantUtterances(lo, hi) {
    const lacking = [lo, hi - 1].find((i) => !this.utterances.has(i));
    if (lacking !== undefined) this.closeup(Math.max(1, Math.round(lacking / REACH) * REACH), REACH);
  }

  name(index) {
    return this.utterances.get(index)?.name ?? null;
  }

  /** Waveforms of [lo, hi); what is not here yet is asked for in one request. */
  wantPeaks(lo, hi) {
    return this.wantPictures(this.peaks, lo, hi, async (from, to) => Object.entries(await readPeaks(from, to)));
  }

  wantSpectra(lo, hi) {
    const size = BANDS * COLUMNS;
    return this.wantPictures(this.spectra, lo, hi, async (from, to) => {
      const all = await readSpectrograms(from, to);
      return Array.from({ length: all.length / size }, (_, i) => [from + i, all.subarray(i * size, (i + 1) * size)]);
    });
  }

  async wantPictures(kept, lo, hi, read) {
    const lacking = [];
    for (let i = lo; i < hi; i += 1) if (!kept.has(i) && !this.drawing.has(i)) lacking.push(i);
    if (!lacking.length) return;
    for (const i of lacking) this.drawing.add(i);
    try {
      const found = await read(lacking[0], lacking.at(-1) + 1);
      if (kept.size > KEPT_PICTURES) kept.clear();
      for (const [i, picture] of found) kept.set(Number(i), picture);
    } catch {
      await new Promise((go) => setTimeout(go, 1000));
    } finally {
      for (const i of lacking) this.drawing.delete(i);
    }
    this.onChange();
  }
}
