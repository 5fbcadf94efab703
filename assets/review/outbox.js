// How does an edit reach the server exactly once? One request in flight, tried again until answered, kept on this
// machine meanwhile. Sending, keeping and waiting are given to it, so it runs without a browser.
import { backOff, enqueue, nextBatch, settle } from "./outbox_core.js";

/** What kept a request from being answered: kind "offline", "signed-out" or "refused" (the server cannot read it). */
export class NotSent extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  /**
   * @param send async (batch) => answer {results, …}; throws NotSent
   * @param storage {load() → items, save(items)} both async
   * @param absorb (answer) before what waits is looked at again; @param onAnswer ({batch, answer, refused}) after it
   * @param onChange () when pending() or trouble changed
   * @param revisionAt (index) => revision now standing there, or null
   * @param corpus () => the order of files that indices count in; an edit keeps the one it was made in
   */
  constructor({ send, storage, absorb, onAnswer, onChange, revisionAt, corpus = () => null, wait = (ms) => new Promise((go) => setTimeout(go, ms)) }) {
    Object.assign(this, { send, storage, absorb, onAnswer, onChange, revisionAt, corpus, wait });
    this.items = [];
    this.inFlight = [];
    this.trouble = null; // null, "offline" or "signed-out"
    this.tries = 0;
    this.most = 50;
  }

  /** Take up what an earlier page left behind; it may have been sent, so nothing joins it. */
  async open() {
    const kept = await this.storage.load();
    this.items = [...kept.map((item) => ({ ...item, sent: true, pressedAt: null })), ...this.items];
    this.onChange();
    this.pump();
  }

  add(...edits) {
    for (const edit of edits) {
      const item = { key: freshKey(), from: null, revision: null, corpus: this.corpus(), ...edit };
      this.items = enqueue(this.items, item);
    }
    this.keep();
    this.onChange();
    this.pump();
  }

  pending() {
    return this.items.length;
  }

  keep() {
    return this.storage.save(this.items).catch(() => {}); // private windows may refuse; sending goes on
  }

  /** Send now what waits for its next try. */
  hurry() {
    this.tries = 0;
    this.waiting?.();
    this.pump();
  }

  async pump() {
    if (this.inFlight.length || this.sleeping || !this.items.length) return;
    this.inFlight = nextBatch(this.items, this.most);
    const keys = new Set(this.inFlight.map((item) => item.key));
    this.items = this.items.map((item) => (keys.has(item.key) ? { ...item, sent: true } : item));
    let answer;
    try {
      answer = await this.send(this.inFlight);
    } catch (error) {
      await this.failed(error);
      return;
    }
    this.answered(answer);
  }

  answered(answer) {
    const batch = this.inFlight;
    this.inFlight = [];
    this.tries = 0;
    this.trouble = null;
    this.most = 50;
    this.absorb(answer);
    const { items, refused } = settle(this.items, batch, answer.results, this.revisionAt);
    this.items = items;
    this.keep();
    this.onAnswer({ batch, answer, refused });
    this.onChange();
    this.pump();
  }

  async failed(error) {
    const batch = this.inFlight;
    if (error.kind === "refused" && batch.length === 1) {
      this.answered({ results: [{ key: batch[0].key, ok: false, error: error.message, conflict: null }] });
      return;
    }
    this.inFlight = [];
    if (error.kind === "refused") {
      this.most = 1; // one of them cannot be read: find it
      this.pump();
      return;
    }
    this.trouble = error.kind === "signed-out" ? "signed-out" : "offline";
    this.tries += 1;
    this.onChange();
    this.sleeping = true;
    await Promise.race([this.wait(backOff(this.tries)), new Promise((go) => { this.waiting = go; })]);
    this.sleeping = false;
    this.waiting = null;
    this.pump();
  }
}
