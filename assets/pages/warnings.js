// What does the detection warn of? A list below the charts, from x/detection.
import { get } from "../api.js";
import { el, icon, many } from "../dom.js";
import { whenProject } from "../project.js";

export function mount(root) {
  const panel = root.querySelector("section");

  async function draw(project) {
    const found = project?.has_detection ? await get("detection").catch(() => null) : null;
    panel.hidden = !found;
    if (!found) return;
    const none = found.warnings.length === 0;
    panel.querySelector("h2").textContent = none ? "No warnings" : many(found.warnings.length, "warning");
    panel.querySelector("ul").replaceChildren(...(none
      ? [el("li", {}, icon("check"), "Nothing about the corpus as a whole looks wrong. Single boundaries may carry warnings of their own; Review shows them.")]
      : found.warnings.map((text) => el("li", { class: "bad" }, icon("flag"), text))));
  }

  whenProject(draw);
}
