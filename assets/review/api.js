// Which requests does the review make, and what do their failures mean for an edit? Asking itself: ../api.js.
import { ApiError, get, post } from "../api.js";
import { NotSent } from "./outbox.js";

async function bytes(path) {
  const answer = await fetch(`x/${path}`).catch(() => { throw new ApiError(0, null); });
  if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
  return answer.arrayBuffer();
}

export const readProject = () => get("project");
export const readCloseup = (index, half) => get(`closeup?index=${index}&half=${half}`);
export const readVoice = (index) => get(`voice?index=${index}`);
export const readAgreement = () => get("agreement");
export const readChanges = () => get("changes");
export const readPeaks = (lo, hi) => get(`peaks?lo=${lo}&hi=${hi}`);
export const readSpectrograms = async (lo, hi) => new Uint8Array(await bytes(`spectrograms?lo=${lo}&hi=${hi}`));
export const find = (words) => get(`find?q=${encodeURIComponent(words)}`);
export const readAudio = (index) => bytes(`audio/${index}`);

/**
 * All boundaries, or what happened since `known` {version, detectionId}: nothing ({unchanged: true}), or what changed.
 * @param at where the reviewer stands, for the others to see; null for nowhere
 */
export async function readBoundaries(known = null, at = null) {
  const early = known === null && at === null && await rowsAskedEarly();
  if (early) return early;
  const asked = new URLSearchParams(known ? { since: known.version, detection_id: known.detectionId } : {});
  if (at !== null) asked.set("at", at);
  return get(`boundaries?${asked}`);
}

/** What early.js asked for, once; null where it did not, or got no rows. */
async function rowsAskedEarly() {
  const asked = globalThis.spkboundRows;
  delete globalThis.spkboundRows;
  const answer = await asked;
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/** Float32 triples (place, min, max) of the similarity; NaN is a gap. */
export async function readTimeline(lo, hi, px) {
  return new Float32Array(await bytes(`timeline?lo=${lo}&hi=${hi}&px=${px}`));
}

const wire = ({ key, kind, index, from, other, revision, corpus, text, batch }) => ({ key, kind, index, from, other, revision, corpus, text, batch });

/** Send one batch of the outbox in the name of `user`; throws NotSent. */
export async function sendBatch(batch, user) {
  const [first] = batch;
  const isStep = first.kind === "undo" || first.kind === "redo";
  try {
    return isStep ? await post(first.kind, { key: first.key }, user) : await post("ops", batch.map(wire), user);
  } catch (error) {
    throw new NotSent(meaningOf(error.status), error.message);
  }
}

/** 401: log in again; most other 4xx: the server will never take it; all else: try again. */
export function meaningOf(status) {
  if (status === 401) return "signed-out";
  const isFinal = status >= 400 && status < 500 && ![403, 408, 425, 429].includes(status);
  return isFinal ? "refused" : "offline";
}
