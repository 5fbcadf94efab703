// How does the review page come to life? Parts are made and joined here, and painted when something changed.
import { icon, translate } from "../dom.js";
import { makeActions, isAllowed } from "./actions.js";
import { placeInAddress, writeAddress } from "./address.js";
import { readAudio, readProject } from "./api.js";
import { Player } from "./audio.js";
import { Details } from "./details.js";
import { Dialogs } from "./dialogs.js";
import { drawReason, whatIsMissing } from "./empty.js";
import { loadSettings } from "./kept.js";
import { exposeForTests } from "./for_tests.js";
import { giveFocusBack, isShown, listenForKeys } from "./listener.js";
import { Page } from "./page.js";
import { settleConflict } from "./conflict.js";
import { Toast } from "./notice.js";
import { Sounds } from "./sounds.js";
import { BoundaryStore } from "./store.js";
import { Sync } from "./sync.js";
import { View } from "./view.js";

const RETRY_MS = 3000;

/** Fill `element`, which holds review.html; called once by Gradio's js_on_load. */
export async function mount(element) {
  const root = element.matches?.(".review") ? element : element.querySelector(".review");
  translate(root);
  for (const one of root.querySelectorAll("[data-icon]")) one.prepend(icon(one.dataset.icon));
  giveFocusBack(root);
  const empty = root.querySelector("[data-part=empty]");
  const project = await projectToReview(root, empty);
  await startReview(root, project);
}

/** Wait, with the reason on the page, until there is something to review. */
async function projectToReview(root, empty) {
  for (;;) {
    const project = await readProject().catch((error) => (error.status && error.status < 500 ? null : { offline: true }));
    const reason = project?.offline ? "offline" : whatIsMissing(project);
    if (!reason) {
      empty.hidden = true;
      delete root.dataset.state; // shown once it is filled
      return project;
    }
    showReason(root, empty, reason);
    await waitForChange();
  }
}

/** @param words of the server, where it says more than the reason */
function showReason(root, empty, reason, words = null) {
  root.dataset.state = reason ?? "ready";
  empty.hidden = !reason;
  if (reason) drawReason(empty, reason, words);
}

/** Nothing to review yet, a review that cannot be opened, or nobody who answers. */
const whyNoRows = ({ status }) => (status === 404 ? "detection" : status && status < 500 ? "store" : "offline");

const waitForChange = () => Promise.race([
  new Promise((go) => setTimeout(go, RETRY_MS)),
  new Promise((go) => document.addEventListener("spkbound:project", go, { once: true })),
]);

async function startReview(root, project) {
  const store = new BoundaryStore();
  store.user = project.user ?? "";
  const painter = makePainter();
  const { invalidate } = painter;
  const toast = new Toast(root.querySelector("[data-part=toast]"));
  const sounds = new Sounds(readAudio, () => invalidate("strip"));
  const details = new Details(() => invalidate("headline", "closeup", "strip"));
  const player = new Player(sounds, () => invalidate("strip", "deck"));
  const sync = new Sync(store, `${project.folder}|${store.user}`, {
    changed: (what) => changed(page, what),
    step: (index) => page.openAt(index),
    at: () => (isShown(root) && !page.done ? page.current : null),
    say: (text, step) => toast.say(text, step),
    conflict: (found) => page.meetConflict(found),
    detection: () => view.forget(),
  });
  const page = new Page({ store, details, sounds, player, outbox: sync.outbox, settings: loadSettings() }, invalidate);
  const rows = sync.start(); // asked for while the parts are made
  page.audition.adjust();
  page.say = (text) => toast.say(text);
  page.onMove = () => { writeAddress(page); sync.moved(); };
  const dialogs = new Dialogs(root, page);
  const actions = makeActions(page, dialogs);
  const run = (action) => actions[action]?.();
  const view = new View(root, page, { sync, onConflict: settleConflict(page, sync, root) });
  await startSync(root, { sync, view, rows });
  connect(root, page, { run, sync, view, invalidate });
  begin(page);
  view.again.look();
  painter.start(view);
  exposeForTests({ page, sync, player, painter });
}

/** The rows, as soon as the server gives them; what is unsent is shown as kept meanwhile. */
async function startSync(root, { sync, view, rows }) {
  const empty = root.querySelector("[data-part=empty]");
  for (let asked = rows; ; asked = sync.start()) {
    const failed = await asked.then(() => null, (error) => error);
    const reason = failed && whyNoRows(failed);
    sync.tellSilence(reason === "offline");
    showReason(root, empty, reason, failed?.message);
    if (!failed) return;
    view.drawSaved();
    await waitForChange();
  }
}

function begin(page) {
  const [first] = page.queue;
  const place = placeInAddress();
  page.start(place ?? first?.index ?? null);
  if (place !== null) page.openAt(place);
  else if (first) page.open(first);
  else page.finish();
}

function changed(page, what) {
  if (!page) return;
  if (what?.segments) page.details.outdate();
  if (page.current !== null) page.follow();
  page.invalidate();
}

/** What acts from outside the parts: keys, buttons, the shell, the address, the theme, the size. */
function connect(root, page, { run, sync, view, invalidate }) {
  const allowed = (action) => isAllowed(page, action);
  listenForKeys(root, run, { lettersOn: () => page.settings.letterKeys, isAllowed: allowed });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button && !button.disabled && allowed(button.dataset.action)) run(button.dataset.action);
  });
  document.addEventListener("spkbound:help", () => isShown(root) && run("help"));
  document.addEventListener("spkbound:page", ({ detail }) => {
    if (detail.page !== "review") return page.player.stop();
    writeAddress(page);
    root.focus({ preventScroll: true });
    sync.look();
  });
  addEventListener("hashchange", ({ newURL }) => {
    clearTimeout(page.writing); // or the place that is left would be written over the one that is asked for
    const place = placeInAddress(new URL(newURL).hash);
    if (place !== null && place !== page.current) page.go(place);
  });
  addEventListener("online", () => sync.outbox.hurry());
  sync.poll(() => isShown(root) && document.visibilityState === "visible");
  const recolour = () => { view.recolour(); invalidate(); };
  document.addEventListener("spkbound:theme", recolour);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  const resized = new ResizeObserver(() => { view.measure(); invalidate(); });
  for (const part of root.querySelectorAll("canvas, [data-part=closeup], [data-part=tiles]")) resized.observe(part);
}

/** Paints the parts that are named dirty, once per frame; with no name all of them. */
function makePainter() {
  const dirty = new Set();
  let frame = 0;
  const painter = {
    repainted: 0,
    invalidate(...names) {
      for (const name of names.length ? names : ["all"]) dirty.add(name);
      if (painter.view) frame ||= requestAnimationFrame(painter.paint);
    },
    paint() {
      frame = 0;
      const names = new Set(dirty);
      dirty.clear();
      painter.view.draw(names);
      painter.repainted += 1;
    },
    start(view) {
      painter.view = view;
      painter.invalidate();
    },
  };
  return painter;
}
