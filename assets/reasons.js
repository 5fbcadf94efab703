// Why could an utterance not be read, in our language? A reason comes as text; its template is found again by its words.
import { isChinese, t } from "./i18n.js";
import { REASONS } from "./texts/reasons_zh.js";
import { SYSTEM } from "./texts/system_zh.js";

const HOLE = /\\\{(\w+)\\\}/g;
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const beforeColon = (text) => text.split(/[:：]/)[0];

/** [template, the expression that finds its values, ditto of its beginning], for all that have values. */
const FORMS = Object.keys(REASONS).filter((template) => template.includes("{")).map((template) => {
  const expression = (text) => new RegExp(`^${escaped(text).replace(HOLE, "(?<$1>.+?)")}$`, "s");
  return [template, expression(template), expression(beforeColon(template))];
});

/** What `text` is made of: {template, values, isShort}, or null. `isShort`: only what stands before the colon. */
export function findReason(text) {
  if (Object.hasOwn(REASONS, text)) return { template: text, values: {}, isShort: false };
  for (const [template, whole, short] of FORMS) {
    const found = whole.exec(text) ?? short.exec(text);
    if (found) return { template, values: { ...found.groups }, isShort: !whole.test(text) };
  }
  return null;
}

/** @param say t of i18n.js, or a translator of a test */
export function sayReason(text, say) {
  const found = findReason(text);
  if (!found) return Object.hasOwn(SYSTEM, text) ? say(text) : text;
  const values = Object.fromEntries(Object.entries(found.values).map(([name, value]) => [name, Object.hasOwn(SYSTEM, value) ? say(value) : value]));
  if (!found.isShort) return say(found.template, values);
  const holes = Object.fromEntries([...found.template.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, "…"]));
  return beforeColon(say(found.template, { ...holes, ...values }));
}

/** A reason, or what several that differ in numbers have in common. */
export const reasonWords = (text) => (isChinese ? sayReason(text, t) : text);
