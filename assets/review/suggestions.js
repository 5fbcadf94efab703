// What does a suggestion of the detector ask, and which key answers it? Pure: words, icons, groups; drawing is elsewhere.
import { count, isChinese, t } from "../i18n.js";
import { range } from "./format.js";

/** `yes`: the actions that do what is suggested; A always says no and goes on. */
const KINDS = {
  second_change: { icon: "split", yes: ["add"], filter: t("Second change") },
  outlier: { icon: "group", yes: ["exclude"], filter: t("Do not belong") },
  same_voice: { icon: "same", yes: ["reject"], filter: t("Same voice") },
  same_speaker_beside: { icon: "same", yes: ["reject"], filter: t("One speaker?") },
};

export const SUGGESTION_FILTERS = Object.entries(KINDS).map(([kind, { filter }]) => [kind, filter]);
export const iconOf = (kind) => KINDS[kind].icon;
export const isYes = (ask, action) => KINDS[ask.kind].yes.includes(action);

const namesOf = (one, names) => names[one.n] ?? one.indices.map(count);

/**
 * Items of the queue out of open suggestions: the outliers of one segment together, doubts about boundaries left out.
 * @param names of the segments that each is about, by the number of the suggestion
 * @returns [{key, kind, index, names, members, probability, harm, risk}]; members are open suggestions, costliest first
 */
export function askedItems(suggestions, answered, names) {
  const groups = new Map();
  for (const one of suggestions) {
    if (answered.has(one.n) || one.kind === "same_speaker_beside") continue;
    const key = one.kind === "outlier" ? `o${namesOf(one, names)[0]}` : `s${one.n}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return [...groups].map(([key, members]) => item(key, members, names));
}

function item(key, members, names) {
  const [first] = members;
  const sum = (field) => members.reduce((total, one) => total + one[field], 0);
  const index = first.kind === "same_voice" ? first.indices[1] : first.indices[0];
  return { key, kind: first.kind, index, names: namesOf(first, names), members, probability: first.probability, harm: sum("harm"), risk: sum("cost") };
}

/** Open doubts whether a boundary is one at all, by the place where the detector put it. */
export function doubtsOf(suggestions, answered) {
  const open = suggestions.filter((one) => one.kind === "same_speaker_beside" && !answered.has(one.n));
  return new Map(open.map((one) => [one.indices[0], one]));
}

const foreignText = ({ members }) => t("{n} utterance that does not belong|{n} utterances that do not belong", { n: members.length });

/** The question as a headline; names that stand on its buttons are left out. */
export function titleOf(ask) {
  const text = ask.kind === "same_voice" ? t("the same voice?") : questionOf(ask);
  return isChinese ? text : text.charAt(0).toUpperCase() + text.slice(1); // in Chinese a name may come first
}

/** The question in one line, for the queue. */
export function questionOf({ kind, names, members }) {
  if (kind === "outlier") return foreignText({ members });
  if (kind === "second_change") return members[0].indices.length > 1 ? t("somebody else inside {name}?", { name: names[0] }) : t("second change inside {name}?", { name: names[0] });
  return t("{one} and {other} the same voice?", { one: names[0], other: names[1] });
}

export const doubtText = (names) => (names?.length === 2 ? t("{one} and {other} the same voice?", { one: names[0], other: names[1] }) : t("one speaker on both sides?"));

/** What is known beside the question. */
export function detailOf(ask, cursor) {
  const [first] = ask.members;
  if (ask.kind === "second_change") {
    return first.indices.length > 1 ? t("{range} may be another speaker", { range: range(first.indices[0], first.indices[1] - 1) }) : t("the speaker may change before {place}", { place: first.indices[0] });
  }
  if (ask.kind === "same_voice") return t("one folder if so");
  const here = ask.members.find((one) => one.indices[0] === cursor) ?? first;
  const home = here.indices.length > 1 ? t("; more like the voice beyond {place}", { place: here.indices[1] }) : "";
  return ask.members.length > 1 ? t("{place} is one of {n} utterances", { place: here.indices[0], n: ask.members.length }) + home : `${count(here.indices[0])}${home}`;
}

/** The answers as buttons: [{action, key, text, style}], the deed first. */
export function answersOf({ kind, members, names }) {
  if (kind === "second_change") {
    return [{ action: "add", key: "S", text: members[0].indices.length > 1 ? t("Yes: add two boundaries") : t("Yes: add a boundary") },
      { action: "approve", key: "A", text: t("No, go on") }];
  }
  if (kind === "outlier") {
    const all = members.length > 1 ? [{ action: "excludeAll", key: "Shift E", text: t("All {n}", { n: members.length }) }] : [];
    return [{ action: "exclude", key: "E", text: t("Exclude it") }, ...all,
      { action: "approve", key: "A", text: members.length > 1 ? t("They belong, go on") : t("It belongs, go on") }];
  }
  return [{ action: "playLeft", key: "1", text: names[0], style: "left" }, { action: "playRight", key: "2", text: names[1], style: "right" },
    { action: "reject", key: "X", text: t("Same speaker") }, { action: "approve", key: "A", text: t("Two speakers, go on") }];
}

/** The operation that says no to one suggestion. */
export const dismissal = (one) => {
  const [index, other] = one.voices ?? [one.indices[0], null];
  return { kind: "dismiss", index, other, text: one.kind, answers: [one.n] };
};
