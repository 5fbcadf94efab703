"""What does the page bear? Sound at a key, a server killed in a burst, ten clients at once, two thousand boundaries.

python -m benchmarks.page_endurance [--only sound,kill,clients,memory] [--seconds 120] [--chromium PROGRAM]
"""

import argparse
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bench_page import QUIET, READY, quantiles
from benchmarks.page_corpus import make_project
from benchmarks.page_servers import Client, Server
from spkbound.demo import prepare_demo
from spkbound.review.log import DecisionLog
from spkbound.ui.auth import add_user

N_SEGMENTS, SEGMENT_SIZE = 2_100, 20
N_SOUNDS, BURST = 40, 200
N_CLIENTS, PER_S = 10, 5
SETTLE_MS = 4_000
STORED = "window.__spk.pending() === 0"
NAME, PASSWORD = "anna", "a long enough password"
# From the key's event to the call that starts the sound, in ms; the sound is ready before each press.
SOUNDS = """async (n) => {
  const root = document.querySelector(".review"), took = [];
  const press = (key, code) => root.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true }));
  for (let i = 0; i < n; i += 1) {
    press(" ", "Space");
    await new Promise((go) => setTimeout(go, 700)); // everything near is fetched, and the context runs
    press(" ", "Space");
    const before = window.__spk.counters.played, start = performance.now();
    press(" ", "Space");
    while (window.__spk.counters.played === before) await Promise.resolve();
    took.push(performance.now() - start);
    press(" ", "Space");
    press("n", "KeyN");
    await new Promise((go) => setTimeout(go, 300));
  }
  return took;
}"""


def sound(browser: Browser, folder: Path, _seconds: float) -> None:
    demo = prepare_demo(folder / "demo", say=lambda _: None)
    with Server(demo.folder) as server:
        took = open_page(browser, server).evaluate(SOUNDS, N_SOUNDS)
    print(f"| key → sound started, prefetched, {len(took)} presses, p50 / p95 | {quantiles(took)} |")


def kill(browser: Browser, folder: Path, _seconds: float) -> None:
    """Shift one boundary there and back while the server is killed; what is stored must be what was pressed."""
    project = make_project(folder / "kill", n_segments=60, segment_size=200)
    add_user(folder / "users", NAME, PASSWORD)
    with Server(project.folder, "--auth_file", folder / "users") as server:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(server.url)
        page.fill("[name=name]", NAME)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        page.goto(f"{server.url}#review")
        page.wait_for_function(READY, timeout=60_000)
        start = page.evaluate("window.__spk.current().index")
        for press in range(BURST):
            page.keyboard.press("ArrowRight" if press % 4 else "ArrowLeft")
            if press == BURST // 2:
                server.kill()
                restart = threading.Timer(1.0, server.start)
                restart.start()
        restart.join()
        page.wait_for_function(STORED, timeout=60_000)
        shown = page.evaluate("window.__spk.current().index")
        page.close()
    places = index_of_paths(project)
    with DecisionLog.open(project.review_db) as log:
        rows = [row for row in log.all() if row.kind == "shift"]
    stored, expected = places[rows[-1].place.right_path], start + BURST // 2
    lost = "none lost" if stored == shown == expected else f"LOST: {expected} expected, {shown} shown, {stored} stored"
    print(f"| server killed in a burst of {BURST} presses, login on | {lost}; {len(rows)} rows, still logged in |")


def clients(browser: Browser, folder: Path, seconds: float) -> None:
    """Every client approves and rejects boundaries of its own, five times a second, beside a page that is used."""
    project = make_project(folder / "clients", n_segments=N_SEGMENTS, segment_size=SEGMENT_SIZE)
    with Server(project.folder) as server:
        page = open_page(browser, server)
        indices = Client(server.url).get("boundaries")["columns"]["index"]
        found = [Work(server.url, number, indices[number::N_CLIENTS], seconds) for number in range(N_CLIENTS)]
        threads = [threading.Thread(target=work.run) for work in found]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            page.keyboard.press("n")
            page.wait_for_timeout(500)
        page.close()
    keys = Counter(row.key for row in DecisionLog.open(project.review_db).all())
    sent = {key for work in found for key in work.stored}
    lost, doubled = len(sent - keys.keys()), sum(n > 1 for n in keys.values())
    took = [one for work in found for one in work.took_ms]
    rate = len(took) / seconds
    print(
        f"| {N_CLIENTS} clients, {len(took)} actions in {seconds:g} s ({rate:.0f}/s), p50 / p95 | {quantiles(took)} |"
    )
    print(f"| the same: lost / doubled / refused | {lost} / {doubled} / {sum(work.n_refused for work in found)} |")


class Work:
    """What one client does."""

    def __init__(self, url: str, number: int, indices: list[int], seconds: float) -> None:
        self.client, self.number, self.indices, self.seconds = Client(url), number, indices, seconds
        self.took_ms: list[float] = []
        self.stored: set[str] = set()
        self.n_refused = 0

    def run(self) -> None:
        started = time.monotonic()
        for step in range(int(self.seconds * PER_S)):
            time.sleep(max(0.0, started + step / PER_S - time.monotonic()))
            if time.monotonic() - started > self.seconds:
                return
            self._act(step)

    def _act(self, step: int) -> None:
        index = self.indices[step % len(self.indices)]
        operation = {"key": f"c{self.number}-{step}", "kind": "approve", "index": index}
        before = time.perf_counter()
        result = self.client.post("ops", [operation])["results"][0]
        self.took_ms.append((time.perf_counter() - before) * 1000)
        if result["ok"]:
            self.stored.add(operation["key"])
        else:
            self.n_refused += 1


def memory(browser: Browser, folder: Path, _seconds: float) -> None:
    """Go through the corpus boundary by boundary; heap after a collection, and the page's process."""
    project = make_project(folder / "memory", n_segments=N_SEGMENTS, segment_size=SEGMENT_SIZE)
    with Server(project.folder) as server:
        page = open_page(browser, server)
        session = page.context.new_cdp_session(page)
        step_through(page, 200)
        early = measure_memory(page, session)
        step_through(page, 1_800)
        late = measure_memory(page, session)
        page.close()
    heap = f"{early[0] / 1e6:.1f} / {late[0] / 1e6:.1f} MB"
    print(f"| JS heap after a collection at boundary 200 / 2,000 | {heap} |")
    grown = (late[1] - early[1]) / 1e6
    print(
        f"| the page's process at boundary 200 / 2,000 | {early[1] / 1e6:.0f} / {late[1] / 1e6:.0f} MB: {grown:+.0f} |"
    )


def step_through(page: Page, n: int) -> None:
    page.evaluate(
        """async (n) => {
          const root = document.querySelector(".review");
          for (let i = 0; i < n; i += 1) {
            root.dispatchEvent(new KeyboardEvent("keydown", { key: "n", code: "KeyN", bubbles: true }));
            await new Promise((go) => setTimeout(go, 40));
          }
        }""",
        n,
    )


def measure_memory(page: Page, session: object) -> tuple[int, int]:
    """Bytes of the JS heap after a collection, and of the page's own process (without what it shares)."""
    page.wait_for_timeout(SETTLE_MS)
    session.send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(SETTLE_MS)  # what was collected is given back a little later
    session.send("Performance.enable")
    metrics = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
    return int(metrics["JSHeapUsedSize"]), max(_private_bytes("--type=renderer"))


def _private_bytes(mark: str) -> list[int]:
    """Of every process whose command line holds `mark`, the memory that is its alone."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes():
                rollup = (folder / "smaps_rollup").read_text().splitlines()
                found.append(sum(int(line.split()[1]) for line in rollup if line.startswith("Private")) * 1024)
        except OSError:
            continue
    return found or [0]


def open_page(browser: Browser, server: Server) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{server.url}#review")
    page.wait_for_function(READY, timeout=60_000)
    return page


def index_of_paths(project: object) -> dict[bytes, int]:
    from spkbound.session import open_session

    session = open_session(project)
    session.close()
    return {path: index for index, path in enumerate(session.paths.to_pylist())}


MEASURES = {"sound": sound, "kill": kill, "clients": clients, "memory": memory}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    print("| what | figure |\n| --- | --- |")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=QUIET)
        for name in options.only.split(","):
            MEASURES[name](browser, Path(folder), options.seconds)
        browser.close()


if __name__ == "__main__":
    main()
