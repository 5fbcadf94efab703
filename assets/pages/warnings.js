// What does the detection warn of? A list below the charts, from x/detection.
import { get } from "../api.js";
import { el, icon, translate } from "../dom.js";
import { capitalised, said, t } from "../i18n.js";
import { whenProject } from "../project.js";

export function mount(root) {
  translate(root);
  const panel = root.querySelector("section");

  async function draw(project) {
    const found = project?.has_detection ? await get("detection").catch(() => null) : null;
    panel.hidden = !found;
    if (!found) return;
    const none = found.warnings.length === 0;
    panel.querySelector("h2").textContent = none ? t("No warnings") : t("{n} warning|{n} warnings", { n: found.warnings.length });
    panel.querySelector("ul").replaceChildren(...(none
      ? [el("li", {}, icon("check"), t("Nothing about the corpus as a whole looks wrong. Single boundaries may carry warnings of their own; Review shows them."))]
      : found.warnings.map((text) => el("li", { class: "bad" }, icon("flag"), capitalised(said(text))))));
  }

  whenProject(draw);
}
