// What is heard now? Plays a list of utterances one after the other, evened out, and says which one sounds.
import { PAUSE_S, TICK, TICK_S } from "./audio_plan.js";

export class Player {
  /** @param sounds Sounds; @param onChange () when it starts, ends, or goes to the next utterance */
  constructor(sounds, onChange) {
    Object.assign(this, { sounds, onChange });
    this.turn = 0;
    this.what = null; // null, or the name given to play()
    this.parts = []; // {index, start, stop} in context time
    this.sources = [];
    this.started = 0; // how often sound has begun; read by tests
  }

  get playing() {
    return this.what !== null;
  }

  stop() {
    this.turn += 1;
    for (const source of this.sources) source.stop();
    this.sources = [];
    this.parts = [];
    clearTimeout(this.end);
    if (this.what !== null) {
      this.what = null;
      this.onChange();
    }
  }

  /**
   * Play `items` (indices and TICK) in turn, stopping what sounds now.
   * @param options {what: name of it, speed: 1 is as recorded, even: evened out, pressedAt: ms}
   */
  async play(items, { what, speed = 1, even = true }) {
    this.stop();
    const turn = this.turn;
    const { context } = this.sounds;
    this.what = what;
    this.onChange();
    if (context.state !== "running") await context.resume();
    const loading = items.map((item) => (item === TICK ? null : this.sounds.ready(item) ?? this.sounds.load(item)));
    let at = context.currentTime + 0.005;
    for (const [place, item] of items.entries()) {
      const sound = isPromise(loading[place]) ? await loading[place] : loading[place];
      if (turn !== this.turn) return;
      at = Math.max(at, context.currentTime + 0.005);
      if (item === TICK) at += this.tick(at);
      else if (sound) at += this.sound(item, sound, { at, speed, even });
    }
    this.end = setTimeout(() => turn === this.turn && this.stop(), Math.max(0, at - context.currentTime) * 1000);
  }

  sound(index, { buffer, gain }, { at, speed, even }) {
    const { context } = this.sounds;
    const source = new AudioBufferSourceNode(context, { buffer, playbackRate: speed });
    const level = new GainNode(context, { gain: even ? gain : 1 });
    source.connect(level).connect(context.destination);
    source.start(at);
    if (!this.parts.length) this.started += 1;
    const stop = at + buffer.duration / speed;
    this.parts.push({ index, start: at, stop, speed });
    this.sources.push(source);
    this.onChange();
    return stop - at + PAUSE_S;
  }

  tick(at) {
    const { context } = this.sounds;
    const source = new OscillatorNode(context, { frequency: 1760 });
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(0, at + 0.05);
    level.gain.linearRampToValueAtTime(0.12, at + 0.054);
    level.gain.exponentialRampToValueAtTime(0.0005, at + 0.11);
    source.connect(level).connect(context.destination);
    source.start(at + 0.05);
    source.stop(at + 0.12);
    this.sources.push(source);
    return TICK_S;
  }

  /** {index, share in [0, 1], seconds heard} of the utterance that sounds now, or null. */
  now() {
    const time = this.playing ? this.sounds.context.currentTime : 0;
    const part = this.playing && this.parts.find((one) => time < one.stop && time >= one.start - 0.02);
    if (!part) return null;
    const share = Math.min(1, Math.max(0, (time - part.start) / (part.stop - part.start)));
    return { index: part.index, share, seconds: share * (part.stop - part.start) * part.speed };
  }
}

const isPromise = (value) => typeof value?.then === "function";
