// What does the page believe about the boundaries? The server's rows with the unsent edits laid over them; no requests.

const FIELDS = ["index", "state", "probability", "existence", "lo", "hi", "risk", "proposed", "origin", "user", "at", "revision", "warnings"];

/** Rows from the server's columns. */
export function rowsOf(columns) {
  return columns.index.map((_, i) => Object.fromEntries(FIELDS.map((field) => [field, columns[field]?.[i] ?? null])));
}

const BLANK = Object.fromEntries(FIELDS.map((field) => [field, null]));
const sign = (row, change, user) => ({ ...row, ...change, user, at: new Date().toISOString() });

const APPLY = {
  approve(rows, { index }, user) {
    const row = rows.get(index);
    if (row) rows.set(index, sign(row, { state: "approved", risk: 0 }, user));
  },
  reject(rows, { index }, user) {
    const row = rows.get(index);
    if (row) rows.set(index, sign(row, { state: "rejected", risk: 0 }, user));
  },
  add(rows, { index }, user) {
    const row = rows.get(index) ?? { ...BLANK, index, warnings: [] };
    rows.set(index, sign(row, { state: "added", risk: 0 }, user));
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

const isPlace = (index) => index !== null && index !== undefined && index >= 0;

/** Lay one operation over `rows` (Map by index) and `excluded` (Set); one that no longer fits changes nothing. */
export function applyOperation(rows, excluded, operation, user) {
  if (operation.kind === "exclude") excluded.add(operation.index);
  else if (operation.kind === "include") excluded.delete(operation.index);
  else APPLY[operation.kind]?.(rows, operation, user);
}

export class BoundaryStore {
  constructor() {
    this.user = "";
    this.version = -1;
    this.nUtterances = 0;
    this.detectionId = null;
    this.corpusId = null; // an index means the same utterance only under the same one
    this.stored = new Map();
    this.storedExcluded = [];
    this.progress = null;
    this.stop = null;
    this.replay([]);
  }

  /** Take a whole answer of /x/boundaries; one that is older than what is known is ignored (false). */
  load(body, pending) {
    if (body.version < this.version && body.detection_id === this.detectionId) return false;
    this.stored = new Map(rowsOf(body.columns).map((row) => [row.index, row]));
    this.storedExcluded = body.excluded ?? [];
    Object.assign(this, { version: body.version, detectionId: body.detection_id, corpusId: body.corpus_id ?? null, nUtterances: body.n_utterances });
    this.progress = body.progress ?? this.progress;
    this.stop = body.stop ?? this.stop;
    this.replay(pending);
    return true;
  }

  /** Take what an operation changed on the server; `replay` afterwards lays the unsent edits over it. */
  absorb(answer) {
    for (const index of answer.removed ?? []) this.stored.delete(index);
    for (const row of answer.changed ?? []) this.stored.set(row.index, row);
    if (answer.excluded) this.storedExcluded = answer.excluded;
    if (answer.version !== undefined) this.version = Math.max(this.version, answer.version);
    this.progress = answer.progress ?? this.progress;
    this.stop = answer.stop ?? this.stop;
  }

  replay(pending) {
    this.byIndex = new Map(this.stored);
    this.excluded = new Set(this.storedExcluded);
    for (const operation of pending) applyOperation(this.byIndex, this.excluded, operation, this.user);
    this.sorted = null;
  }

  apply(operation) {
    applyOperation(this.byIndex, this.excluded, operation, this.user);
    this.sorted = null;
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
