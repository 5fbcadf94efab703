"""How does a job go on when whoever started it has left? A detached process, one per folder, its state in files.

In the folder: ``lock`` (held by the job for its life), ``pid``, ``state.json`` (written by the job, whole or not at
all), ``pause`` (there while the job is to wait), ``job.log`` (what it printed), ``job.before.log`` (what the job before
it printed). What the job does is known to its command line only.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from spkbound.errors import StoreLocked
from spkbound.jobs.environment import child_environment
from spkbound.jobs.lock import FolderLock, is_locked
from spkbound.jobs.owner import find_owner, forget_owner, is_here, note_owner
from spkbound.jobs.pause import ask_pause, withdraw_pause
from spkbound.jobs.state import AT_WORK, JobState, load_state, now, save_state
from spkbound.words import Words

LOCK_VARIABLE = "SPKBOUND_JOB_LOCK"
CANCEL_WAIT_S = 15.0
_KILL_WAIT_S = 5.0
_POLL_S = 0.05
_TAIL_BYTES = 1 << 16


def start_background(folder: Path, argv: Sequence[str], *, kind: str, environment: dict[str, str] | None = None) -> int:
    """Start `argv` as a detached process that outlives this one; return its process id.

    Raises
    ------
    StoreLocked : a job is already at work in `folder`
    """
    with FolderLock(folder / "lock") as lock, _open_log(folder) as output:
        forget_owner(folder)
        withdraw_pause(folder)
        save_state(folder, JobState(kind=kind, state="running", started_at=now()))
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock.descriptor,),
            env=child_environment({**(environment or {}), LOCK_VARIABLE: str(lock.descriptor)}),
        )
        note_owner(folder, process.pid)
    # So that it leaves no zombie while this process lives.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def _open_log(folder: Path) -> BinaryIO:
    """An empty log; that of the job before is kept beside it."""
    with contextlib.suppress(FileNotFoundError):
        os.replace(folder / "job.log", folder / "job.before.log")
    return open(folder / "job.log", "wb")


def is_detached() -> bool:
    """Whether this process was started by `start_background`."""
    return LOCK_VARIABLE in os.environ


def is_running(folder: Path) -> bool:
    """Whether a job is at work in `folder`."""
    return is_locked(folder / "lock")


def read_state(folder: Path) -> JobState | None:
    """State of the folder's latest job; None where there never was one.

    A job that says ``running`` or ``paused`` while nobody holds the lock was killed: ``interrupted``.
    """
    running = is_running(folder)
    state = load_state(folder)
    if state is not None and state.state in AT_WORK and not running:
        return state.replace(state="interrupted", message=Words("It was killed, or the machine went down."))
    return state


def pause(folder: Path) -> JobState | None:
    """Ask the job to wait once it has finished what is in hand; return the state. Nothing where no job is at work."""
    if is_running(folder):
        ask_pause(folder)
    return read_state(folder)


def resume(folder: Path) -> JobState | None:
    """Let a job go on that waits."""
    withdraw_pause(folder)
    return read_state(folder)


def cancel(folder: Path, *, wait_s: float = CANCEL_WAIT_S) -> JobState | None:
    """Ask the job to stop, wait, kill it if it does not; return the state afterwards.

    Raises
    ------
    StoreLocked : it runs on another machine
    """
    if not is_running(folder):
        return read_state(folder)
    _signal(folder, signal.SIGTERM)
    if not _wait_until_gone(folder, wait_s):
        _signal(folder, signal.SIGKILL)
        _wait_until_gone(folder, _KILL_WAIT_S)
    state = read_state(folder)
    if state is not None and state.state == "interrupted":
        state = state.replace(state="cancelled", message="cancelled", ended_at=now())
        save_state(folder, state)
    return state


def read_log_tail(folder: Path, *, n_lines: int = 20) -> list[str]:
    """Return the last lines that the job printed."""
    try:
        with open(folder / "job.log", "rb") as lines:
            size = lines.seek(0, os.SEEK_END)
            lines.seek(max(0, size - _TAIL_BYTES))
            return lines.read().decode("utf-8", "replace").splitlines()[-n_lines:]
    except FileNotFoundError:
        return []


def _signal(folder: Path, number: signal.Signals) -> None:
    # Whoever holds the lock is the process that the file names: it was written under that lock.
    owner = find_owner(folder)
    if owner is None:
        return
    pid, host = owner
    if not is_here(host):
        raise StoreLocked(
            Words(
                "the job in {folder} runs on {host}, and this is another machine; cancel it there",
                folder=str(folder),
                host=host,
            )
        )
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:  # a job in the foreground of a script: its group is not ours to signal
            os.kill(pid, number)


def _wait_until_gone(folder: Path, wait_s: float) -> bool:
    deadline_s = time.monotonic() + wait_s
    while is_running(folder):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(_POLL_S)
    return True
