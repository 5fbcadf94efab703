// How do the page and the server stay of one mind? Edits go out, answers and others' decisions come in.
import { readBoundaries, sendBatch } from "./api.js";
import { outboxStorage } from "./kept.js";
import { Outbox } from "./outbox.js";
import { t } from "../i18n.js";
import { isAgreed, refusalText } from "./notice.js";

const POLL_MS = 2000;
const TELL_MS = 300;
const CHANGES_SEGMENTS = new Set(["shift", "reject", "add", "exclude", "include", "undo", "redo"]);

export class Sync {
  /**
   * @param store BoundaryStore; @param owner text, project and user
   * @param on {changed(), step(index), say(text), conflict(found), detection(), at()}; changed: rows are new; at: the
   *   place that the reviewer looks at, or null
   */
  constructor(store, owner, on) {
    Object.assign(this, { store, on });
    this.seen = null; // {version, detectionId} of which every row is known
    this.stored = 0; // edits the server has taken; read by tests
    this.latencies = []; // ms from key to stored and repainted
    this.outbox = new Outbox({
      send: (batch) => sendBatch(batch, store.user),
      storage: outboxStorage(owner),
      absorb: (answer) => this.absorb(answer),
      onAnswer: (found) => this.answered(found),
      onChange: () => this.outboxChanged(),
      revisionAt: (index) => store.revisionAt(index),
      corpus: () => store.corpusId,
    });
  }

  /** Take up what was left unsent, then read the rows; throws while the server does not answer. */
  async start() {
    this.opened ??= this.outbox.open().catch(() => {});
    const [body] = await Promise.all([readBoundaries(null, this.on.at()), this.opened]);
    if (body.version < this.store.version) await this.read(); // what was left unsent has been stored meanwhile
    else this.take(body);
  }

  outboxChanged() {
    const { trouble } = this.outbox;
    if (trouble === "signed-out" && this.told !== trouble) this.on.say(t("You are logged out. Log in again, here or in another tab: nothing is lost."), { words: t("Log in"), press: () => location.reload() });
    else if (this.told === "signed-out" && trouble === null) this.on.say("");
    this.told = trouble;
    this.on.changed();
  }

  /** All rows anew, whatever is known. */
  async read() {
    this.take(await readBoundaries(null, this.on.at()));
  }

  take(body) {
    const changedDetection = this.seen && body.detection_id !== this.seen.detectionId;
    const { items } = this.outbox;
    if (!(body.columns ? this.store.load(body, items) : this.store.follow(body, items))) return false;
    this.seen = { version: body.version, detectionId: body.detection_id };
    if (changedDetection) this.on.detection();
    return true;
  }

  absorb(answer) {
    this.store.absorb(answer);
    const mine = (answer.results ?? []).filter((result) => result.ok).length;
    const nobodyElse = this.seen && answer.version === this.seen.version + mine;
    if (nobodyElse) this.seen.version = answer.version; // else the next poll brings what others did
  }

  answered({ batch, answer, refused }) {
    this.store.replay(this.outbox.items);
    this.stored += batch.length - refused.length;
    for (const { pressedAt } of batch) if (pressedAt) requestAnimationFrame(() => this.latencies.push(performance.now() - pressedAt));
    if (this.latencies.length > 1000) this.latencies.splice(0, 500);
    const changes = batch.some((item) => CHANGES_SEGMENTS.has(item.kind));
    this.on.changed({ segments: changes });
    this.tellStep(batch[0], answer, refused);
    if (refused.length > 1 && batch[0].batch) this.refusedStep(refused);
    else for (const one of refused) this.refused(one);
  }

  /** Of one step some were not taken: the rest is stored, and undone together. */
  async refusedStep(refused) {
    this.on.say(t("{n} boundary changed meanwhile and stayed as it is.|{n} boundaries changed meanwhile and stayed as they are.", { n: refused.length }));
    await this.read().catch(() => {});
    this.on.changed({ segments: true });
  }

  tellStep(item, answer, refused) {
    if ((item.kind !== "undo" && item.kind !== "redo") || refused.length) return;
    if (!answer.results?.length) this.on.say(item.kind === "undo" ? t("There is nothing to undo.") : t("There is nothing to redo."));
    else if (answer.index !== null) this.on.step(answer.index, answer);
  }

  async refused(one) {
    const theirs = one.result.conflict?.theirs;
    if (!theirs) this.on.say(refusalText(one));
    else if (!isAgreed({ ...one, theirs }, this.store)) this.on.conflict({ ...one, theirs });
    await this.read().catch(() => {}); // what others did is not in the answer
    this.on.changed({ segments: true });
  }

  /** The reviewer went elsewhere: soon, so that others who are here see it, and no more often than needed. */
  moved() {
    clearTimeout(this.telling);
    if (this.store.busy.size) this.telling = setTimeout(() => this.look(), TELL_MS);
  }

  /** Ask every 2 s what others did; `isWanted()` says whether anybody looks. */
  poll(isWanted) {
    setInterval(() => isWanted() && this.look(), POLL_MS);
  }

  async look() {
    if (this.looking || this.outbox.inFlight.length) return;
    this.looking = true;
    try {
      const body = await readBoundaries(this.seen, this.on.at());
      this.tellSilence(false);
      const others = JSON.stringify(body.others ?? []);
      const someoneMoved = others !== JSON.stringify(this.store.others);
      this.store.others = body.others ?? [];
      if (!body.unchanged && this.take(body)) this.on.changed({ segments: body.segments ?? true });
      else if (someoneMoved) this.on.changed();
      if (this.outbox.trouble) this.outbox.hurry();
    } catch ({ status }) {
      this.tellSilence(status === 0);
    }
    this.looking = false;
  }

  tellSilence(isSilent) {
    if (isSilent === Boolean(this.isSilent)) return;
    this.isSilent = isSilent;
    this.on.changed();
  }

  /** "signed-out", "offline" or null. */
  get trouble() {
    return this.outbox.trouble ?? (this.isSilent ? "offline" : null);
  }
}
