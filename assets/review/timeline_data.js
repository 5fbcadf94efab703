// Which similarity does the timeline have at hand? The whole corpus and the enlarged part, the newest request wins.
import { readTimeline } from "./api.js";

const NONE = { triples: new Float32Array(0), lo: 0, hi: 0, px: 1 };

export class TimelineData {
  constructor(onChange) {
    this.onChange = onChange;
    this.forget();
  }

  /** The similarity has changed: ask for all of it again. */
  forget() {
    this.whole = NONE;
    this.near = NONE;
    this.busy = {};
    this.next = {};
  }

  wantWhole(n, px) {
    if (this.whole.hi !== n || this.whole.px < px) this.ask("whole", { lo: 0, hi: n, px });
  }

  /** Half a window more on either side, so that panning has something to show. */
  wantNear({ lo, hi }, n, px) {
    const { near } = this;
    const span = hi - lo;
    const isFine = (near.hi - near.lo) / near.px <= (span / px) * 1.3;
    const isThere = near.lo <= Math.max(0, lo) && near.hi >= Math.min(n, hi);
    if (isFine && isThere) return;
    const from = Math.max(0, Math.floor(lo - span / 2));
    const to = Math.min(n, Math.ceil(hi + span / 2));
    this.ask("near", { lo: from, hi: to, px: Math.max(16, Math.ceil((px * (to - from)) / span)) });
  }

  async ask(which, wanted) {
    if (this.busy[which]) {
      this.next[which] = wanted;
      return;
    }
    this.busy[which] = true;
    try {
      const triples = await readTimeline(wanted.lo, wanted.hi, wanted.px);
      this[which] = { ...wanted, triples };
      this.onChange();
    } catch {
      await new Promise((go) => setTimeout(go, 1500)); // shown as it was; a later paint asks again
    }
    this.busy[which] = false;
    const next = this.next[which];
    this.next[which] = null;
    if (next) this.ask(which, next);
  }
}
