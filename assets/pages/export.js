// What would be written, where to, and how far is it? The Export page; the numbers come from x/export/plan.
import { get, post } from "../api.js";
import { bytes, count, el, icon, span, translate } from "../dom.js";
import { capitalised, t } from "../i18n.js";
import { whenProject } from "../project.js";
import { drawLeftOut, drawPlan, drawSpace } from "./export_draw.js";
import { mountListening } from "./listen.js";
import { mountQuality } from "./quality.js";
import { serverWords } from "./server_words.js";
import { isRunning, watchJob } from "./watch.js";

const SETTLE_MS = 350;
const STARTS = 8; // a second apart
const go = (page) => document.dispatchEvent(new CustomEvent("spkbound:go", { detail: { page } }));

/** A job that ended says so a moment before its process is gone: what is refused for that is asked again. */
async function startJob(settings) {
  for (let tries = STARTS; ; tries -= 1) {
    try {
      return await post("job/start", { kind: "export", settings });
    } catch (error) {
      const job = await get("job").catch(() => null);
      if (error.status !== 423 || tries === 1 || isRunning(job)) throw error;
      await new Promise((next) => setTimeout(next, 1000));
    }
  }
}

export function mount(root) {
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  translate(root);
  for (const one of root.querySelectorAll("[data-icon]")) one.prepend(icon(one.dataset.icon));
  const listening = mountListening(root, () => project?.n_utterances ?? 0);
  const quality = mountQuality(slot("quality"), slot("shown"), slot("plan-table"));
  let project = null, plan = null, job = null, check = null, asked = 0, timer = null, past = null; // past: the job whose result was about other settings

  const mode = () => slot("mode").querySelector("input:checked").value;
  const settings = () => ({ folder: slot("folder").value.trim(), mode: mode(), include_undecided: slot("undecided").checked });
  const visible = () => document.body.dataset.page === "export" && document.body.dataset.project === "open";

  async function askPlan() {
    if (!visible() || !project?.has_detection) return;
    const wanted = settings(), mine = ++asked;
    listening.ask();
    quality.ask();
    const query = new URLSearchParams({ include_undecided: wanted.include_undecided ? "1" : "0", mode: wanted.mode, folder: wanted.folder });
    try {
      const found = await get(`export/plan?${query}`);
      if (mine !== asked) return;
      plan = found;
    } catch (error) {
      if (mine !== asked) return;
      plan = { ...(plan || { folders: null, left_out: [], totals: null, space: null }), checks: [{ ok: false, text: error.message }], ready: false };
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
      slot("copy-size").textContent = !plan.totals ? t("independent files")
        : plan.totals.estimated ? t("independent files; about {size}", { size: bytes(plan.totals.bytes) }) : t("independent files; {size}", { size: bytes(plan.totals.bytes) });
      slot("checks").replaceChildren(...plan.checks.map((one) => el("li", { class: one.ok ? null : "bad" }, icon(one.ok ? "check" : "flag"), el("span", {}, serverWords(one.text)))));
    }
    drawStart(running);
    drawBar(running);
    drawResult();
  }

  function drawStart(running) {
    const { n_new: n = 0, n_incomplete: incomplete = 0, n_failed: failed = 0 } = plan?.totals ?? {};
    slot("start").disabled = running || isRunning(job) || !plan?.ready || n + incomplete === 0;
    const again = t("Try again: {n} failed file|Try again: {n} failed files", { n: failed });
    slot("start").replaceChildren(icon(incomplete && !n ? "again" : "out"), running ? t("Exporting …") : n ? t("Export {n} new speaker folder|Export {n} new speaker folders", { n }) : incomplete ? again : plan?.totals?.n_folders === 0 ? t("Nothing to export yet") : plan?.totals ? t("Nothing new to export") : t("Export"));
    slot("cancel").hidden = !running;
    slot("cancel").disabled = false;
    slot("verify").hidden = running;
    slot("verify").disabled = isRunning(job) || check?.state === "running" || !plan?.has_manifest;
    for (const input of root.querySelectorAll(".where input")) input.disabled = running;
    slot("about-start").textContent = running ? !job.total ? t("Starting …") : `${t("{done} of {total} files", { done: job.done, total: job.total })}${job.left_s ? t(", {time} left", { time: span(job.left_s) }) : ""}`
      : n ? t("{n} file, verified as they are written|{n} files, verified as they are written", { n: plan.totals.n_new_files }) + (incomplete ? t("; {n} failed file tried again|; {n} failed files tried again", { n: failed }) : "") : "";
  }

  function drawBar(running) {
    slot("bar").hidden = !running;
    slot("bar").classList.toggle("moving", running && !job.total);
    slot("bar").firstElementChild.style.width = job?.total ? `${100 * job.done / job.total}%` : "";
    slot("bar").setAttribute("aria-valuenow", job?.done || 0);
    slot("bar").setAttribute("aria-valuemax", job?.total || 0);
  }

  function drawResult() {
    const ended = job?.kind === "export" && !isRunning(job) && job.state !== "idle" && job.started_at !== past ? job : null;
    const bad = check ? check.n_differences > 0 || check.state === "failed" : ended && (ended.state !== "done" || ended.failed > 0);
    const words = check ? check.text : !ended ? "" : ended.state === "cancelled" ? t("Cancelled; export again to go on") : ended.message || (ended.state === "done" ? t("Exported") : ended.state);
    slot("result").hidden = !words;
    const [first, ...more] = serverWords(words).split("\n");
    slot("result").replaceChildren(el("b", {}, capitalised(first)), ...more.map((line) => el("span", {}, line)));
    slot("result").classList.toggle("bad", Boolean(bad));
  }

  async function start() {
    check = null;
    slot("start").disabled = true;
    try {
      await startJob(settings());
    } catch (error) {
      check = { state: "failed", text: error.message, n_differences: 0 };
      draw();
    }
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  }

  async function cancel() {
    slot("cancel").disabled = true;
    await post("job/cancel").catch(() => null);
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  }

  async function verify() {
    check = { state: "running", text: t("Comparing every file with the manifest …"), n_differences: 0 };
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
  slot("cancel").addEventListener("click", cancel);
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
