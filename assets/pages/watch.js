// How does the running job stand? One poll for all pages: each second while a job runs and the page can be seen.
// Whoever started something says so with `spkbound:job` on `document`; every answer goes to all listeners.
import { get } from "../api.js";
import { whenProject } from "../project.js";

const EVERY_MS = 1000;
const listeners = new Set();
let timer = null, last = null, asking = false, open = false;

/** Call `listener(job, before)` now and after every answer; `job` null means that the server does not answer. */
export function watchJob(listener) {
  listeners.add(listener);
  if (last) listener(last, null);
}

/** A job that waits is at work all the same: nothing else can be started beside it. */
export const isRunning = (job) => job?.state === "running" || job?.state === "paused";

export async function ask() {
  if (asking || !open) return;
  asking = true;
  clearTimeout(timer);
  const before = last;
  try {
    last = await get("job");
  } catch (error) {
    if (error.status === 0) timer = setTimeout(ask, 3 * EVERY_MS);
    listeners.forEach((listener) => listener(null, before));
    return;
  } finally {
    asking = false;
  }
  document.body.dataset.job = last.state;
  document.dispatchEvent(new CustomEvent("spkbound:progress", { detail: { job: last } }));
  listeners.forEach((listener) => listener(last, before));
  if (before && !isRunning(last) && (before.state !== last.state || before.started_at !== last.started_at)) document.dispatchEvent(new CustomEvent("spkbound:changed"));
  if (isRunning(last) && !document.hidden) timer = setTimeout(ask, EVERY_MS);
}

whenProject((project) => {
  const opened = Boolean(project) && !open;
  open = Boolean(project);
  if (opened) ask();
});
document.addEventListener("spkbound:job", ask);
document.addEventListener("visibilitychange", () => document.hidden || ask());
