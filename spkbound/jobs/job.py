"""What does a job do about its own state? It holds the folder's lock, writes how it stands, and stops when asked.

The same for a job that runs detached and for one in the foreground.
"""

import logging
import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType, TracebackType

from spkbound.jobs.background import LOCK_VARIABLE
from spkbound.jobs.lock import FolderLock
from spkbound.jobs.owner import note_owner
from spkbound.jobs.pause import is_pause_asked, withdraw_pause
from spkbound.jobs.state import JobState, now, save_state
from spkbound.words import words_of

log = logging.getLogger(__name__)

REPORT_EVERY_S = 0.5
ASK_EVERY_S = 0.2


class RunningJob:
    """``with RunningJob(folder, "extract") as job: … job.report(progress)``.

    The folder's state is ``running`` inside; afterwards ``done``, ``cancelled`` (Ctrl-C, SIGTERM) or ``failed``
    with the error's text. SIGTERM arrives as KeyboardInterrupt, so everything inside ends in order.

    Raises
    ------
    StoreLocked : another job is at work in `folder`
    """

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder = folder
        self._state = JobState(kind=kind, state="running", started_at=now(), pid=os.getpid())
        self._lock: FolderLock | None = None
        self._reported_s = 0.0
        self._asked_s = 0.0
        self._pause_asked = False
        self._earlier_handler: object = None

    def __enter__(self) -> "RunningJob":
        if not _inherited_lock(self._folder):
            self._lock = FolderLock(self._folder / "lock")
            note_owner(self._folder, os.getpid())
            withdraw_pause(self._folder)  # whoever starts a job wants it to run
        if threading.current_thread() is threading.main_thread():
            self._earlier_handler = signal.signal(signal.SIGTERM, _interrupt)
        save_state(self._folder, self._state)
        return self

    def is_pause_asked(self) -> bool:
        """Whether somebody wants the job to wait; ask as often as you like."""
        if time.monotonic() - self._asked_s >= ASK_EVERY_S:
            self._asked_s = time.monotonic()
            self._pause_asked = is_pause_asked(self._folder)
        return self._pause_asked

    def report(self, progress: dict, *, message: str = "", paused: bool = False) -> None:
        """Write how far the job is; at most every half second, so call it as often as you like."""
        state = "paused" if paused else "running"
        changed = state != self._state.state
        self._state = self._state.replace(progress=progress, message=message, state=state)
        if changed or time.monotonic() - self._reported_s >= REPORT_EVERY_S:
            self._reported_s = time.monotonic()
            self._try_to_save()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            ended = self._state.replace(state="done")
        elif issubclass(kind, KeyboardInterrupt):
            ended = self._state.replace(state="cancelled", message="cancelled")
        else:
            ended = self._state.replace(state="failed", message=words_of(error) or kind.__name__)
        self._state = ended.replace(ended_at=now())
        self._try_to_save()
        if self._earlier_handler is not None:
            signal.signal(signal.SIGTERM, self._earlier_handler)
        if self._lock is not None:
            self._lock.close()

    def _try_to_save(self) -> None:
        """A full disk keeps us from saying how far we are, not from working."""
        try:
            save_state(self._folder, self._state)
        except OSError as error:
            log.warning("cannot say how far the job is: %s", error)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _inherited_lock(folder: Path) -> bool:
    """Whether whoever started this process handed over the lock of this folder."""
    descriptor = os.environ.get(LOCK_VARIABLE, "")
    try:
        return os.path.samestat(os.fstat(int(descriptor)), os.stat(folder / "lock"))
    except (ValueError, OSError):
        return False
