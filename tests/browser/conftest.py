"""The real page in a real browser: the app as a user starts it, Chromium, and what went wrong in it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from machine import CHROMIUM_ARGUMENTS, find_browser

ROOT = Path(__file__).parents[2]
START_S = 120
STOP_S = 60
WAIT_MS = 60_000


class RunningApp:
    """`python app.py …` as its own process."""

    program = ("app.py",)
    pipes: ClassVar = {}

    def __init__(self, *arguments: object, log: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        command = [sys.executable, *self.program, *map(str, arguments), "--port", str(self.port)]
        self._log = log
        with log.open("ab") as out:
            streams = {"stdout": out, "stderr": out, **self.pipes}
            self._process = subprocess.Popen(command, cwd=ROOT, text=True, **streams)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url, timeout=START_S).read()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"the app did not start:\n{self._log.read_text()}")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STOP_S)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(STOP_S)


class SharedApp(RunningApp):
    """The same for one project after the other: an app takes seconds to start."""

    program = ("-m", "tests.browser.serve_projects")
    pipes: ClassVar = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}

    def open(self, folder: Path) -> "SharedApp":
        print(folder, file=self._process.stdin, flush=True)
        assert self._process.stdout.readline() == f"{folder}\n", self._log.read_text()
        return self

    def halt(self) -> None:
        """Idle, Gradio takes a tenth of a core; and the browser's tests are the first of all."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start_app(tmp_path) -> Iterator[Callable[..., RunningApp]]:
    apps = []

    def start(*arguments: object, port: int | None = None) -> RunningApp:
        apps.append(RunningApp(*arguments, log=tmp_path / "app.log", port=port))
        return apps[-1]

    yield start
    for app in apps:
        app.kill()


@pytest.fixture(scope="session")
def _shared_app(tmp_path_factory) -> Iterator[SharedApp]:
    app = SharedApp(log=tmp_path_factory.mktemp("shared_app") / "app.log")
    yield app
    app.kill()


@pytest.fixture
def serve(_shared_app) -> Iterator[Callable[[Path], SharedApp]]:
    """An app that has this project open; `start_app` is for what needs an app of its own."""
    _shared_app.wake()
    yield _shared_app.open
    _shared_app.halt()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    program = find_browser()
    assert program, "Chromium is not installed"
    os.environ.setdefault("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium) -> Iterator[Callable[..., object]]:
    """Open a page; at the end nothing may have been thrown in it, and no request may have left the machine."""
    contexts, problems = [], []

    def open_(url: str, **settings: object) -> object:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: problems.append(f"thrown: {error}"))
        page.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        ours = (url.split("#")[0], "data:", "blob:")
        page.on("request", lambda request: request.url.startswith(ours) or problems.append(f"outside: {request.url}"))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not problems
