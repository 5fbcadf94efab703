// What does the page believe about the boundaries, and what is asked and said beside them? The server's word with the
// unsent edits laid over it; no requests.
import { askedItems, doubtsOf } from "./suggestions.js";

const FIELDS = ["index", "state", "probability", "existence", "lo", "hi", "harm", "risk", "proposed", "origin", "user", "at", "revision", "warnings"];

/** Rows from the server's columns. */
export function rowsOf(columns) {
  return columns.index.map((_, i) => Object.fromEntries(FIELDS.map((field) => [field, columns[field]?.[i] ?? null])));
}

const BLANK = Object.fromEntries(FIELDS.map((field) => [field, null]));
const sign = (row, change, user) => ({ ...row, ...change, user, at: new Date().toISOString() });

const APPLY = {
  approve(rows, { index }, user) {
    const row = rows.get(index);
    if (row) rows.set(index, sign(row, { state: "approved", harm: 0, risk: 0 }, user));
  },
  reject(rows, { index }, user) {
    const row = rows.get(index);
    if (row) rows.set(index, sign(row, { state: "rejected", harm: 0, risk: 0 }, user));
  },
  add(rows, { index }, user) {
    const row = rows.get(index) ?? { ...BLANK, index, warnings: [] };
    rows.set(index, sign(row, { state: "added", harm: 0, risk: 0 }, user));
  },
  shift(rows, { from, index }, user) {
    const row = rows.get(from);
    if (!row) return;
    const origin = isPlace(row.origin) ? row.origin : from;
    const state = index === origin ? "undecided" : "shifted";
    rows.delete(from);
    rows.set(index, sign(row, { index, state, origin: index === origin ? null : origin }, user));
  },
};

function byPlace(comments) {
  const found = new Map();
  for (const one of comments) found.set(one.index, [...(found.get(one.index) ?? []), one]);
  return found;
}

const isPlace = (index) => index !== null && index !== undefined && index >= 0;

/** Lay one operation over {byIndex (Map of rows), excluded, answered (Sets), comments}; one that no longer fits changes nothing. */
export function applyOperation(world, operation, user) {
  const { kind, index, text, answers } = operation;
  for (const n of answers ?? []) world.answered.add(n);
  if (kind === "exclude") world.excluded.add(index);
  else if (kind === "include") world.excluded.delete(index);
  else if (kind === "comment") world.comments.push({ index, text, user, at: new Date().toISOString() });
  else APPLY[kind]?.(world.byIndex, operation, user);
}

export class BoundaryStore {
  constructor() {
    this.user = "";
    this.version = -1;
    this.nUtterances = 0;
    this.detectionId = null;
    this.corpusId = null; // an index means the same utterance only under the same one
    this.stored = new Map();
    this.said = { excluded: [], answered: [], comments: [] }; // as the server has it
    this.suggestions = []; // of this detection: {n, kind, indices, …}
    this.names = {}; // of the segments that each open one is about, by its n
    this.others = []; // other reviewers: {user, index | null, away_s}
    this.progress = null;
    this.stop = null;
    this.replay([]);
  }

  /** Take a whole answer of /x/boundaries; one that is older than what is known is ignored (false). */
  load(body, pending) {
    if (body.version < this.version && body.detection_id === this.detectionId) return false;
    this.stored = new Map(rowsOf(body.columns).map((row) => [row.index, row]));
    this.suggestions = (body.suggestions ?? []).map((one, n) => ({ n, ...one }));
    this.hear(body);
    Object.assign(this, { version: body.version, detectionId: body.detection_id, corpusId: body.corpus_id ?? null, nUtterances: body.n_utterances });
    this.replay(pending);
    return true;
  }

  /** Take what changed since this page last asked; what is older than what is known is ignored (false). */
  follow(body, pending) {
    if (body.version < this.version) return false;
    this.absorb(body);
    this.replay(pending);
    return true;
  }

  /** What every answer may bring beside the rows. */
  hear(answer) {
    for (const name of ["excluded", "answered", "comments"]) this.said[name] = answer[name] ?? this.said[name];
    for (const name of ["names", "progress", "stop"]) this[name] = answer[name] ?? this[name];
  }

  /** Take what an operation changed on the server; `replay` afterwards lays the unsent edits over it. */
  absorb(answer) {
    for (const index of answer.removed ?? []) this.stored.delete(index);
    for (const row of answer.changed ?? []) this.stored.set(row.index, row);
    this.hear(answer);
    if (answer.version !== undefined) this.version = Math.max(this.version, answer.version);
  }

  replay(pending) {
    this.byIndex = new Map(this.stored);
    this.excluded = new Set(this.said.excluded);
    this.answered = new Set(this.said.answered);
    this.comments = [...this.said.comments];
    this.apply(...pending);
  }

  apply(...operations) {
    for (const operation of operations) applyOperation(this, operation, this.user);
    this.sorted = null;
    this.made = null;
  }

  /** What the queue is made of; the same object until something changes. */
  get world() {
    const { asked, doubts } = this.questions;
    this.made ??= { rows: this.rows, asked, doubts, comments: byPlace(this.comments) };
    return this.made;
  }

  /** What is asked beside the boundaries; the same object until something is answered or has another name. */
  get questions() {
    const facts = [this.suggestions, this.names, [...this.answered].join()];
    if (!facts.every((fact, i) => fact === this.questioned?.facts[i])) {
      this.questioned = { facts, asked: askedItems(this.suggestions, this.answered, this.names), doubts: doubtsOf(this.suggestions, this.answered) };
    }
    return this.questioned;
  }

  /** Where another reviewer is looking now. */
  get busy() {
    return new Set(this.others.filter((one) => one.index !== null).map((one) => one.index));
  }

  /** All rows by index; do not change the array. */
  get rows() {
    this.sorted ??= [...this.byIndex.values()].sort((a, b) => a.index - b.index);
    return this.sorted;
  }

  get(index) {
    return this.byIndex.get(index) ?? null;
  }

  revisionAt(index) {
    return this.stored.get(index)?.revision ?? null;
  }

  /** Places [lo, hi] (inclusive) between which the boundary at `index` may be shifted without passing another. */
  room(index) {
    const live = this.rows.filter((row) => row.state !== "rejected" && row.index !== index);
    const before = live.findLast((row) => row.index < index);
    const after = live.find((row) => row.index > index);
    return { lo: (before?.index ?? 0) + 1, hi: (after?.index ?? this.nUtterances) - 1 };
  }

  /** The boundary that was at `index` and was moved by somebody else, or null. */
  movedFrom(index) {
    return this.rows.find((row) => row.origin === index || row.proposed === index) ?? null;
  }
}
