// Which utterances are decoded and ready? Fetching, decoding, keeping; what is played and when: audio.js.
import { t } from "../i18n.js";
import { reasonWords } from "../reasons.js";
import { ByteLru, gainFor, loudnessOf } from "./audio_plan.js";

const KEPT_BYTES = 64 * 2 ** 20; // of decoded float32 samples
const AT_ONCE = 4; // requests of fetching ahead

/**
 * A sound: `buffer` as recorded, `heard` as long as it takes at `speed`, `gain` that evens it out.
 */
export class Sounds {
  /**
   * @param fetchAudio async (index) → ArrayBuffer; throws with `status` 404 and `body.reason` when there is no such sound
   * @param onMissing () when one turned out to be missing
   */
  constructor(fetchAudio, onMissing = () => {}) {
    Object.assign(this, { fetchAudio, onMissing });
    this.speed = 1;
    this.kept = new ByteLru(KEPT_BYTES);
    this.coming = new Map();
    this.missing = new Map(); // index → why
    this.trouble = null; // why the last one did not come, though it may be there
    this.wanted = [];
    this.busy = 0;
    this.asked = new Map(); // what the worker is stretching
  }

  get context() {
    this.made ??= new AudioContext({ latencyHint: "interactive" });
    return this.made;
  }

  /** The sound at once when it is ready, else undefined. */
  ready(index) {
    const sound = this.kept.get(index);
    return sound?.speed === this.speed ? sound : undefined;
  }

  /** The sound, or null when it is missing, cannot be decoded, or nobody answers. */
  load(index) {
    const sound = this.ready(index);
    if (sound) return Promise.resolve(sound);
    if (!this.coming.has(index)) {
      const loading = this.prepare(index).finally(() => this.coming.delete(index));
      this.coming.set(index, loading);
    }
    return this.coming.get(index);
  }

  async prepare(index) {
    let sound = this.kept.get(index) ?? await this.decode(index);
    while (sound && sound.speed !== this.speed) sound = await this.atSpeed(sound, this.speed);
    if (sound) this.kept.set(index, sound, sizeOf(sound.buffer) + (sound.speed === 1 ? 0 : sizeOf(sound.heard)));
    return sound;
  }

  async decode(index) {
    try {
      const buffer = await this.context.decodeAudioData(await this.fetchAudio(index));
      const gain = gainFor(loudnessOf(buffer.getChannelData(0), buffer.sampleRate));
      this.missing.delete(index);
      this.trouble = null;
      return { buffer, heard: buffer, speed: 1, gain };
    } catch (error) {
      if (error.status === 404 || error.name === "EncodingError") this.miss(index, error.body?.reason ? reasonWords(error.body.reason) : t("no sound in it"));
      else this.trouble = error.message;
      return null;
    }
  }

  miss(index, why) {
    this.missing.set(index, why);
    this.onMissing();
  }

  async atSpeed(sound, speed) {
    if (speed === 1) return { ...sound, heard: sound.buffer, speed };
    const samples = await this.stretched(sound.buffer.getChannelData(0).slice(), sound.buffer.sampleRate, speed);
    const heard = new AudioBuffer({ length: Math.max(1, samples.length), sampleRate: sound.buffer.sampleRate });
    heard.copyToChannel(samples, 0);
    return { ...sound, heard, speed };
  }

  stretched(samples, rateHz, speed) {
    if (!this.worker) {
      this.worker = new Worker(new URL("./stretch_worker.js", import.meta.url), { type: "module" });
      this.worker.addEventListener("message", ({ data: { id, made } }) => {
        this.asked.get(id)(made);
        this.asked.delete(id);
      });
    }
    const id = (this.nAsked = (this.nAsked ?? 0) + 1);
    return new Promise((resolve) => {
      this.asked.set(id, resolve);
      this.worker.postMessage({ id, samples, rateHz, speed }, [samples.buffer]);
    });
  }

  /** Fetch ahead what is in `indices`, in this order; what an earlier call still wanted is forgotten. */
  warm(indices) {
    this.wanted = indices.filter((i) => !this.ready(i) && !this.coming.has(i) && !this.missing.has(i));
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

const sizeOf = (buffer) => buffer.length * buffer.numberOfChannels * 4;
