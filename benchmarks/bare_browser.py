"""What does a page weigh that nobody records? Chromium told what to do through a pipe, with nothing else switched on.

A driver such as Playwright asks Chromium for every request, and Chromium then keeps the answers in the page's process:
hundreds of close-ups look like memory that the page lost.
"""

import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

_READ_BYTES = 1 << 16
_READY_S = 120


class BareBrowser:
    """One page of a Chromium of its own, by the Chrome DevTools Protocol."""

    def __init__(self, program: str, *options: str) -> None:
        self._profile = tempfile.mkdtemp()
        self._answered = b""
        self._numbers = itertools.count(1)
        self._session: str | None = None
        flags = [*options, f"--user-data-dir={self._profile}", "--remote-debugging-pipe"]
        self._start([program, "--headless", *flags, "about:blank"])
        pages = [one for one in self.send("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        self._session = self.send("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]

    def _start(self, command: list[str]) -> None:
        """It reads commands from descriptor 3 and answers on 4."""
        theirs_in, self._commands = os.pipe()
        self._answers, theirs_out = os.pipe()

        def arrange() -> None:
            spare = os.dup(theirs_out)  # 3 and 4 may be in use, even by each other
            os.dup2(os.dup(theirs_in), 3)
            os.dup2(spare, 4)

        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=arrange, pass_fds=(3, 4))
        os.close(theirs_in)
        os.close(theirs_out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._commands)
        os.close(self._answers)
        shutil.rmtree(self._profile, ignore_errors=True)

    def send(self, method: str, **parameters: Any) -> dict:
        """Do `method` of the protocol and give its result; events are passed over."""
        message = {"id": next(self._numbers), "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        answer = next(one for one in self._messages() if one.get("id") == message["id"])
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _messages(self) -> Iterator[dict]:
        while True:
            while b"\0" not in self._answered:
                piece = os.read(self._answers, _READ_BYTES)
                if not piece:
                    raise EOFError("the browser ended")
                self._answered += piece
            one, _, self._answered = self._answered.partition(b"\0")
            yield json.loads(one)

    def evaluate(self, expression: str) -> Any:
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def open(self, url: str, *, ready: str) -> None:
        """Go to `url` and wait until the expression `ready` is true."""
        self.send("Page.navigate", url=url)
        deadline = time.monotonic() + _READY_S
        while not self.evaluate(f"Boolean({ready})"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} was not ready within {_READY_S} s")
            time.sleep(0.2)

    def heap_bytes(self) -> int:
        """The JS heap after a collection."""
        self.send("HeapProfiler.collectGarbage")
        self.send("Performance.enable")
        metrics = {row["name"]: row["value"] for row in self.send("Performance.getMetrics")["metrics"]}
        return int(metrics["JSHeapUsedSize"])

    def page_bytes(self) -> int:
        """Memory that is the page's process's alone."""
        return max((_private_bytes(pid) for pid in self._renderers()), default=0)

    def _renderers(self) -> Iterator[int]:
        ours = {self._process.pid}
        folders = sorted(Path("/proc").glob("[0-9]*"), key=lambda folder: int(folder.name))
        for folder in folders:
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent in ours:
                    ours.add(int(folder.name))
                    if b"--type=renderer" in (folder / "cmdline").read_bytes():
                        yield int(folder.name)
            except OSError:
                continue  # it ended meanwhile


def _private_bytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in rollup if line.startswith("Private")) * 1024
