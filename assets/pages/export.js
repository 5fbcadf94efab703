// What would be written, where to, and how far is it? The Export page; the numbers come from x/export/plan.
import { get, post } from "../api.js";
import { bytes, count, el, icon, many, span } from "../dom.js";
import { whenProject } from "../project.js";
import { drawLeftOut, drawPlan, drawSpace } from "./export_draw.js";
import { mountListening } from "./listen.js";
import { isRunning, watchJob } from "./watch.js";

const SETTLE_MS = 350;
const go = (page) => document.dispatchEvent(new CustomEvent("spkbound:go", { detail: { page } }));

export function mount(root) {
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  for (const one of root.querySelectorAll("[data-icon]")) one.prepend(icon(one.dataset.icon));
  const listening = mountListening(root, () => project?.n_utterances ?? 0);
  let project = null, plan = null, job = null, check = null, asked = 0, timer = null, past = null; // past: the job whose result was about other settings

  const mode = () => slot("mode").querySelector("input:checked").value;
  const settings = () => ({ folder: slot("folder").value.trim(), mode: mode(), include_undecided: slot("undecided").checked });
  const visible = () => document.body.dataset.page === "export" && document.body.dataset.project === "open";

  async function askPlan() {
    if (!visible() || !project?.has_detection) return;
    const wanted = settings(), mine = ++asked;
    listening.ask();
    const query = new URLSearchParams({ include_undecided: wanted.include_undecided ? "1" : "0", mode: wanted.mode, folder: wanted.folder });
    try {
      const found = await get(`export/plan?${query}`);
      if (mine !== asked) return;
      plan = found;
    } catch (error) {
      if (mine !== asked) return;
      plan = { ...(plan || { folders: [], left_out: [], totals: null, space: null }), checks: [{ ok: false, text: error.message }], ready: false };
    }
    draw();
  }

  const askSoon = () => {
    [check, past] = [null, job?.started_at];
    drawResult();
    clearTimeout(timer);
    timer = setTimeout(askPlan, SETTLE_MS);
  };

  function draw() {
    const running = isRunning(job) && job.kind === "export";
    if (plan) {
      drawPlan(root, plan);
      drawLeftOut(slot("left"), plan, go);
      drawSpace(slot("space"), plan);
      slot("copy-size").textContent = plan.totals ? `independent files; ${plan.totals.estimated ? "about " : ""}${bytes(plan.totals.bytes)}` : "independent files";
      slot("checks").replaceChildren(...plan.checks.map((one) => el("li", { class: one.ok ? null : "bad" }, icon(one.ok ? "check" : "flag"), el("span", {}, one.text))));
    }
    drawStart(running);
    drawBar(running);
    drawResult();
  }

  function drawStart(running) {
    const { n_new: n = 0, n_incomplete: incomplete = 0, n_failed: failed = 0 } = plan?.totals ?? {};
    slot("start").disabled = running || isRunning(job) || !plan?.ready || n + incomplete === 0;
    const again = `Try again: ${many(failed, "failed file")}`;
    slot("start").replaceChildren(icon(incomplete && !n ? "again" : "out"), running ? "Exporting …" : n ? `Export ${many(n, "new speaker folder")}` : incomplete ? again : "Nothing new to export");
    slot("verify").disabled = isRunning(job) || check?.state === "running" || !plan?.has_manifest;
    for (const input of root.querySelectorAll(".where input")) input.disabled = running;
    slot("about-start").textContent = running ? !job.total ? "Starting …" : `${count(job.done)} of ${count(job.total)} files${job.left_s ? `, ${span(job.left_s)} left` : ""}`
      : n ? `${many(plan.totals.n_new_files, "file")}, verified as they are written${incomplete ? `; ${many(failed, "failed file")} tried again` : ""}` : "";
  }

  function drawBar(running) {
    slot("bar").hidden = !running;
    slot("bar").firstElementChild.style.width = `${100 * (job?.done || 0) / Math.max(1, job?.total || 0)}%`;
    slot("bar").setAttribute("aria-valuenow", job?.done || 0);
    slot("bar").setAttribute("aria-valuemax", job?.total || 0);
  }

  function drawResult() {
    const ended = job?.kind === "export" && !isRunning(job) && job.state !== "idle" && job.started_at !== past ? job : null;
    const bad = check ? check.n_differences > 0 || check.state === "failed" : ended && (ended.state !== "done" || ended.failed > 0);
    const words = check ? check.text : ended ? ended.message || { done: "Exported", cancelled: "Cancelled; export again to go on" }[ended.state] || ended.state : "";
    slot("result").hidden = !words;
    slot("result").textContent = words;
    slot("result").classList.toggle("bad", Boolean(bad));
  }

  async function start() {
    check = null;
    slot("start").disabled = true;
    try {
      await post("job/start", { kind: "export", settings: settings() });
    } catch (error) {
      check = { state: "failed", text: error.message, n_differences: 0 };
      draw();
    }
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  }

  async function verify() {
    check = { state: "running", text: "Comparing every file with the manifest …", n_differences: 0 };
    draw();
    try {
      check = await post("export/verify", { folder: settings().folder });
      while (check.state === "running") {
        draw();
        await new Promise((next) => setTimeout(next, 1000));
        check = await get("export/verify");
      }
    } catch (error) {
      check = { state: "failed", text: error.message, n_differences: 0 };
    }
    draw();
  }

  slot("start").addEventListener("click", start);
  slot("verify").addEventListener("click", verify);
  slot("nothing").querySelector("button").addEventListener("click", () => go("review"));
  slot("folder").addEventListener("input", askSoon);
  slot("mode").addEventListener("change", askSoon);
  slot("undecided").addEventListener("change", askSoon);
  document.addEventListener("spkbound:page", ({ detail }) => detail.page === "export" && askPlan());
  whenProject((found) => {
    project = found;
    if (project) slot("folder").value ||= project.export_dir;
    askPlan();
  });
  watchJob((state, before) => {
    if (state) job = state;
    if (state?.kind === "export" && before && isRunning(before) && !isRunning(state)) askPlan();
    draw();
  });
}
