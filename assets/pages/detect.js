// What did the detection find? Numbers above the charts; the charts are Gradio's and are asked for through `trigger`.
import { get, post } from "../api.js";
import { count, el, translate } from "../dom.js";
import { capitalised, t } from "../i18n.js";
import { whenProject } from "../project.js";
import { fillFields } from "./fill.js";
import { serverWords } from "./server_words.js";
import { drawTrouble } from "./trouble.js";
import { isRunning, watchJob } from "./watch.js";

const DOUBTFUL = 0.9;
const PATIENCE_MS = 15_000; // Gradio does not say that its event was lost
const fact = (name, value, small) => el("div", {}, el("dt", {}, name), el("dd", {}, value, small ? el("small", {}, small) : null));

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : null;
}

export function mount(root, trigger) {
  translate(root);
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  let project = null, job = null, found = null, charted = null, late = null;

  function draw() {
    const mine = job?.kind === "detect" ? job : null;
    const running = isRunning(mine), stopped = ["failed", "interrupted"].includes(mine?.state);
    slot("title").textContent = running ? t("The detection is running")
      : stopped ? t("The detection stopped")
      : found ? t("{boundaries}, {speakers}", { boundaries: t("{n} boundary|{n} boundaries", { n: found.n_boundaries }), speakers: t("{n} speaker|{n} speakers", { n: found.sizes.length }) })
      : project?.stale ? t("The corpus changed since the detection") : t("No boundaries yet");
    const before = found ? t("shown below: the detection before this one") : "";
    slot("about").textContent = running ? [capitalised(serverWords(mine.message)) || t("Starting …"), before].filter(Boolean).join(" · ")
      : stopped && before ? capitalised(before)
      : found ? t("among {total} utterances, by the method “{method}”", { total: found.n_utterances, method: found.method })
      : project?.stale ? t("Detect again; what you decided is kept.") : t("Choose at the left and press Detect.");
    slot("bar").hidden = !running;
    slot("cancel").hidden = !running;
    slot("cancel").disabled = false;
    slot("next").hidden = running || !found;
    drawTrouble(slot("trouble"), job, "detect", null);
    slot("facts").hidden = !found;
    slot("hints").hidden = running || Boolean(found);
    document.getElementById("detect-start")?.classList.toggle("quiet", Boolean(found)); // one filled button per page
    document.getElementById("detect-settings")?.toggleAttribute("inert", isRunning(job));
    document.getElementById("detect-charts")?.classList.toggle("shown", Boolean(found));
    if (found) drawFacts();
  }

  function drawFacts() {
    const doubtful = found.probabilities.filter((p) => p < DOUBTFUL).length;
    slot("facts").replaceChildren(
      fact(t("boundaries"), count(found.n_boundaries)),
      fact(t("below 90 %"), count(doubtful), doubtful ? t("look at these first") : ""),
      fact(t("segments, median"), count(middle(found.sizes)), t("utterances")),
      fact(t("smallest, largest"), `${count(Math.min(...found.sizes))} – ${count(Math.max(...found.sizes))}`, t("utterances")));
  }

  /** Charts need a size to draw into, so they are asked for when the page can be seen. */
  function chart() {
    if (!found || charted === found.detection_id || document.body.dataset.page !== "detect") return;
    charted = found.detection_id;
    showDrawing({ failed: false });
    clearTimeout(late);
    late = setTimeout(() => drawn(false), PATIENCE_MS);
    trigger("submit");
  }

  function drawn(all) {
    clearTimeout(late);
    if (!all) charted = null; // the next visit asks again
    showDrawing({ failed: !all });
  }

  function showDrawing({ failed }) {
    slot("undrawn").hidden = !failed;
    document.getElementById("detect-charts")?.classList.toggle("undrawn", failed);
  }

  async function look(state) {
    project = state;
    found = project?.has_detection ? await get("detection").catch(() => null) : null;
    draw();
    chart();
  }

  slot("next").addEventListener("click", () => document.dispatchEvent(new CustomEvent("spkbound:go", { detail: { page: "review" } })));
  slot("cancel").addEventListener("click", async (event) => {
    event.currentTarget.disabled = true;
    await post("job/cancel").catch(() => null);
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  });
  slot("redraw").addEventListener("click", chart);
  document.addEventListener("spkbound:page", chart);
  document.addEventListener("spkbound:charts", ({ detail }) => drawn(detail.all));
  fillFields("detect", trigger);
  watchJob((state) => { if (state) job = state; draw(); });
  whenProject(look);
}
