// What did detecting again change, in words and in the order of the corpus? Pure.
import { listed, t } from "../i18n.js";

/** @param changes {moved: [[from, to], …], new: [index, …], gone: [index, …]} */
export function changedPlaces({ moved, new: fresh, gone }) {
  const found = [
    ...moved.map(([from, index]) => ({ what: "moved", index, from })),
    ...fresh.map((index) => ({ what: "new", index, from: null })),
    ...gone.map((index) => ({ what: "gone", index, from: null })),
  ];
  return found.sort((a, b) => a.index - b.index);
}

/** "Detected again: 3 moved, 1 new, 2 gone; all decisions kept" */
export function changesText({ moved, new: fresh, gone }) {
  const parts = [
    moved.length && t("{n} moved", { n: moved.length }), fresh.length && t("{n} new", { n: fresh.length }),
    gone.length && t("{n} gone", { n: gone.length }),
  ].filter(Boolean);
  return t("Detected again: {what}. All decisions are kept.", { what: listed(parts) || t("no boundary changed") });
}
