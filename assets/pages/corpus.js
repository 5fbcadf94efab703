// How far is the extraction, and what could not be read? The right side of the Corpus page; settings are Gradio's.
import { get, post } from "../api.js";
import { bytes, count, el, span, translate } from "../dom.js";
import { isChinese, t } from "../i18n.js";
import { whenProject } from "../project.js";
import { fillFields } from "./fill.js";
import { serverWords } from "./server_words.js";
import { drawTrouble } from "./trouble.js";
import { mountUnreadable } from "./unreadable.js";
import { isRunning, watchJob } from "./watch.js";

const clock = (date) => date.toLocaleTimeString(isChinese ? "zh-CN" : [], { hour: "2-digit", minute: "2-digit" });
const share = (part, whole) => `${(100 * part / Math.max(1, whole)).toPrecision(2)} %`;
const memory = (worker) => [worker.memory_bytes ? bytes(worker.memory_bytes) : "–", worker.device_bytes ? el("div", {}, `GPU ${bytes(worker.device_bytes)}`) : null];
const nameOf = (worker) => t("worker {number}", { number: String(worker.name).replace(/^worker /, "") });
const deviceOf = (worker) => worker.device.replace(/^cuda:/, "GPU ").replace(/^cpu$/, "CPU");
const fact = (name, value, small) => el("div", {}, el("dt", {}, name), el("dd", {}, value, small ? el("small", {}, small) : null));

const TITLES = {
  running: t("Extracting embeddings"), paused: t("The extraction is paused"), failed: t("The extraction stopped"), interrupted: t("The extraction was interrupted"),
  cancelled: t("The extraction was cancelled"), done: t("Embeddings are ready"),
};

const whenceText = (project) => t("{n} utterance from {place}|{n} utterances from {place}", { n: project.n_utterances, place: project.corpus_root || t("a place that nobody recorded") });

function titleOf(job, project) {
  if (job?.kind === "extract" && (job.state !== "done" || project?.has_embeddings)) return TITLES[job.state];
  if (project?.n_waiting) return t("The extraction has not ended");
  if (project?.is_proposals) return t("Opened from a result file");
  return project?.has_embeddings ? TITLES.done : t("No embeddings yet");
}

function aboutOf(job, project) {
  if (project?.is_proposals) return `${whenceText(project)}${t(". Without embeddings there are no curves; to detect anew, make a project of the recordings.")}`;
  if (job?.kind === "extract" && isRunning(job)) {
    if (job.pausing) return t("Pausing: the workers finish what they have in hand, then they wait.");
    if (job.state === "paused") return t("Nothing is worked on, what is done is stored. It goes on when you resume it.");
    const started = job.started_at ? t("Started {time}", { time: clock(new Date(job.started_at)) }) : t("Starting …");
    return [started, serverWords(job.message) || (job.total ? "" : t("listing the files"))].filter(Boolean).join(" · ");
  }
  if (project?.n_waiting || (job?.kind === "extract" && job.state !== "done")) return t("What is done stays done; Start goes on from there.");
  if (project?.has_embeddings) return whenceText(project);
  return t("Choose the folder with the audio files at the left, then start. Nothing in it is ever changed.");
}

/** What is wrong with the place of the recordings; "" where nothing is. */
function whereTrouble(project) {
  const isGone = project?.n_utterances > 0 && !project.corpus_root_exists;
  return isGone ? t("The recordings are not in {place}. Start the page with --input_dir and the folder where they are now.", { place: project.corpus_root || t("any place that is known") }) : "";
}

export function mount(root, trigger) {
  translate(root);
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  let project = null, job = null;
  const unreadable = mountUnreadable(root);

  function drawFacts() {
    const running = job?.kind === "extract" && isRunning(job);
    const byJob = running || (job?.kind === "extract" && job.total > 0 && !project?.has_embeddings && !project?.n_waiting);
    const done = byJob ? job.done : project?.n_utterances - project?.n_waiting, total = byJob ? job.total : project?.n_utterances;
    const failed = byJob ? job.failed : project?.n_unreadable;
    const known = byJob || project?.has_embeddings || project?.n_waiting > 0;
    const counted = known && total > 0;
    slot("facts").hidden = !counted;
    slot("bar").hidden = !known;
    const isMeasured = counted && !(running && job.workers.length === 0); // before and after the workers nobody knows how far it is
    slot("bar").classList.toggle("moving", known && !isMeasured);
    slot("bar").firstElementChild.style.width = isMeasured ? `${100 * done / total}%` : "";
    for (const [name, value] of [["valuemin", 0], ["valuemax", total], ["valuenow", done]]) {
      if (isMeasured) slot("bar").setAttribute(`aria-${name}`, value);
      else slot("bar").removeAttribute(`aria-${name}`);
    }
    if (!counted) return;
    slot("facts").replaceChildren(
      fact(t("done"), count(done), t("of {total}", { total })),
      ...(running ? [fact(t("rate"), job.rate_per_s ? count(job.rate_per_s) : "–", job.rate_per_s ? t("files/s") : ""), fact(t("time left"), span(job.left_s), job.left_s ? t("ready at {time}", { time: clock(new Date(Date.now() + job.left_s * 1000)) }) : "")] : []),
      fact(t("unreadable"), count(failed), failed ? share(failed, total) : ""));
  }

  function drawWorkers() {
    const running = job?.kind === "extract" && isRunning(job) && job.workers.length > 0;
    slot("workers").hidden = !running;
    if (!running) return;
    const fair = Math.max(job.total / job.workers.length, 1, ...job.workers.map((worker) => worker.done)); // what each would do, were all alike
    slot("workers").replaceChildren(
      el("div", { class: "dev h" }, el("span", {}, t("worker")), el("span", {}, t("utterances done")), ...[t("files/s"), t("in hand"), t("memory"), t("state")].map((word) => el("span", { class: "num" }, word))),
      ...job.workers.map((worker) => el("div", { class: "dev" },
        el("span", {}, el("b", {}, nameOf(worker)), deviceOf(worker)),
        el("span", {}, el("div", { class: "bar" }, el("i", { style: `width:${100 * worker.done / fair}%` })), count(worker.done)),
        el("b", { class: "num" }, job.state === "paused" ? "–" : count(worker.rate_per_s)), el("span", { class: "num" }, count(worker.at_hand)),
        el("span", { class: "num" }, memory(worker)), el("span", { class: "num" }, serverWords(worker.state || "at work")))));
  }

  /** The last lines of the log while it runs; when it ended badly they stand with the trouble. */
  function drawLog() {
    const lines = job?.kind === "extract" && isRunning(job) ? job.log_tail : [];
    slot("log").hidden = lines.length === 0;
    slot("log").lastElementChild.textContent = lines.join("\n");
  }

  function drawButtons() {
    const running = isRunning(job);
    slot("cancel").hidden = !(running && job.kind === "extract");
    slot("pause").hidden = slot("cancel").hidden;
    slot("pause").textContent = job?.pausing || job?.state === "paused" ? t("Resume") : t("Pause");
    slot("pause").classList.toggle("primary", job?.state === "paused");
    slot("cancel").disabled = slot("pause").disabled = false;
    unreadable.allowRetry(!running);
    const next = slot("next");
    next.hidden = running || !project?.has_embeddings;
    next.textContent = project?.has_detection ? t("Go to Review") : t("Detect now");
    drawTrouble(slot("trouble"), job, "extract", project?.trouble || whereTrouble(project));
    slot("hints").hidden = running || job?.kind === "extract" || Boolean(project?.has_embeddings || project?.n_waiting || project?.is_proposals);
    document.getElementById("corpus-start")?.classList.toggle("quiet", Boolean(project?.has_embeddings)); // one filled button per page
    const settings = document.getElementById("corpus-settings");
    settings?.toggleAttribute("inert", running || Boolean(project?.is_proposals));
    settings?.classList.toggle("opened", Boolean(project?.is_proposals));
  }

  function draw() {
    slot("title").textContent = titleOf(job, project);
    slot("about").textContent = aboutOf(job, project);
    drawFacts();
    drawWorkers();
    drawLog();
    drawButtons();
  }

  slot("cancel").addEventListener("click", async (event) => {
    event.currentTarget.disabled = true;
    await post("job/cancel").catch(() => null);
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  });
  slot("next").addEventListener("click", async () => {
    if (!project?.has_detection) await post("job/start", { kind: "detect" }).catch(() => null);
    document.dispatchEvent(new CustomEvent("spkbound:job"));
    document.dispatchEvent(new CustomEvent("spkbound:go", { detail: { page: project?.has_detection ? "review" : "detect" } }));
  });
  slot("pause").addEventListener("click", async (event) => {
    event.currentTarget.disabled = true;
    await post(job.pausing || job.state === "paused" ? "job/resume" : "job/pause").catch(() => null);
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  });
  watchJob((state) => { if (state) job = state; draw(); });
  whenProject((found) => {
    project = found;
    draw();
    if (project) unreadable.list();
  });
  fillFields("corpus", trigger);
}
