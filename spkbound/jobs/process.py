"""One worker as its parent sees it: a process and two pipes of JSON lines. Which task it gets, the pool decides."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

from spkbound.jobs.environment import child_environment

_READ_BYTES = 1 << 20
_LAST_WAIT_S = 5.0


class WorkerProcess:
    """A fresh interpreter (never a fork: threads and CUDA do not survive one) that runs `spkbound.jobs.worker`."""

    def __init__(self, environment: dict[str, str]) -> None:
        # -P: a file called json.py where we happen to stand must not be imported.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "spkbound.jobs.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(environment),
        )
        self._unfinished = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def fileno(self) -> int:
        return self._process.stdout.fileno()

    def send(self, message: dict) -> None:
        """Write one line. A dead worker takes it silently: its end shows when reading."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self) -> list[dict] | None:
        """Read what has arrived: whole messages, or None when the worker is gone."""
        arrived = os.read(self.fileno(), _READ_BYTES)
        if not arrived:
            return None
        *lines, self._unfinished = (self._unfinished + arrived).split(b"\n")
        return [json.loads(line) for line in lines]

    def bury(self) -> str:
        """Wait for a worker that closed its pipe; say how it ended."""
        self.end(time.monotonic() + _LAST_WAIT_S)
        code = self._process.returncode
        if code is None:
            return "cannot be killed, it waits for a device or a disk"
        if code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def kill(self) -> None:
        """End it at once; `bury` it afterwards."""
        self._process.kill()

    def close(self) -> None:
        """Close its stdin, which tells it to go."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def end(self, deadline_s: float) -> None:
        """Wait until `deadline_s` (monotonic), then terminate, then kill."""
        self.close()
        for signal_number in (None, signal.SIGTERM, signal.SIGKILL):
            if signal_number is not None:
                self._process.send_signal(signal_number)
            try:
                self._process.wait(max(0.0, deadline_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                deadline_s = time.monotonic() + _LAST_WAIT_S
                continue
            break
        self._process.stdout.close()
