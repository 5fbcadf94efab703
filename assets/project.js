// Which project is open, as far as the page knows? Asked for by the shell alone; all others are told, late ones at once.
let known = false;
let project = null;
const listeners = new Set();

/** Tell everybody the answer of x/project; null means that none is open. */
export function announceProject(found) {
  known = true;
  project = found;
  listeners.forEach((listener) => listener(project));
  document.dispatchEvent(new CustomEvent("spkbound:project", { detail: { project } }));
}

/** Call `listener(project)` as soon as the answer is there, and whenever it changed. */
export function whenProject(listener) {
  listeners.add(listener);
  if (known) listener(project);
}
