// Can every text be read on what it stands on, in both themes? WCAG 2.2: 4.5 to 1 for text, 3 to 1 for edges of controls.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../assets/tokens.css", import.meta.url), "utf8");
const TOKENS = new Map([...css.matchAll(/--([\w-]+):\s*light-dark\((#\w{6}|rgb\([^)]*\)), (#\w{6}|rgb\([^)]*\))\)/g)].map(([, name, ...both]) => [name, both]));

const TEXTS = [
  ...["ink", "ink-2", "ink-3"].flatMap((text) => ["bg", "panel", "panel-2"].map((ground) => [text, ground])),
  ...["ink", "ink-2"].flatMap((text) => ["hover", "accent-tint", "left-wash", "right-wash", "left-tint", "right-tint"].map((ground) => [text, ground])),
  ...["left", "right", "ok", "no", "open", "accent"].flatMap((text) => ["panel", `${text}-tint`].map((ground) => [text, ground])),
  ["left", "left-wash"], ["right", "right-wash"], ["accent", "left-wash"], ["accent", "right-wash"], ["accent", "panel-2"],
  ["on-solid", "ok"], ["on-solid", "accent"], ["panel", "ink"],
];
const EDGES = ["edge", "ok", "no", "left", "right", "accent"].flatMap((edge) => ["bg", "panel"].map((ground) => [edge, ground]));

/** @returns [red, green, blue, opacity] in [0, 1] */
function channels(colour) {
  if (colour.startsWith("#")) return [...[1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255), 1];
  const [red, green, blue, opacity = 1] = colour.match(/[\d.]+/g).map(Number);
  return [red / 255, green / 255, blue / 255, opacity];
}

/** Relative luminance; what is not opaque lies on a panel. */
function luminance(name, theme) {
  const [red, green, blue, opacity] = channels(TOKENS.get(name)[theme]);
  const below = opacity < 1 ? channels(TOKENS.get("panel")[theme]) : [0, 0, 0];
  const [r, g, b] = [red, green, blue].map((value, i) => value * opacity + below[i] * (1 - opacity))
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function tooWeak(pairs, least) {
  return ["light", "dark"].flatMap((theme, i) => pairs.flatMap(([text, ground]) => {
    const [low, high] = [luminance(text, i), luminance(ground, i)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    return ratio >= least ? [] : [`${theme}: ${text} on ${ground} ${ratio.toFixed(2)}`];
  }));
}

test("every text can be read on what it stands on", () => assert.deepEqual(tooWeak(TEXTS, 4.5), []));

test("the edge of every control can be seen", () => assert.deepEqual(tooWeak(EDGES, 3), []));
