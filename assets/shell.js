// Which page is shown, of which project, and is everything stored? The top bar; what is on a page is the page's own.
//
// Others may listen to, on `document`:
//   spkbound:page      {page}     another page is shown (also document.body.dataset.page)
//   spkbound:project   {project}  the answer of x/project, after load and after every change
// and may dispatch:
//   spkbound:go        {page}     show that page
//   spkbound:changed   {}         something on disk changed: ask x/project again
//   spkbound:saved     {state: "stored" | "saving" | "offline", text?}   for the mark at the right
//   spkbound:progress  {job}      how the job of the project stands, of pages/watch.js
//   spkbound:help      {}         is dispatched by "Keys ?" and meant for the Review page
import { get } from "./api.js";
import { el, icon, translate } from "./dom.js";
import { isChinese, t } from "./i18n.js";
import { announceProject } from "./project.js";

const PAGES = [["corpus", t("Corpus")], ["detect", t("Detect")], ["review", t("Review")], ["export", t("Export")]];
const tell = (name, detail = {}) => document.dispatchEvent(new CustomEvent(`spkbound:${name}`, { detail }));
const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

/** Steps that are done, and steps that cannot begin yet with the reason; arithmetic only. */
export function steps(project) {
  const done = new Set(), closed = new Map();
  if (project?.has_embeddings) done.add("corpus");
  else closed.set("detect", project?.is_proposals ? t("needs embeddings: these boundaries come from a result file") : t("after the extraction"));
  if (project?.has_detection) done.add("detect");
  else for (const page of ["review", "export"]) closed.set(page, t("after the detection"));
  return { done, closed };
}

/** The page to begin with: what the address says, else the step that is next. */
export function firstPage(hash, project) {
  const named = hash.replace(/^#/, "").split(/[/?&]/)[0];
  const { closed } = steps(project);
  if (PAGES.some(([page]) => page === named) && !closed.has(named)) return named;
  if (project?.has_detection) return "review";
  return project?.has_embeddings ? "detect" : "corpus";
}

function drawTabs(root, project) {
  const { done, closed } = steps(project);
  const shown = document.body.dataset.page;
  slot(root, "tabs").replaceChildren(...PAGES.map(([page, label], place) => el("button", {
    type: "button", class: "tab", role: "tab", id: `tab-${page}`, "aria-selected": String(page === shown),
    "aria-controls": `page-${page}`, "aria-disabled": closed.has(page) ? "true" : null, title: closed.get(page),
    tabindex: page === shown ? "0" : "-1", click: () => (closed.has(page) ? location.assign(`#${page}`) : show(root, project, page)), // what is closed here may be open by now
  }, done.has(page) ? icon("check") : el("span", { class: "n" }, String(place + 1)), label)));
}

function show(root, project, page, { replace = false } = {}) {
  const before = document.body.dataset.page, changed = before !== page;
  document.body.dataset.page = page;
  if (location.hash.replace(/^#/, "").split(/[/?&]/)[0] !== page) {
    history[replace ? "replaceState" : "pushState"](null, "", `#${page}`);
  }
  slot(root, "help").hidden = page !== "review";
  drawTabs(root, project);
  if (changed && before && page !== "review") giveFocus(document.getElementById(`page-${page}`)); // Review takes it for its keys
  if (changed) tell("page", { page });
  window.dispatchEvent(new Event("resize")); // charts of a page that was hidden have no size until now
}

/** To a page whose predecessor took the focused control away with it. */
function giveFocus(panel) {
  const { activeElement, body } = document;
  if (activeElement === body || !activeElement.checkVisibility()) panel?.focus({ preventScroll: true });
}

function drawSaved(root, { state, text }) {
  const mark = slot(root, "saved");
  const words = { stored: t("All decisions stored"), saving: t("Storing …"), offline: t("Not stored: no connection") };
  mark.hidden = false;
  mark.classList.toggle("bad", state === "offline");
  mark.replaceChildren(icon(state === "stored" ? "check" : state === "offline" ? "flag" : "again"), text || words[state] || "");
}

const shortened = (name) => (name.length > 24 ? `${name.slice(0, 22)}…` : name);

function troubleOf(error) {
  if (error.status === 401) return t("Logged out: reload the page to log in again");
  return error.status === 0 ? t("The server does not answer") : error.message;
}

const JOBS = { extract: ["corpus", t("Extracting")], detect: ["detect", t("Detecting")], export: ["export", t("Exporting")] };

/** What runs, on every page; a click leads to it. */
function drawJob(root, job) {
  const [page, word] = JOBS[job.kind] || [];
  const mark = slot(root, "job");
  const paused = job.state === "paused";
  mark.hidden = !(paused || job.state === "running") || !word;
  if (mark.hidden) return;
  const share = job.total > 1 ? ` ${Math.floor(100 * job.done / job.total)} %` : " …";
  mark.replaceChildren(icon(paused ? "pause" : "again"), (paused ? t("Paused") : word) + share);
  mark.onclick = () => tell("go", { page });
}

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function setTheme(root, theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  document.body.classList.toggle("dark", dark());
  slot(root, "theme").replaceChildren(icon(dark() ? "sun" : "moon"));
  slot(root, "theme").title = dark() ? t("Light") : t("Dark");
  tell("theme", { dark: dark() });
}

/** The button names the other language in that language; what is unsent and the place in the address outlive the reload. */
function offerLanguage(button) {
  const [lang, name] = isChinese ? ["en", "English"] : ["zh-CN", "中文"];
  button.textContent = name;
  button.lang = lang;
  button.addEventListener("click", () => {
    localStorage.setItem("spkbound:language", lang);
    location.reload();
  });
}

function moveFocus(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = [...event.currentTarget.children];
  tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length].focus();
  event.preventDefault();
  event.stopPropagation();
}

/** Headings and notes beside Gradio's fields; the fields themselves: fields.js. */
function translateNotes() {
  for (const one of document.querySelectorAll(".settings .sb")) translate(one);
}

/** The columns of Gradio that the tabs show. */
function namePanels() {
  for (const [page] of PAGES) {
    const panel = document.getElementById(`page-${page}`);
    panel?.setAttribute("role", "tabpanel");
    panel?.setAttribute("tabindex", "-1"); // where the focus goes when its control is gone with another page
    panel?.setAttribute("aria-labelledby", `tab-${page}`);
  }
}

export async function mount(root) {
  let project = null, asked = "unknown";
  const draw = () => {
    const name = slot(root, "project"), user = slot(root, "user");
    name.textContent = project?.name || "";
    name.title = project?.folder || "";
    name.hidden = !project?.name;
    user.textContent = t("{user} · log out", { user: shortened(project?.user ?? "") });
    user.title = project?.user ?? "";
    user.hidden = !project?.logged_in;
    document.title = project?.name ? `${project.name} · spkbound` : "spkbound";
    drawTabs(root, project);
  };
  const ask = async () => {
    try {
      project = await get("project");
      asked = "open";
    } catch (error) {
      if (error.status === 404) [project, asked] = [null, "none"];
      else drawSaved(root, { state: "offline", text: troubleOf(error) }); // what was known stays on the page
    }
    document.body.dataset.project = asked;
    draw();
    announceProject(project);
  };

  translate(root);
  offerLanguage(slot(root, "language"));
  setTheme(root, null); // theme.js set what was chosen
  slot(root, "theme").addEventListener("click", () => {
    const next = dark() ? "light" : "dark";
    localStorage.setItem("spkbound:theme", next);
    setTheme(root, next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(root, null));
  slot(root, "help").addEventListener("click", () => tell("help"));
  slot(root, "user").addEventListener("click", () => root.ownerDocument.defaultView.location.assign("logout"));
  slot(root, "tabs").addEventListener("keydown", moveFocus);
  document.addEventListener("spkbound:progress", (event) => drawJob(root, event.detail.job));
  document.addEventListener("spkbound:saved", (event) => drawSaved(root, event.detail));
  document.addEventListener("spkbound:changed", ask);
  document.addEventListener("spkbound:go", (event) => ask().then(() => show(root, project, event.detail.page)));
  addEventListener("hashchange", () => ask().then(() => show(root, project, firstPage(location.hash, project), { replace: true })));
  await ask();
  namePanels();
  translateNotes();
  show(root, project, firstPage(location.hash, project), { replace: true });
  document.body.dataset.ready = "true";
}
