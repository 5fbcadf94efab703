"""How long does one reviewer wait? The start, a key, a sound, the next boundary, the timeline; rows of one browser."""

from collections.abc import Iterator

from playwright.sync_api import Page

from benchmarks.page_servers import Server
from benchmarks.page_setting import READY, READY_MS, Setting, Stopwatch, said, timed
from benchmarks.rows import Row

PRESSES, SOUNDS, STEPS = 60, 40, 60
PAUSE_MS = 120


def start(setting: Setting) -> Iterator[Row]:
    """From the command to a page that takes keys: a new server, and a browser context that has never seen it."""
    project, page = setting.project(), setting.new_page()
    page.goto("about:blank")
    watch = Stopwatch()
    with Server(project.folder) as server:
        answered_s = watch.seconds
        page.goto(f"{server.url}#review")
        page.wait_for_function(READY, timeout=READY_MS)
        page.evaluate("new Promise((go) => requestAnimationFrame(go))")
        whole_s, cpu_s = watch.seconds, server.cpu_s()
    page.close()
    measured = f"{whole_s:.1f} s, {cpu_s:.1f} s of the server's processor time"
    yield said(1, "command → usable page, nothing cached", "≤ 8 s", measured, is_met=whole_s <= 8)
    rest_s = whole_s - answered_s
    yield said(1, "the server's first answer → usable page", "≤ 2 s", f"{rest_s:.1f} s", is_met=rest_s <= 2)


def keys(setting: Setting) -> Iterator[Row]:
    with Server(setting.project().folder) as server:
        page = setting.open_page(server)
        yield timed(2, "key → repaint", page.evaluate(f"__bench.repaints({PRESSES})"), most_ms=30)
        yield timed(2, "key → stored on disk and repainted", press_and_store(page), most_ms=100)
        page.close()


def press_and_store(page: Page) -> list[float]:
    page.evaluate("window.__spk.latencies.length = 0")
    for press in range(PRESSES):
        page.keyboard.press("ArrowRight" if press % 2 else "ArrowLeft")
        page.wait_for_timeout(PAUSE_MS)
    page.wait_for_timeout(1000)
    return page.evaluate("window.__spk.latencies")


def sound(setting: Setting) -> Iterator[Row]:
    with Server(setting.project().folder) as server:
        page = setting.open_page(server)
        yield timed(3, "key → sound started, prefetched", page.evaluate(f"__bench.sounds({SOUNDS})"), most_ms=20)
        page.close()


def closeup(setting: Setting) -> Iterator[Row]:
    """Curves, names and waveforms of the next boundary, a second after the one before."""
    with Server(setting.project().folder) as server:
        page = setting.open_page(server)
        yield timed(4, "next boundary → close-up complete", page.evaluate(f"__bench.closeups({STEPS})"), most_ms=150)
        page.close()


def timeline(setting: Setting) -> Iterator[Row]:
    with Server(setting.project().folder) as server:
        page = setting.open_page(server)
        yield timed(5, "zoom and pan → repaint", page.evaluate(f"__bench.timeline({STEPS})"), most_ms=25)
        page.close()
