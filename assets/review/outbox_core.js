// In which order do edits go to the server, and what becomes of them? Pure lists; sending and keeping: outbox.js.
// An item: {key, kind, index, from, revision, after, sent}. `after` names the item whose answer brings the revision.

const MOST = 5000; // the server takes no more at once
const isStep = (item) => item.kind === "undo" || item.kind === "redo";
const sourceOf = (item) => (item.kind === "shift" ? item.from : item.index);
const isRemark = (item) => ["comment", "dismiss", "same_speaker"].includes(item.kind);
const isAboutUtterance = (item) => item.kind === "exclude" || item.kind === "include";

/** The last item that decides what stands at `index` when the queue is through; undo may touch anything. */
function lastTouching(items, item) {
  for (let i = items.length - 1; i >= 0; i -= 1) {
    if (isStep(items[i])) return items[i];
    if (isRemark(items[i])) continue;
    if (isAboutUtterance(items[i]) === isAboutUtterance(item) && items[i].index === sourceOf(item)) return items[i];
  }
  return null;
}

/**
 * The list with `item` added. A shift joins an unsent shift of the same boundary (key and revision of the first stay);
 * one that leads back to its start leaves the list.
 */
export function enqueue(items, item) {
  const earlier = isStep(item) || isRemark(item) ? null : lastTouching(items, item);
  const joins = item.kind === "shift" && earlier?.kind === "shift" && !earlier.sent;
  if (!joins) {
    const waits = earlier ? { after: earlier.key, revision: null } : {};
    return [...items, { after: null, sent: false, ...item, ...waits }];
  }
  const joined = { ...earlier, index: item.index, pressedAt: item.pressedAt };
  const rest = items.map((other) => (other === earlier ? joined : other));
  return joined.index === joined.from ? rest.filter((other) => other !== joined) : rest;
}

/**
 * What goes in one request: a step alone, else the operations from the head that wait for no other of them; at most
 * `most`, unless more are one step of the reviewer's (`batch`).
 */
export function nextBatch(items, most = 50) {
  if (!items.length) return [];
  if (isStep(items[0])) return [items[0]];
  const batch = [];
  const keys = new Set();
  for (const item of items) {
    const isFull = batch.length >= most && (!item.batch || most === 1 || item.batch !== batch.at(-1).batch);
    if (isStep(item) || isFull || batch.length >= MOST || keys.has(item.after)) break;
    batch.push(item);
    keys.add(item.key);
  }
  return batch;
}

/** Items that cannot be meant any more once the one with `key` was refused. */
export function dependents(items, key) {
  const lost = new Set([key]);
  for (const item of items) if (lost.has(item.after) && !isStep(item)) lost.add(item.key);
  lost.delete(key);
  return items.filter((item) => lost.has(item.key));
}

/**
 * After an answer: {items, refused}. `results` are the server's, by key; an item without one counts as stored.
 * `revisionAt(index)` is the revision now standing there, for items that waited.
 */
export function settle(items, batch, results, revisionAt) {
  const byKey = new Map((results ?? []).map((result) => [result.key, result]));
  let rest = items.filter((item) => !batch.some((sent) => sent.key === item.key));
  const refused = [];
  for (const item of batch) {
    const result = byKey.get(item.key);
    if (result && !result.ok) {
      const along = dependents(rest, item.key);
      rest = rest.filter((other) => !along.includes(other));
      refused.push({ item, result, along });
    }
  }
  const answered = new Set(batch.map((item) => item.key));
  rest = rest.map((item) => (answered.has(item.after)
    ? { ...item, after: null, revision: revisionAt(sourceOf(item)) } : item));
  return { items: rest, refused };
}

/** Milliseconds before the n-th try again (n from 1). */
export const backOff = (n) => Math.min(10000, 400 * 2 ** (n - 1));
