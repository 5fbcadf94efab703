// Which files could not be read, and why? The list below the extraction; each, or all, can be tried again.
import { get, post } from "../api.js";
import { bytes, count, el } from "../dom.js";
import { t } from "../i18n.js";
import { reasonWords } from "../reasons.js";
import { serverWords } from "./server_words.js";

const PAGE_ROWS = 200;
const SAVE_ROWS = 500;

/** Own the list in `root`; gives `list` (ask anew) and `allowRetry` (whether a job may be started now). */
export function mountUnreadable(root) {
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  let shown = 0, reason = "", mayRetry = true;

  async function retry(index) {
    allowRetry(false);
    await post("job/retry", { index }).catch(() => null);
    document.dispatchEvent(new CustomEvent("spkbound:job"));
  }

  function rowOf(row) {
    const again = el("button", { type: "button", class: "btn", disabled: !mayRetry, "aria-label": t("Try {path} again", { path: row.path }), click: () => retry(row.index) }, t("Try again"));
    return el("tr", {}, el("td", { class: "num" }, count(row.index)), el("td", { class: "wrap" }, row.path), el("td", { class: "muted" }, serverWords(row.stage)),
      el("td", { class: "wrap reason" }, reasonWords(row.reason)), el("td", { class: "num muted" }, bytes(row.size)), el("td", { class: "num" }, again));
  }

  async function list({ more = false } = {}) {
    const offset = more ? shown : 0;
    const filter = reason ? `&reason=${encodeURIComponent(reason)}` : "";
    const found = await get(`unreadable?offset=${offset}&limit=${PAGE_ROWS}${filter}`).catch(() => null);
    if (!found) return;
    slot("unreadable").hidden = found.total === 0 && !reason;
    slot("unreadable-title").textContent = t("{total} unreadable", { total: found.total });
    const rows = found.rows.map(rowOf);
    const body = slot("unreadable").querySelector("tbody");
    if (more) body.append(...rows); else body.replaceChildren(...rows);
    shown = offset + rows.length;
    slot("more").hidden = shown >= found.total;
    slot("more").firstElementChild.textContent = t("{shown} of {total} shown", { shown, total: found.total });
    slot("reason").replaceChildren(el("option", { value: "" }, t("All reasons")),
      ...Object.entries(found.by_reason).map(([name, n]) => el("option", { value: name, selected: name === reason }, `${reasonWords(name)} (${count(n)})`)));
  }

  function allowRetry(allowed) {
    mayRetry = allowed;
    for (const button of [slot("retry"), ...slot("unreadable").querySelectorAll("tbody button")]) button.disabled = !allowed;
  }

  async function save() {
    const lines = ["place\tfile\tstage\treason"];
    for (let offset = 0, total = 1; offset < total; offset += SAVE_ROWS) {
      const part = await get(`unreadable?offset=${offset}&limit=${SAVE_ROWS}`);
      total = part.total;
      lines.push(...part.rows.map((row) => [row.index, row.path, row.stage, row.reason].join("\t")));
    }
    const link = el("a", { download: "unreadable.tsv", href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"])) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  slot("retry").addEventListener("click", () => retry(null));
  slot("save").addEventListener("click", save);
  slot("reason").addEventListener("change", (event) => { reason = event.target.value; list(); });
  slot("more").lastElementChild.addEventListener("click", () => list({ more: true }));
  return { list, allowRetry };
}
