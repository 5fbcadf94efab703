"""What do the page's figures share? A browser, a project of the size that was asked for, and how a figure is said."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.page_project import FULL, SMALL, Size, open_made
from benchmarks.page_servers import Server
from benchmarks.rows import Row
from spkbound.project import Project

READY = "window.__spk && window.__spk.ready && window.__spk.current().index !== null"
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WINDOW = {"width": 1280, "height": 800}
READY_MS, SETTLE_MS = 120_000, 2_000
PRESSES_JS = Path(__file__).with_name("page_presses.js")


@dataclass(kw_only=True)
class Setting:
    """`full` is the folder of the project at full size; without it a small one in `scratch` does."""

    browser: Browser
    chromium: str
    scratch: Path
    full: Path | None
    seconds: float

    @cached_property
    def size(self) -> Size:
        return SMALL if self.full is None else FULL

    def project(self) -> Project:
        """With its log as it was made."""
        return open_made(self.full or self.scratch / "small", self.size)

    def new_page(self) -> Page:
        """A page in a context of its own: nothing is cached. Its queue is of boundaries, which every key is for."""
        page = self.browser.new_context(viewport=WINDOW).new_page()
        page.add_init_script("""localStorage.setItem("spkbound.review", '{"kind": "boundary"}')""")
        return page

    def open_page(self, server: Server) -> Page:
        page = self.new_page()
        page.goto(f"{server.url}#review")
        page.wait_for_function(READY, timeout=READY_MS)
        page.evaluate(PRESSES_JS.read_text("utf-8"))
        page.wait_for_timeout(SETTLE_MS)
        return page


def said(figure: int, what: str, asked: str, measured: str, *, is_met: bool | None) -> Row:
    """A row that says how busy the machine was, for a time means little without it."""
    return Row(
        figure=figure, on=what, asked=asked, measured=f"{measured} (load {os.getloadavg()[0]:.0f})", is_met=is_met
    )


def timed(figure: int, what: str, took_ms: Sequence[float], *, most_ms: float) -> Row:
    """A row of the 95th percentile."""
    half, most = np.quantile(took_ms, [0.5, 0.95])
    measured = f"{half:.0f} / {most:.0f} ms"
    return said(
        figure, f"{what}, {len(took_ms)} times, p50 / p95", f"≤ {most_ms:g} ms", measured, is_met=bool(most <= most_ms)
    )


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start
