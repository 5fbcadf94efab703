"""The process at the other end of the pipe: ``python -m spkbound.jobs.worker``.

It makes the step once, then answers one JSON line per task until its stdin closes. What a task means, and whether it
is tried again, is known to others.

Lines in: ``{"entry", "config"}`` once, then ``{"task"}``. Lines out: ``{"ready": true}`` or ``{"refused": …}`` once,
then ``{"value"}`` or ``{"error": {"error", "message", "traceback"}}`` per task; and from the start, each second,
``{"memory"}``: bytes held, and a sign of life.
"""

import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import IO

from spkbound.errors import SpkboundError
from spkbound.words import pack_words, words_of

Step = Callable[[object], object]

SIGN_EVERY_S = 1.0

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


class _Outbox:
    """Lines to the parent, from several threads; not buffered, for a buffer's lock may be held when we end."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._one_at_a_time = pipe, threading.Lock()

    def send(self, message: dict) -> None:
        line = json.dumps(message).encode() + b"\n"
        try:
            with self._one_at_a_time:
                while line:
                    line = line[os.write(self._pipe, line) :]
        except BrokenPipeError:
            os._exit(_GONE)

    def give_signs_of_life(self) -> None:
        while True:
            self.send({"memory": _memory_bytes()})
            time.sleep(SIGN_EVERY_S)


def main() -> int:
    # A terminal sends Ctrl-C to all of us; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines, answers = _take_pipes()
    inbox, outbox = _Inbox(lines), _Outbox(answers)
    first = inbox.take()
    if first is None:
        return 0
    threading.Thread(target=outbox.give_signs_of_life, daemon=True).start()
    try:
        step = make_step(json.loads(first))
    except Exception as error:  # noqa: BLE001 the parent is told, whatever it is
        outbox.send({"refused": describe(error)})
        return 1
    outbox.send({"ready": True})
    while (line := inbox.take()) is not None:
        outbox.send(answer(step, json.loads(line)["task"]))
    return 0


def _memory_bytes() -> int:
    """What this process holds in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as pages:
            return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _take_pipes() -> tuple[IO[bytes], int]:
    """Keep stdin and stdout for the protocol; what else reads finds nothing, what else prints goes to stderr."""
    lines, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return lines, answers


def make_step(spec: dict) -> Step:
    module, _, function = spec["entry"].partition(":")
    return getattr(importlib.import_module(module), function)(spec["config"])


def answer(step: Step, task: object) -> dict:
    try:
        value = step(task)
        json.dumps(value)
    except Exception as error:  # noqa: BLE001 a failed task is data
        return {"error": describe(error)}
    return {"value": value}


def describe(error: Exception) -> dict:
    """An error of ours says all in its message; any other is told with where it came from."""
    where = "" if isinstance(error, SpkboundError) else traceback.format_exc()
    return {"error": type(error).__name__, "message": pack_words(words_of(error)), "traceback": where}


if __name__ == "__main__":
    sys.exit(main())
