// When are Gradio's fields of a page filled? As soon as the page is looked at, else a little after the start, when the
// page that is looked at is there. Until then its button is disabled: pressed, it would send them empty.
import { get } from "../api.js";

const SOON_MS = 2000;
const AGAIN_MS = 10_000; // what was asked for may be lost; but two answers would undo what was typed between them

/** Gradio reloads the page when the server comes back after an event that it did not answer. */
const serverIsThere = () => get("project").then(() => true, (error) => error.status !== 0);

/** @param trigger of Gradio; its event "focus" brings the settings, and enables `#<page>-start` */
export function fillFields(page, trigger, { wait = setTimeout, now = () => performance.now(), isThere = serverIsThere } = {}) {
  let askedAt = -Infinity;
  const fill = () => {
    const isFilled = document.getElementById(`${page}-start`)?.disabled === false;
    if (isFilled || now() - askedAt < AGAIN_MS) return;
    askedAt = now();
    isThere().then((yes) => { if (yes) trigger("focus"); else askedAt = -Infinity; });
  };
  if (document.body.dataset.page === page) fill();
  else wait(fill, SOON_MS);
  document.addEventListener("spkbound:page", ({ detail }) => {
    if (detail.page === page) fill();
  });
}
