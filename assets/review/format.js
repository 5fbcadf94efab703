// How are numbers and names written? Short texts from values; it touches no element.
import { count, t } from "../i18n.js";

/** A probability in [0, 1] as per cent without the sign; nothing is certain, so it never reads 100. */
export function percent(p, digits = null) {
  if (p === null || p === undefined || Number.isNaN(p)) return "–";
  const places = digits ?? (p < 0.1 || p > 0.985 ? 1 : 0);
  return Math.min(p * 100, 100 - 10 ** -places).toFixed(places);
}

/** An expected number of files or speakers: one figure after the point below ten. */
export function risk(files) {
  if (files === null || files === undefined || Number.isNaN(files)) return "–";
  if (files > 0 && files < 0.05) return "< 0.1";
  return files < 9.95 && files > 0 ? files.toFixed(1) : count(files);
}

const letters = (text) => Array.from(text);

/** The tail of a name tells utterances apart: "…036998.wav". */
export function tail(name, length = 10) {
  const all = letters(name);
  return all.length <= length + 1 ? name : `…${all.slice(-length).join("")}`;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const room = (letter) => (WIDE.test(letter) ? 2 : 1); // a Chinese letter takes that of two Latin ones
const roomOf = (all) => all.reduce((sum, letter) => sum + room(letter), 0);

/** The first of `all` that take no more than `most` together. */
function fitting(all, most) {
  let left = most;
  const end = all.findIndex((letter) => (left -= room(letter)) < 0);
  return end < 0 ? all : all.slice(0, end);
}

/** Head and tail of a name in the room of at most `length` Latin letters: "d007…999.wav". */
export function middle(name, length) {
  const all = letters(name);
  if (roomOf(all) <= length) return name;
  const end = fitting(all.toReversed(), Math.ceil((length - 1) * 0.65)).reverse();
  return `${fitting(all, length - 1 - roomOf(end)).join("")}…${end.join("")}`;
}

/** A name in the room of `length` Latin letters; its ending goes first, as it tells nothing apart. */
export function shortName(name, length) {
  return roomOf(letters(name)) <= length ? name : middle(name.replace(/\.[A-Za-z0-9]{1,5}$/, ""), length);
}

export const seconds = (s) => (s === null || s === undefined || Number.isNaN(s) ? "" : t("{s} s", { s: s.toFixed(1) }));

/** An interval round `index`: "± 2", "0 to + 3" when it is lopsided, "–" when there is none. */
export function spread(index, lo, hi) {
  if (lo === null || lo === undefined || hi === null || hi === undefined || lo < 0) return "–";
  const before = index - lo;
  const after = hi - index;
  if (lo === hi && before !== 0) return signed(after);
  if (before < 0 || after < 0) return between(signed(-before), signed(after));
  return before === after ? `± ${before}` : between(signed(-before), signed(after));
}

const signed = (n) => (n === 0 ? "0" : n > 0 ? `+${count(n)}` : `−${count(-n)}`);

/** When, as short as it is clear: the hour today, else the day. `at` is ISO 8601. */
export function clock(at, now = new Date()) {
  const then = at ? new Date(at) : null;
  if (!then || Number.isNaN(then.getTime())) return "";
  const two = (n) => String(n).padStart(2, "0");
  const sameDay = then.toDateString() === now.toDateString();
  return sameDay ? `${two(then.getHours())}:${two(then.getMinutes())}`
    : `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

/** "Ana, 14:05" or "you, 2026-01-31". */
export function whenAndWho({ user, at }, me) {
  const when = clock(at);
  const who = !user ? t("somebody") : user === me ? t("you") : user;
  return when ? t("{who}, {when}", { who, when }) : who;
}

/** "36,997 to 36,998", or one number when both are the same. */
export const range = (first, last) => (first === last ? count(first) : between(count(first), count(last)));

const between = (from, to) => t("{from} to {to}", { from, to });
