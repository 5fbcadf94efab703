"""The process at the other end of the pipe: ``python -m spkbound.jobs.worker``.

It makes the step once, then answers one JSON line per task until its stdin closes. What a task means, and whether it
is tried again, is known to others.

Lines in: ``{"entry", "config"}`` once, then ``{"id", "task"}``. Lines out: ``{"ready": true}`` or ``{"refused": …}``
once, then ``{"id", "value"}`` or ``{"id", "error": {"error", "message", "traceback"}}``.
"""

import importlib
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import IO

from spkbound.errors import SpkboundError

Step = Callable[[object], object]

_GONE = 3


class _Inbox:
    """Lines from the parent. When it goes away in the middle of a task the process ends at once.

    Nothing is lost by that: a step writes whole files or none, and what nobody checked in is still to do.
    """

    def __init__(self, lines: IO[bytes]) -> None:
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._busy = threading.Event()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()

    def take(self) -> bytes | None:
        self._busy.clear()
        line = self._waiting.get()
        if line is not None:
            self._busy.set()
        return line

    def _read(self, lines: IO[bytes]) -> None:
        for line in lines:
            self._waiting.put(line)
        self._waiting.put(None)
        if self._busy.is_set():
            os._exit(_GONE)


def main() -> int:
    # A terminal sends Ctrl-C to all of us; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines, answers = _take_pipes()
    inbox = _Inbox(lines)
    first = inbox.take()
    if first is None:
        return 0
    try:
        step = _make_step(json.loads(first))
    except Exception as error:  # noqa: BLE001 the parent is told, whatever it is
        _send(answers, {"refused": _describe(error)})
        return 1
    _send(answers, {"ready": True})
    while (line := inbox.take()) is not None:
        message = json.loads(line)
        _send(answers, {"id": message["id"], **_answer(step, message["task"])})
    return 0


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep stdin and stdout for the protocol; what else reads finds nothing, what else prints goes to stderr."""
    lines, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return lines, answers


def _make_step(spec: dict) -> Step:
    module, _, function = spec["entry"].partition(":")
    return getattr(importlib.import_module(module), function)(spec["config"])


def _answer(step: Step, task: object) -> dict:
    try:
        value = step(task)
        json.dumps(value)
    except Exception as error:  # noqa: BLE001 a failed task is data
        return {"error": _describe(error)}
    return {"value": value}


def _describe(error: Exception) -> dict:
    """An error of ours says all in its message; any other is told with where it came from."""
    where = "" if isinstance(error, SpkboundError) else traceback.format_exc()
    return {"error": type(error).__name__, "message": str(error), "traceback": where}


def _send(answers: IO[bytes], message: dict) -> None:
    try:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()
    except BrokenPipeError:
        os._exit(_GONE)


if __name__ == "__main__":
    sys.exit(main())
