"""What does the page bear? Two hundred presses at once, a server killed, ten clients, two thousand boundaries."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

from playwright.sync_api import Page

from benchmarks.bare_browser import BareBrowser
from benchmarks.page_servers import Client, Server
from benchmarks.page_setting import PRESSES_JS, QUIET, READY, READY_MS, Setting, said, timed
from benchmarks.rows import Row
from spkbound.domain import Decision
from spkbound.project import Project
from spkbound.review.log import DecisionLog
from spkbound.session import open_session
from spkbound.ui.auth import add_user

BURST = 200
N_CLIENTS, PER_S, POLL_S = 10, 5, 2.0
EARLY, LATE = 200, 2_000  # boundaries
SETTLE_S = 4
STORED = "window.__spk.pending() === 0"
NAME, PASSWORD = "anna", "a long enough password"


def burst(setting: Setting) -> Iterator[Row]:
    """Every fourth press approves, where the three before have shifted the boundary to: all there, in their order."""
    project = setting.project()
    with Server(project.folder) as server:
        page = setting.open_page(server)
        pressed = page.evaluate(f"__bench.burst({BURST})")
        page.wait_for_function(STORED, timeout=READY_MS)
        page.close()
    index_of = _index_of_paths(project)
    stored = [index_of[row.place.right_path] for row in _new_rows(project) if row.kind == "approve"]
    is_kept = stored == pressed
    fate = "none lost, order kept" if is_kept else f"LOST or out of order: {len(stored)} of {len(pressed)} stored"
    yield said(6, f"{BURST} presses as fast as the browser sends them", "none lost, order kept", fate, is_met=is_kept)


def kill(setting: Setting) -> Iterator[Row]:
    """Shift one boundary there and back while the server is killed; what is stored must be what was pressed."""
    project = setting.project()
    users = setting.scratch / "users"
    add_user(users, NAME, PASSWORD)
    with Server(project.folder, "--auth_file", users) as server:
        page = _log_in(setting, server)
        start = page.evaluate("window.__spk.current().index")
        for press in range(BURST):
            page.keyboard.press("ArrowRight" if press % 4 else "ArrowLeft")
            if press == BURST // 2:
                server.kill()
                restart = threading.Timer(1.0, server.start)
                restart.start()
        restart.join()
        page.wait_for_function(STORED, timeout=READY_MS)
        shown = page.evaluate("window.__spk.current().index")
        page.close()
    rows = [row for row in _new_rows(project) if row.kind == "shift"]
    stored, expected = _index_of_paths(project)[rows[-1].place.right_path], start + BURST // 2
    is_kept = stored == shown == expected
    fate = "none lost" if is_kept else f"LOST: {expected} expected, {shown} shown, {stored} stored"
    yield said(
        7,
        f"server killed and started again in a burst of {BURST} presses, login on",
        "none lost",
        f"{fate}; {len(rows)} rows, for nudges of one boundary are sent as one",
        is_met=is_kept,
    )


def _log_in(setting: Setting, server: Server) -> Page:
    page = setting.new_page()
    page.goto(server.url)
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.goto(f"{server.url}#review")
    page.wait_for_function(READY, timeout=READY_MS)
    return page


def clients(setting: Setting) -> Iterator[Row]:
    """Every client approves boundaries of its own and asks for the others' decisions, beside a page that is used."""
    project = setting.project()
    with Server(project.folder) as server:
        page = setting.open_page(server)
        indices = Client(server).get("boundaries")["columns"]["index"]
        works = [Work(server, number, indices[number::N_CLIENTS], setting.seconds) for number in range(N_CLIENTS)]
        threads = [threading.Thread(target=work.run) for work in works]
        before_s = server.cpu_s()
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            page.keyboard.press("n")
            page.wait_for_timeout(500)
        cpu_s = server.cpu_s() - before_s
        page.close()
    took = [one for work in works for one in work.took_ms]
    rate = f"{len(took) / setting.seconds:.0f}/s of {N_CLIENTS * PER_S}/s"
    yield timed(8, f"{N_CLIENTS} clients, an action ({rate})", took, most_ms=250)
    yield said(8, "the same: the server's processor time", "–", f"{1000 * cpu_s / len(took):.1f} ms each", is_met=None)
    yield _fate_of(works, project)


def _fate_of(works: list["Work"], project: Project) -> Row:
    keys = Counter(row.key for row in _new_rows(project))
    sent = {key for work in works for key in work.stored}
    lost, doubled = len(sent - keys.keys()), sum(n > 1 for n in keys.values())
    n_refused = sum(work.n_refused for work in works)
    measured = f"{lost} / {doubled} / {n_refused}"
    return said(8, "the same: lost / doubled / refused", "none", measured, is_met=lost == doubled == n_refused == 0)


class Work:
    """What one client does: actions at their times, and every two seconds a look at what others did."""

    def __init__(self, server: Server, number: int, indices: list[int], seconds: float) -> None:
        self.client, self.number, self.indices, self.seconds = Client(server), number, indices, seconds
        self.took_ms: list[float] = []
        self.stored: set[str] = set()
        self.n_refused = 0

    def run(self) -> None:
        started = time.monotonic()
        seen = self.client.get("boundaries")
        looked = started
        for step in range(int(self.seconds * PER_S)):
            time.sleep(max(0.0, started + step / PER_S - time.monotonic()))
            if time.monotonic() - started > self.seconds:
                return
            self._act(step)
            if time.monotonic() - looked > POLL_S:
                looked = time.monotonic()
                known = f"since={seen['version']}&detection_id={seen['detection_id']}"
                seen = self.client.get(f"boundaries?{known}")

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


def memory(setting: Setting) -> Iterator[Row]:
    """Go on from boundary to boundary; the heap after a collection, and the page's process."""
    with Server(setting.project().folder) as server, BareBrowser(setting.chromium, *QUIET, "--no-sandbox") as browser:
        browser.open(f"{server.url}#review", ready=READY)
        browser.evaluate(PRESSES_JS.read_text("utf-8"))
        _, early = _weigh(browser, EARLY)
        heap, late = _weigh(browser, LATE - EARLY)
    grown = (late - early) / 1e6
    yield said(9, f"JS heap at boundary {LATE:,}", "≤ 60 MB", f"{heap / 1e6:.1f} MB", is_met=heap <= 60e6)
    yield said(
        9,
        f"the page's process from boundary {EARLY} to {LATE:,}",
        "≤ +30 MB",
        f"{early / 1e6:.0f} → {late / 1e6:.0f} MB: {grown:+.0f} MB",
        is_met=grown <= 30,
    )


def _weigh(browser: BareBrowser, n_further: int) -> tuple[int, int]:
    browser.evaluate(f"__bench.next({n_further})")
    time.sleep(SETTLE_S)
    heap = browser.heap_bytes()
    time.sleep(SETTLE_S)  # what was collected is given back a little later
    return heap, browser.page_bytes()


def _new_rows(project: Project) -> list[Decision]:
    """What was decided in this run."""
    with DecisionLog.open(project.folder.parent / "review_as_made.sqlite") as made:
        n_made = made.all()[-1].id
    with DecisionLog.open(project.review_db) as log:
        return log.since(n_made)


def _index_of_paths(project: Project) -> dict[bytes, int]:
    session = open_session(project)
    session.close()
    return {path: index for index, path in enumerate(session.paths.to_pylist())}
