// In which language does the page speak? English is written in the code; for another there is a table by the English
// text, and what that lacks stays English. Which language it is, language.js has set before anything was written.
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
export const count = (n) => (n === null || n === undefined ? "–" : whole.format(n));

const SEAM = "\u0001"; // at both ends of a value, while a text is put together
const SPACE_IN_CHINESE = /(?<=\p{Script=Han}\u0001) (?=\u0001?\p{Script=Han})|(?<=\p{Script=Han}) (?=\u0001\p{Script=Han})/gu;
/** A space of the template stands between Chinese and a name or a number, not between Chinese and Chinese. */
const joined = (text) => text.replace(SPACE_IN_CHINESE, "").replaceAll(SEAM, "");

/**
 * t(text, values): the text with {name} replaced; numbers are written as counts, anything else as it is.
 * "{n} file|{n} files" is one text with two forms, the first for n = 1.
 * @param table Map from English to the other language, or null for English
 */
export const translator = (table) => (text, values = {}) => {
  const forms = (table?.get(text) ?? text).split("|");
  const form = values.n === 1 ? forms[0] : forms.at(-1);
  const written = (value) => (typeof value === "number" ? count(value) : String(value));
  if (!table) return form.replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
  return joined(form.replace(/\{(\w+)\}/g, (_, name) => SEAM + written(values[name]) + SEAM));
};

export const isChinese = Boolean(globalThis.document?.documentElement.lang.startsWith("zh"));
export const t = translator(isChinese ? (await import("./texts_zh.js")).ZH : null);

/** What the server says: a text, or an object of text, template and values that says it in our language; "" for null. */
export function said(words) {
  if (typeof words !== "object" || words === null) return words ?? "";
  const values = Object.entries(words.values).map(([name, value]) => [name, value?.template ? said(value) : value]);
  return t(words.template, Object.fromEntries(values));
}

/** What is counted up, in one line. */
export const listed = (parts) => parts.join(isChinese ? "、" : ", ");

/** Sentences one after the other: with a space between in English, with none in Chinese. */
export const sentences = (...parts) => parts.filter(Boolean).join(isChinese ? "" : " ");

/** Text around which white space was left by the layout of a template, in our language; none before a Chinese mark. */
export const tWithin = (text) => text.replace(/\S(?:[^]*\S)?/, (words) => t(words)).replace(/^\s+(?=[，。；：、（])/, "");

/** A text of the server as a sentence of its own; what stands before a colon may be a name, and stays as it is. */
export const capitalised = (text) => text.replace(/^[a-z]+(?=[\s,;])/, (word) => word[0].toUpperCase() + word.slice(1));
