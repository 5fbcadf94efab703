// How do Gradio's own fields speak our language? Gradio follows the browser alone and translates no choices, so their
// words are changed here, as updates that Gradio takes for answers of the server.
import { capitalised, isChinese, said, t } from "./i18n.js";

const WORDS = ["label", "info", "placeholder", "value"];

/** @param fields [{label, info, placeholder, value, choices}] what stands in each; @returns updates, none in English */
export function fieldsInOurLanguage(fields) {
  return isChinese ? fields.map(inOurs) : [];
}

function inOurs(field) {
  const words = WORDS.filter((name) => field[name]).map((name) => [name, t(field[name])]);
  const choices = field.choices && field.choices.map(([name, value]) => [t(name), value]);
  return { __type__: "update", ...Object.fromEntries(words), ...(choices && { choices }) };
}

/** @param packed JSON of what went wrong, or ""; @returns the update of the field that shows it */
export function showError(packed, whenFine) {
  if (!packed) whenFine();
  return { __type__: "update", value: packed ? capitalised(said(JSON.parse(packed))) : "", visible: Boolean(packed) };
}
