// When does a key press reach the page? One listener for all keys; which key means what: keys.js.
import { belongsToControl, entryFor } from "./keys.js";

/** Which kind of control has the focus: "text", "select", "button", "list" or null. */
export function kindOf(target) {
  if (target.closest("textarea, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox]")) return "text";
  const input = target.closest("input");
  if (input) return ["checkbox", "radio", "button"].includes(input.type) ? "button" : "text";
  if (target.closest("select")) return "select";
  if (target.closest("button, a[href], summary")) return "button";
  return target.closest("[role=listbox]") ? "list" : null;
}

export const isShown = (root) => document.body.dataset.page === "review" && root.isConnected && root.offsetParent !== null;

/**
 * Listen for keys of the review. @param run (action) ; @param options {lettersOn(), isAllowed(action)}
 * Ours are stopped, else Space also presses the focused button.
 */
export function listenForKeys(root, run, { lettersOn, isAllowed }) {
  function onKey(event) {
    if (!root.isConnected) {
      document.removeEventListener("keydown", onKey, true);
      return;
    }
    const target = event.composedPath()[0];
    const isNowhere = target === document.body || target === document.documentElement;
    if (!isShown(root) || !(isNowhere || root.contains(target)) || document.querySelector("dialog[open]")) return;
    if (belongsToControl(event, isNowhere ? null : kindOf(target))) return;
    const entry = entryFor(event, { lettersOn: lettersOn() });
    if (!entry) return;
    event.preventDefault();
    event.stopPropagation();
    if (isAllowed(entry.action)) run(entry.action);
  }
  document.addEventListener("keydown", onKey, true);
}

/** A button pressed by mouse does not keep the focus, so that Space plays and does not press it again. */
export function giveFocusBack(root) {
  root.addEventListener("click", (event) => {
    if (event.detail > 0 && event.target.closest("button, .switch input, [role=option]") && !event.target.closest("dialog")) root.focus({ preventScroll: true });
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("select") && !event.target.matches(":focus-visible")) root.focus({ preventScroll: true });
  });
}
