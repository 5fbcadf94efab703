// How is a suggestion answered? By the deed that it asks for, or by no; either way the reviewer goes on.
import { t } from "../i18n.js";
import { dismissal } from "./suggestions.js";

export function makeAnswers(page) {
  /** Do the edits, then look at the item that came next before them. */
  function settle(edits, next = page.neighbour(1)) {
    page.editAll(edits);
    page.step(1, next);
  }

  function no() {
    settle(page.ask.members.map(dismissal));
  }

  /** There is a change: add the boundary, or both ends of the stretch, and stay for a look. */
  function change() {
    const [{ n, indices }] = page.ask.members;
    page.editAll(indices.filter((index) => !page.store.get(index)).map((index) => ({ kind: "add", index, answers: [n] })));
    stay({ index: indices[0], ask: null });
  }

  /** Look on where a part of the question was answered: what comes next stays what it was. */
  function stay(item) {
    const { place } = page;
    if (item.ask) page.open(item);
    else page.go(item.index);
    page.place = place;
  }

  /** The utterance at the cursor does not belong: on to the next of its segment, or of the queue. */
  function foreign(index) {
    const { members, key } = page.ask;
    const answers = members.filter((one) => one.indices[0] === index).map((one) => one.n);
    const rest = members.filter((one) => one.indices[0] !== index);
    const next = page.neighbour(1);
    page.edit("exclude", index, { answers });
    if (!answers.length) return;
    page.say(t("Excluded {place}; U takes it back.", { place: index }));
    if (rest.length) stay({ index: rest[0].indices[0], key, ask: page.ask });
    else page.step(1, next);
  }

  function allForeign() {
    const edits = page.ask.members.map((one) => ({ kind: "exclude", index: one.indices[0], answers: [one.n] }));
    page.say(t("Excluded {n} utterance; U takes it back.|Excluded {n} utterances; U takes it back.", { n: edits.length }));
    settle(edits);
  }

  function sameSpeaker() {
    const { members, names } = page.ask;
    const [first, second] = members[0].voices;
    page.say(t("{one} and {other} are one speaker; U takes it back.", { one: names[0], other: names[1] }));
    settle([{ kind: "same_speaker", index: first, other: second, answers: [members[0].n] }]);
  }

  /** Three typical utterances of one of the two segments. */
  async function hear(side) {
    const { key, members } = page.ask;
    const voice = await page.details.voice(members[0].voices[side === "left" ? 0 : 1]);
    if (page.key !== key) return;
    const usable = (voice?.references ?? []).filter((i) => page.audition.canHear(i));
    if (usable.length) page.audition.play(usable, side);
    else page.say(t("No utterance of this speaker can be played."));
  }

  return { no, change, foreign, allForeign, sameSpeaker, hear };
}
