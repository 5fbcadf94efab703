// How does a page put things on the screen? Elements, icons, chips and numbers; text only ever as text, never as HTML.
import { count, isChinese, t, tWithin } from "./i18n.js";

export { count };

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "rect", "line", "circle", "text", "polyline", "defs", "pattern", "title", "tspan"]);

/** A size that tokens.css gives by the size of the window, in px or as a plain number. */
export const sizeOf = (name) => parseFloat(getComputedStyle(document.documentElement).getPropertyValue(`--${name}`));

/** An element with attributes and children; strings become text nodes, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const made = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Write `text` there; where it stands already nothing is touched, so the browser lays nothing out. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Make `wanted` the children of `parent`; those that stay are not touched, so the browser lays out only the others. */
export function arrange(parent, wanted) {
  const stays = new Set(wanted);
  for (const node of [...parent.childNodes]) if (!stays.has(node)) node.remove();
  let next = parent.firstChild;
  for (const node of wanted) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}

const ICONS = { // 16 px grid, 1.6 px strokes
  play: ["M5 3.5v9l7-4.5z"], pause: ["M5.5 3.5v9M10.5 3.5v9"], check: ["M3 8.5l3.5 3.5L13 4.5"], x: ["M4 4l8 8M12 4l-8 8"],
  plus: ["M8 3.5v9M3.5 8h9"], minus: ["M3.5 8h9"], undo: ["M3 6.5h6.5a3.5 3.5 0 010 7H6M6 3.5l-3 3 3 3"],
  voice: ["M2.5 6.5v3M5.3 4v8M8 2.5v11M10.7 5v6M13.5 6.8v2.4"],
  people: ["M8.500 5.500a2.500 2.500 0 11-5 0a2.500 2.500 0 015 0z", "M1.5 13.5c.4-2.6 2-4 4.5-4s4.1 1.4 4.5 4M10.5 3.4a2.3 2.3 0 010 4.3M12 9.800c1.5.5 2.3 1.8 2.5 3.7"],
  again: ["M13 8a5 5 0 11-1.6-3.7M13 2.5v2.8h-2.8"], out: ["M8 10V2.5M5 5l3-3 3 3M2.5 9.5v4h11v-4"],
  on: ["M3 3.5v9l4.500-4.500z", "M8.500 3.500v9l4.500-4.500z"],
  here: ["M12.2 8a4.2 4.2 0 11-8.4 0a4.2 4.2 0 018.4 0z", "M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4"],
  prev: ["M10 3.5L5.5 8l4.5 4.5"], next: ["M6 3.5L10.5 8 6 12.5"], moon: ["M13 9.5A5.5 5.5 0 116.5 3a4.5 4.5 0 006.5 6.5z"],
  sun: ["M11 8a3 3 0 11-6 0a3 3 0 016 0z", "M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.600 3.4l-.9.9M4.300 11.7l-.9.9"],
  flag: ["M8 2.5l5.5 10.5h-11z", "M8 6.500v3M8 11.3v.2"], same: ["M3 6h10M3 10h10"], split: ["M8 2v12M2 8h3.5M10.5 8H14"],
  comment: ["M2.5 3.5h11v7.500h-6.500l-3 2.500v-2.500h-1.500z"],
  cut: ["M8 2v12", "M2 5v6M5 6v4M11 6v4M14 5v6"], group: ["M3 4h2M3 8h2M3 12h2M8 4h5M8 8h5M8 12h5"],
};

/** A drawn sign; it says nothing to a screen reader, so the control needs a word. */
export function icon(name) {
  return el("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
    ICONS[name].map((d) => el("path", { d, fill: name === "play" ? "currentColor" : null })));
}

// A state is a shape first: disc, plus, cross, ring, arrow.
export const SHAPES = {
  approved: "M6 1a5 5 0 100 10A5 5 0 006 1z", added: "M4.5 1h3v3.5H11v3H7.5V11h-3V7.5H1v-3h3.5z",
  rejected: "M2 1l4 3.5L10 1l1 1-3.5 4L11 10l-1 1-4-3.5L2 11l-1-1 3.5-4L1 2z",
  undecided: "M6 1a5 5 0 100 10A5 5 0 006 1zm0 2a3 3 0 110 6 3 3 0 010-6z", shifted: "M1 4.5h5V1.5L11 6l-5 4.5v-3H1z",
};

export function shape(state) {
  return el("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" },
    el("path", { d: SHAPES[state], fill: "currentColor", "fill-rule": "evenodd" }));
}

const STATES = { approved: t("approved"), added: t("added"), rejected: t("rejected"), undecided: t("undecided"), shifted: t("shifted") };
export const stateText = (state) => STATES[state] ?? state;

export function chip(state, label = stateText(state)) {
  return el("span", { class: `chip ${state}` }, shape(state), label);
}

const ARROWS = "←→↑↓";

/** The caps of keys; those of characters can be switched off (`.letter`). */
export const caps = (keys) => keys.map((key) => el("kbd", { class: key.length === 1 && !ARROWS.includes(key) && "letter" }, key));

const SPOKEN = ["aria-label", "title", "placeholder"];

/** The words of a constant template in our language; caps of keys stay. */
export function translate(root) {
  if (!isChinese) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode } = walker;
    if (!currentNode.parentElement.closest("kbd, style, script")) currentNode.data = tWithin(currentNode.data);
  }
  for (const name of SPOKEN) for (const one of root.querySelectorAll(`[${name}]`)) one.setAttribute(name, t(one.getAttribute(name)));
  for (const name of SPOKEN) if (root.hasAttribute(name)) root.setAttribute(name, t(root.getAttribute(name)));
}

/** Bytes in decimal units, three figures: 109.6 MB. */
export function bytes(n) {
  if (n === null || n === undefined) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let power = 0;
  while (n >= 999.5 && power < units.length - 1) { n /= 1000; power += 1; }
  return `${power === 0 || n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2)} ${units[power]}`;
}

/** Seconds as people say them: 45 s, 6 min, 2 h 10 min. */
export function span(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds < 90) return t("{s} s", { s: Math.max(1, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? t("{minutes} min", { minutes }) : t("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
