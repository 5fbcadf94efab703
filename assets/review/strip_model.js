// Which utterances does the strip show, and how is sound drawn in a tile? Arithmetic only; drawing: strip.js.
import { t } from "../i18n.js";

/** `range` as it is while the cursor stands in it, else moved by whole pages so that it does; [lo, hi) within n. */
export function withCursor(range, cursor, n) {
  const width = range.hi - range.lo;
  if (cursor === null || (cursor >= range.lo && cursor < range.hi)) return range;
  const page = Math.max(1, width - 2);
  const pages = cursor < range.lo ? -Math.ceil((range.lo - cursor) / page) : Math.ceil((cursor + 1 - range.hi) / page);
  const lo = Math.min(Math.max(0, range.lo + pages * page), Math.max(0, n - width));
  return { lo, hi: Math.min(n, lo + width) };
}

/** Why a file cannot be heard, short enough for a tile. */
export const whyShort = (why) => (/not there/.test(why) ? t("file missing") : t("no sound"));
