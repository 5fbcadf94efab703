"""Is somebody at work here? One lock file per folder; a dead owner does not hold it, because the kernel lets go."""

import fcntl
import os
import time
from pathlib import Path

from spkbound.errors import StoreLocked
from spkbound.words import Words, from_disk

# A reader that asks whether the lock is held takes it for an instant, so one refusal proves nothing.
_TRIES = 5
_PAUSE_S = 0.05


class FolderLock:
    """A lock on a file, held as long as the object is open, or a process that inherited its descriptor.

    `shared`: with others that ask for it shared; otherwise alone. `wait`: until it is free.
    """

    def __init__(self, file: Path, *, shared: bool = False, wait: bool = False) -> None:
        """Take the lock.

        Raises
        ------
        StoreLocked : another process holds it, or the file system knows no locks
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            taken = self._take(fcntl.LOCK_SH if shared else fcntl.LOCK_EX, wait=wait)
        except OSError as error:
            os.close(self.descriptor)
            raise StoreLocked(
                Words(
                    "cannot lock {file}: {why}; mount that file system with locks, or use another folder",
                    file=str(file),
                    why=from_disk(error),
                )
            ) from error
        if not taken:
            os.close(self.descriptor)
            raise StoreLocked(
                Words(
                    "another process is at work on {folder}; wait until it ends, or cancel it", folder=str(file.parent)
                )
            )

    def _take(self, kind: int, *, wait: bool) -> bool:
        if wait:
            fcntl.flock(self.descriptor, kind)
            return True
        for attempt in range(_TRIES):
            try:
                fcntl.flock(self.descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_S if attempt < _TRIES - 1 else 0)
            else:
                return True
        return False

    def close(self) -> None:
        """Let go, unless a child still has the descriptor."""
        os.close(self.descriptor)

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_locked(file: Path) -> bool:
    """Whether somebody holds the lock now."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
