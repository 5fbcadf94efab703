// What is heard now? Plays a list of utterances one after the other, evened out, and says which one sounds.
import { PAUSE_S, TICK, TICK_S, takeAhead } from "./audio_plan.js";

const LOADED_AHEAD = 8; // utterances
const SCHEDULED_AHEAD_S = 3;

export class Player {
  /** @param sounds Sounds; @param onChange () when it starts, ends, or goes to the next utterance */
  constructor(sounds, onChange) {
    Object.assign(this, { sounds, onChange });
    this.turn = 0;
    this.what = null; // null, or the name given to play()
    this.parts = []; // {index, start, stop} in context time
    this.sources = []; // {source, stop}
    this.started = 0; // how often sound has begun; read by tests
    this.latencies = []; // ms from the call of play to the call that starts the sound; read by tests
    this.volume = 1;
  }

  /** Everything goes through here. @param volume in [0, 1], as the ear counts */
  setVolume(volume) {
    this.volume = volume;
    this.level?.gain.setTargetAtTime(volume ** 2, this.sounds.context.currentTime, 0.01);
  }

  get out() {
    if (!this.level) {
      this.level = new GainNode(this.sounds.context, { gain: this.volume ** 2 });
      this.level.connect(this.sounds.context.destination);
    }
    return this.level;
  }

  get playing() {
    return this.what !== null;
  }

  stop() {
    this.turn += 1;
    for (const { source } of this.sources) source.stop();
    this.sources = [];
    this.parts = [];
    clearTimeout(this.end);
    if (this.what !== null) {
      this.what = null;
      this.onChange();
    }
  }

  /**
   * Play `items` (any iterable of indices and TICK) in turn, stopping what sounds now; what is missing is left out.
   * @param options {what: name of it, even: evened out}
   * @returns how many of them sound, undefined when it was stopped before
   */
  async play(items, { what, even = true }) {
    this.calledAt = performance.now();
    this.stop();
    const turn = this.turn;
    const { context } = this.sounds;
    this.what = what;
    this.onChange();
    if (context.state !== "running") await context.resume();
    const coming = takeAhead(items, LOADED_AHEAD, (item) => (item === TICK ? null : this.sounds.ready(item) ?? this.sounds.load(item)));
    let at = context.currentTime + 0.005, n = 0;
    for (const [item, loading] of coming) {
      const sound = isPromise(loading) ? await loading : loading;
      if (turn === this.turn) await this.whenNear(at);
      if (turn !== this.turn) return;
      at = Math.max(at, context.currentTime + 0.005);
      if (item === TICK) at += this.tick(at);
      else if (sound) [at, n] = [at + this.sound(item, sound, { at, even }), n + 1];
    }
    this.end = setTimeout(() => turn === this.turn && this.stop(), Math.max(0, at - context.currentTime) * 1000);
    return n;
  }

  sound(index, { heard, speed, gain }, { at, even }) {
    const { context } = this.sounds;
    const source = new AudioBufferSourceNode(context, { buffer: heard });
    const level = new GainNode(context, { gain: even ? gain : 1 });
    source.connect(level).connect(this.out);
    source.start(at);
    const stop = at + heard.duration;
    this.note(source, stop);
    this.parts = this.parts.filter((part) => part.stop > context.currentTime);
    this.parts.push({ index, start: at, stop, speed });
    this.onChange();
    return stop - at + PAUSE_S;
  }

  /** A source that was started, to be stopped with the others; counts once for each call of play. */
  note(source, stop) {
    if (this.calledAt !== null) {
      this.started += 1;
      this.latencies.push(performance.now() - this.calledAt);
      this.calledAt = null;
    }
    this.sources = this.sources.filter((one) => one.stop > this.sounds.context.currentTime);
    this.sources.push({ source, stop });
  }

  /** Wait until the context time `at` is so near that it must be scheduled; nothing to wait for gives undefined. */
  whenNear(at) {
    const early = at - this.sounds.context.currentTime - SCHEDULED_AHEAD_S;
    return early > 0 ? new Promise((go) => setTimeout(go, early * 1000)) : undefined;
  }

  tick(at) {
    const { context } = this.sounds;
    const source = new OscillatorNode(context, { frequency: 1760 });
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(0, at + 0.05);
    level.gain.linearRampToValueAtTime(0.12, at + 0.054);
    level.gain.exponentialRampToValueAtTime(0.0005, at + 0.11);
    source.connect(level).connect(this.out);
    source.start(at + 0.05);
    source.stop(at + 0.12);
    this.note(source, at + 0.12);
    return TICK_S;
  }

  /** {index, start: when it began, share in [0, 1], seconds heard, left: seconds that it still takes} of what sounds, or null. */
  now() {
    const time = this.playing ? this.sounds.context.currentTime : 0;
    const part = this.playing && this.parts.find((one) => time < one.stop && time >= one.start - 0.02);
    if (!part) return null;
    const share = Math.min(1, Math.max(0, (time - part.start) / (part.stop - part.start)));
    const { index, start, stop, speed } = part;
    return { index, start, share, seconds: share * (stop - start) * speed, left: Math.max(0, stop - time) };
  }
}

const isPromise = (value) => typeof value?.then === "function";
