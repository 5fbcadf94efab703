"""How fast does the page start, and how fast is a key stored? The demo in headless Chromium; prints Markdown rows.

python -m benchmarks.bench_page [CHROMIUM]
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.page_servers import Server

PRESSES = 60
PAUSE_MS = 120
READY = "window.__spk && window.__spk.ready && window.__spk.current().index !== null"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# Press cursor keys, each painted before the next; milliseconds from key to the end of the paint.
REPAINTS = """async (n) => {
  const root = document.querySelector(".review"), took = [];
  for (let i = 0; i < n; i += 1) {
    const key = i % 2 ? "ArrowDown" : "ArrowUp", before = window.__spk.counters.repainted, start = performance.now();
    root.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true }));
    while (window.__spk.counters.repainted === before) await new Promise((go) => requestAnimationFrame(go));
    took.push(performance.now() - start);
    await new Promise((go) => setTimeout(go, 60));
  }
  return took;
}"""


def main() -> None:
    program = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium")
    print("| what | figure |\n| --- | --- |")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        for which in ("first start", "later start"):
            measure(browser, Path(folder) / "demo", which)
        browser.close()


def measure(browser: Browser, demo: Path, which: str) -> None:
    """Rows of one start of the demo in `demo`; of a later start the keys as well."""
    start = time.perf_counter()
    with Server("--demo", demo) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{server.url}#review")
        page.wait_for_function(READY)
        print(
            f"| `app.py --demo`, {which}: from the command to the page in use | {time.perf_counter() - start:.1f} s |"
        )
        if which != "first start":
            measure_keys(page)
        page.close()


def measure_keys(page: Page) -> None:
    page.wait_for_timeout(1000)
    print(f"| key → repaint, {PRESSES} presses, p50 / p95 | {quantiles(page.evaluate(REPAINTS, PRESSES))} |")
    page.evaluate("window.__spk.latencies.length = 0")
    for press in range(PRESSES):
        page.keyboard.press("ArrowRight" if press % 2 else "ArrowLeft")
        page.wait_for_timeout(PAUSE_MS)
    stored = page.evaluate("window.__spk.latencies")
    print(f"| key → stored on disk and repainted, {len(stored)} presses, p50 / p95 | {quantiles(stored)} |")


def quantiles(milliseconds: list[float]) -> str:
    half, most = np.quantile(milliseconds, [0.5, 0.95])
    return f"{half:.0f} / {most:.0f} ms"


if __name__ == "__main__":
    main()
