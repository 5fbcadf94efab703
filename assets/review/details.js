// What is known of the utterances round a place? Close-ups, names and waveforms, fetched when asked for and kept a while.
import { readCloseup, readPeaks, readVoice } from "./api.js";

const KEPT_CLOSEUPS = 80;
const KEPT_UTTERANCES = 20000;

export class Details {
  /** @param onChange () when something asked for has arrived */
  constructor(onChange) {
    this.onChange = onChange;
    this.closeups = new Map(); // index → {data, half, stale}
    this.coming = new Set();
    this.utterances = new Map(); // index → what /x/closeup says of it
    this.peaks = new Map(); // index → 26 ints in 0..255, or null
    this.peaksComing = new Set();
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

  name(index) {
    return this.utterances.get(index)?.name ?? null;
  }

  /** Waveforms of [lo, hi); what is not here yet is asked for in one request. */
  async wantPeaks(lo, hi) {
    const lacking = [];
    for (let i = lo; i < hi; i += 1) if (!this.peaks.has(i) && !this.peaksComing.has(i)) lacking.push(i);
    if (!lacking.length) return;
    for (const i of lacking) this.peaksComing.add(i);
    try {
      const found = await readPeaks(lacking[0], lacking[lacking.length - 1] + 1);
      if (this.peaks.size > KEPT_UTTERANCES) this.peaks.clear();
      for (const [i, bins] of Object.entries(found)) this.peaks.set(Number(i), bins);
      this.onChange();
    } catch {
      await new Promise((go) => setTimeout(go, 1000));
    } finally {
      for (const i of lacking) this.peaksComing.delete(i);
    }
  }
}
