// Which utterances are decoded and ready? Fetching, decoding, keeping; what is played and when: audio.js.
import { ByteLru, gainFor, loudnessOf } from "./audio_plan.js";

const KEPT_BYTES = 128 * 2 ** 20; // of decoded float32 samples
const AT_ONCE = 4; // requests of fetching ahead

export class Sounds {
  /** @param fetchAudio async (index) → ArrayBuffer, throws when there is no such sound */
  constructor(fetchAudio) {
    this.fetchAudio = fetchAudio;
    this.kept = new ByteLru(KEPT_BYTES);
    this.coming = new Map();
    this.missing = new Set();
    this.wanted = [];
    this.busy = 0;
  }

  get context() {
    this.made ??= new AudioContext({ latencyHint: "interactive" });
    return this.made;
  }

  /** {buffer, gain} at once when it is ready, else undefined. */
  ready(index) {
    return this.kept.get(index);
  }

  /** {buffer, gain}, or null when the audio is missing or cannot be decoded. */
  load(index) {
    const sound = this.kept.get(index);
    if (sound) return Promise.resolve(sound);
    if (!this.coming.has(index)) {
      const loading = this.decode(index).finally(() => this.coming.delete(index));
      this.coming.set(index, loading);
    }
    return this.coming.get(index);
  }

  async decode(index) {
    try {
      const buffer = await this.context.decodeAudioData(await this.fetchAudio(index));
      const channels = Array.from({ length: buffer.numberOfChannels }, (_, i) => buffer.getChannelData(i));
      const loud = channels.map((samples) => loudnessOf(samples, buffer.sampleRate));
      const loudest = (what) => Math.max(...loud.map((one) => one[what]));
      const sound = { buffer, gain: gainFor({ rms: loudest("rms"), peak: loudest("peak") }) };
      this.kept.set(index, sound, buffer.length * buffer.numberOfChannels * 4);
      this.missing.delete(index);
      return sound;
    } catch {
      this.missing.add(index);
      return null;
    }
  }

  /** Fetch ahead what is in `indices`, in this order; what an earlier call still wanted is forgotten. */
  warm(indices) {
    this.wanted = indices.filter((i) => !this.kept.has(i) && !this.coming.has(i) && !this.missing.has(i));
    while (this.busy < AT_ONCE && this.wanted.length) this.warmOne();
  }

  async warmOne() {
    const index = this.wanted.shift();
    this.busy += 1;
    await this.load(index);
    this.busy -= 1;
    if (this.wanted.length) this.warmOne();
  }
}
