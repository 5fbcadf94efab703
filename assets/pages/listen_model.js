// How many are to be heard, and which key says what? Arithmetic and a table; the dialog: listen.js.
import { t } from "../i18n.js";

export const RATES = [0.05, 0.02, 0.01, 0.005];
export const CONFIDENCES = [0.9, 0.95, 0.99];

/** As `sample_size` of review/guarantee.py. */
export const sampleSize = (rate, confidence) => Math.ceil(Math.log(1 - confidence) / Math.log(1 - rate) - 1e-9);

export const percent = (share) => `${Number((share * 100).toPrecision(3))} %`;

// Keys of the dialog; the buttons in it show the same.
export const LISTEN_KEYS = { " ": "again", 1: "here", 2: "elsewhere", 3: "unsure", Backspace: "back" };

/** What a key press asks for, or null; with Ctrl, Alt or Meta it is the browser's. */
export function meantBy(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return null;
  const digit = /^(?:Digit|Numpad)([123])$/.exec(event.code ?? "")?.[1];
  return LISTEN_KEYS[event.key] ?? LISTEN_KEYS[digit] ?? null;
}

/** Whether what was heard rules out the error rate that was asked for, or all were heard and right. */
export function isGood(found) {
  if (found.bound === null || !found.goal) return false;
  return found.bound <= found.goal.error_rate || (found.n_heard === found.n_approved && found.n_wrong + found.n_unsure === 0);
}

/** What the page says under the sentence of the server: what the statement covers, and what it does not. */
export function coverage(found) {
  if (!found.goal) return t("Boundaries are drawn at random and played without their numbers; some places without a change are mixed in.");
  const decoys = found.n_decoys ? ` ${t("{recognised} of {decoys} decoys recognised.", { recognised: found.n_decoys - found.n_missed, decoys: found.n_decoys })}` : "";
  return t("About the {approved} boundaries approved by now, those approved in bulk included; not about changes inside segments.", { approved: found.n_approved }) + decoys;
}
