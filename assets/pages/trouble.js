// Why did a job end before it was done? Its message and the last it printed; or what else keeps the page from working.
import { el } from "../dom.js";
import { capitalised, t } from "../i18n.js";
import { serverWords } from "./server_words.js";

const N_LINES = 4;

/** Fill `box` with the trouble of a job of `kind`, or with `other`; hide it when there is none. */
export function drawTrouble(box, job, kind, other) {
  const ended = job?.kind === kind && (job.state === "failed" || job.state === "interrupted");
  const words = ended ? serverWords(job.message) || t("It ended without a word.") : serverWords(other);
  box.hidden = !words;
  if (!words) return;
  box.classList.add("bad");
  const plain = job?.message?.text ?? job?.message;
  const lines = ended ? job.log_tail.slice(-N_LINES).filter((line) => line.trim() && !(plain && line.endsWith(plain))) : []; // not what stands above
  box.replaceChildren(el("p", {}, capitalised(words)), ...(lines.length ? [el("pre", {}, lines.join("\n"))] : []));
}
