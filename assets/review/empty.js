// What stands there when there is nothing to review? Why, and the step that changes it.
import { count, el, span } from "../dom.js";
import { t } from "../i18n.js";
import { progressOf } from "./queue_model.js";

const REASONS = {
  project: [t("No project is open"), t("Start spkbound with a project folder, or choose the recordings on the Corpus page: python app.py FOLDER"), t("Go to Corpus"), "#corpus"],
  corpus: [t("There are no recordings yet"), t("Choose the folder or the list of recordings. Their order stays as it is; every file keeps its place."), t("Go to Corpus"), "#corpus"],
  embeddings: [t("The voices are not extracted yet"), t("Boundaries are found by comparing the voices of the utterances. Extract them first; the page opens by itself when that is done."), t("Go to Corpus"), "#corpus"],
  detection: [t("No boundaries are proposed yet"), t("The voices are extracted. Let the detector look for the places where the speaker changes, then decide about each of them here."), t("Go to Detect"), "#detect"],
  none: [t("The detector found no boundary"), t("The whole corpus would be one speaker. If that is wrong, look at the expected size of a segment and detect again."), t("Go to Detect"), "#detect"],
  store: [t("The review cannot be opened"), null, null, null],
  offline: [t("The server does not answer"), t("The page tries again by itself. Decisions that were not stored yet are kept on this machine."), null, null],
};

/** Why there is nothing to review, or null: a key of the reasons above. */
export function whatIsMissing(project) {
  if (!project) return "project";
  if (!project.has_corpus) return "corpus";
  if (!project.has_embeddings && !project.has_detection) return "embeddings";
  return project.has_detection ? null : "detection";
}

/** @param words where the reason has none of its own */
export function drawReason(part, reason, words = null) {
  const [title, text, label, hash] = REASONS[reason];
  delete part.dataset.facts;
  part.replaceChildren(el("div", {}, el("h1", {}, title), el("p", {}, text ?? words), label && el("div", { class: "go" }, goTo(label, hash, "btn primary"))));
}

const goTo = (label, hash, style) => el("button", { class: style, type: "button", click: () => { location.hash = hash; } }, label);

/** The queue is done: what was reached, and where to go on. @param page Page; @param showAll () lists every boundary */
export function drawDone(part, page, showAll) {
  const { decided, left, total } = progressOf(page.store.rows);
  if (!total) return drawReason(part, "none");
  const misfiled = page.store.rows.reduce((sum, row) => sum + (row.risk ?? 0), 0);
  const kept = page.store.rows.filter((row) => row.state !== "rejected").length;
  const facts = JSON.stringify([decided, left, misfiled, kept, page.store.progress?.pace_s]);
  if (part.dataset.facts === facts) return;
  part.dataset.facts = facts;
  const hadFocus = part.contains(document.activeElement);
  part.replaceChildren(el("div", {},
    el("h1", {}, left ? t("Nothing left that the filters show") : t("Every boundary is decided")),
    el("p", {}, left ? t("The filters hide what is still undecided. Clear them to see the rest.")
      : t("All segments between kept boundaries are approved and can be exported. Every decision can still be undone.")),
    el("dl", {}, fact(t("decided"), t("{done} of {total}", { done: decided, total })), fact(t("left"), count(left)), fact(t("speakers"), count(kept + 1)),
      left ? fact(t("expected misfiled"), t("{n} file|{n} files", { n: Math.round(misfiled) })) : fact(t("pace"), page.store.progress?.pace_s ? t("{time} each", { time: span(page.store.progress.pace_s) }) : "–")),
    el("div", { class: "go" }, goTo(t("Go to Export"), "#export", left ? "btn" : "btn primary"),
      el("button", { class: left ? "btn primary" : "btn", type: "button", click: showAll }, t("Show all boundaries")))));
  if (hadFocus) part.querySelector(".primary").focus({ preventScroll: true });
}

const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
