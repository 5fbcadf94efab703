// How far is the extraction, and what could not be read? The right side of the Corpus page; settings are Gradio's.
import { get, post } from "../api.js";
import { bytes, count, el, many, span } from "../dom.js";
import { whenProject } from "../project.js";
import { drawTrouble } from "./trouble.js";
import { isRunning, watchJob } from "./watch.js";

const PAGE_ROWS = 200;
const clock = (seconds) => new Date(Date.now() + seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const share = (part, whole) => `${(100 * part / Math.max(1, whole)).toPrecision(2)} %`;
const fact = (name, value, small) => el("div", {}, el("dt", {}, name), el("dd", {}, value, small ? el("small", {}, small) : null));

const TITLES = {
  running: "Extracting embeddings", failed: "The extraction stopped", interrupted: "The extraction was interrupted",
  cancelled: "The extraction was cancelled", done: "Embeddings are ready",
};

function titleOf(job, project) {
  if (job?.kind === "extract" && (job.state !== "done" || project?.has_embeddings)) return TITLES[job.state];
  if (project?.n_waiting) return "The extraction has not ended";
  if (project?.is_proposals) return "Opened from a result file";
  return project?.has_embeddings ? TITLES.done : "No embeddings yet";
}

function aboutOf(job, project) {
  if (project?.is_proposals) return `${many(project.n_utterances, "utterance")} from ${project.corpus_root || "a place that nobody recorded"}. Without embeddings there are no curves; to detect anew, make a project of the recordings.`;
  if (job?.kind === "extract" && isRunning(job)) {
    const started = job.started_at ? `Started ${new Date(job.started_at).toLocaleTimeString()}` : "Starting …";
    return [started, job.message || (job.total ? "" : "listing the files")].filter(Boolean).join(" · ");
  }
  if (project?.n_waiting || (job?.kind === "extract" && job.state !== "done")) return "What is done stays done; Start goes on from there.";
  if (project?.has_embeddings) return `${many(project.n_utterances, "utterance")} from ${project.corpus_root || "a place that nobody recorded"}`;
  return "Choose the folder with the audio files at the left, then start. Nothing in it is ever changed.";
}

/** What is wrong with the place of the recordings; "" where nothing is. */
function whereTrouble(project) {
  const isGone = project?.n_utterances > 0 && !project.corpus_root_exists;
  return isGone ? `The recordings are not in ${project.corpus_root || "any place that is known"}. Start the page with --input_dir and the folder where they are now.` : "";
}

export function mount(root) {
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  let project = null, job = null, shown = 0, reason = "";

  function drawFacts() {
    const running = job?.kind === "extract" && isRunning(job);
    const done = running ? job.done : project?.n_utterances - project?.n_waiting, total = running ? job.total : project?.n_utterances;
    const failed = running ? job.failed : project?.n_unreadable;
    const known = running || project?.has_embeddings || project?.n_waiting > 0;
    const counted = known && total > 0;
    slot("facts").hidden = !counted;
    slot("bar").hidden = !known;
    slot("bar").classList.toggle("moving", known && !counted);
    slot("bar").firstElementChild.style.width = counted ? `${100 * done / total}%` : "";
    if (!counted) return;
    slot("facts").replaceChildren(
      fact("done", count(done), `of ${count(total)}`),
      ...(running ? [fact("rate", count(job.rate_per_s), "files/s"), fact("time left", span(job.left_s), job.left_s ? `ready at ${clock(job.left_s)}` : "")] : []),
      fact("unreadable", count(failed), total ? share(failed, total) : ""));
    for (const [name, value] of [["valuemin", 0], ["valuemax", total], ["valuenow", done]]) slot("bar").setAttribute(`aria-${name}`, value);
  }

  function drawWorkers() {
    const running = job?.kind === "extract" && isRunning(job) && job.workers.length > 0;
    slot("workers").hidden = !running;
    if (!running) return;
    const most = Math.max(1, ...job.workers.map((worker) => worker.done));
    slot("workers").replaceChildren(
      el("div", { class: "dev h" }, el("span", {}, "worker"), el("span", {}, "utterances done"), el("span", { class: "num" }, "files/s"), el("span", { class: "num" }, "state")),
      ...job.workers.map((worker) => el("div", { class: "dev" },
        el("span", {}, el("b", {}, String(worker.name)), worker.device),
        el("span", {}, el("div", { class: "bar" }, el("i", { style: `width:${100 * worker.done / most}%` })), count(worker.done)),
        el("b", { class: "num" }, count(worker.rate_per_s)), el("span", { class: "num" }, worker.state || "at work"))));
  }

  function drawButtons() {
    const running = isRunning(job);
    slot("cancel").hidden = !(running && job.kind === "extract");
    slot("cancel").disabled = false;
    const next = slot("next");
    next.hidden = running || !project?.has_embeddings;
    next.textContent = project?.has_detection ? "Go to Review" : "Detect now";
    drawTrouble(slot("trouble"), job, "extract", project?.trouble || whereTrouble(project));
    slot("hints").hidden = running || Boolean(project?.has_embeddings || project?.n_waiting || project?.is_proposals);
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
    drawButtons();
  }

  async function listUnreadable({ more = false } = {}) {
    const offset = more ? shown : 0;
    const filter = reason ? `&reason=${encodeURIComponent(reason)}` : "";
    const found = await get(`unreadable?offset=${offset}&limit=${PAGE_ROWS}${filter}`).catch(() => null);
    if (!found) return;
    slot("unreadable").hidden = found.total === 0 && !reason;
    slot("unreadable-title").textContent = `${count(found.total)} unreadable`;
    const rows = found.rows.map((row) => el("tr", {}, el("td", { class: "num" }, count(row.index)), el("td", { class: "wrap" }, row.path),
      el("td", { class: "muted" }, row.stage), el("td", { class: "wrap" }, row.reason), el("td", { class: "num muted" }, bytes(row.size))));
    const body = root.querySelector("tbody");
    if (more) body.append(...rows); else body.replaceChildren(...rows);
    shown = offset + rows.length;
    slot("more").hidden = shown >= found.total;
    slot("more").firstElementChild.textContent = `${count(shown)} of ${count(found.total)} shown`;
    const kinds = Object.entries(found.by_reason);
    slot("reason").replaceChildren(el("option", { value: "" }, "All reasons"),
      ...kinds.map(([name, n]) => el("option", { value: name, selected: name === reason }, `${name} (${count(n)})`)));
  }

  async function saveList() {
    const lines = ["place\tfile\tstage\treason"];
    for (let offset = 0, total = 1; offset < total; offset += 500) {
      const part = await get(`unreadable?offset=${offset}&limit=500`);
      total = part.total;
      lines.push(...part.rows.map((row) => [row.index, row.path, row.stage, row.reason].join("\t")));
    }
    const link = el("a", { download: "unreadable.tsv", href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"])) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
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
  slot("save").addEventListener("click", saveList);
  slot("reason").addEventListener("change", (event) => { reason = event.target.value; listUnreadable(); });
  slot("more").lastElementChild.addEventListener("click", () => listUnreadable({ more: true }));
  watchJob((state) => { if (state) job = state; draw(); });
  whenProject((found) => {
    project = found;
    draw();
    if (project) listUnreadable();
  });
}
