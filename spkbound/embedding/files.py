"""How does a file appear as a whole or not at all? Temporary name, fsync, rename, fsync of the folder."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from spkbound.errors import StoreError

TEMPORARY_PREFIX = ".tmp-"


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; what is written there becomes `path` when the block ends well.

    Raises
    ------
    StoreError : disk full, folder read-only, ...
    """
    temporary = path.parent / f"{TEMPORARY_PREFIX}{os.getpid()}-{path.name[-60:]}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
        sync(path.parent)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror or error}; free some space or make the folder writable, then run"
            " the same command again: it goes on from there"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def sync(path: Path) -> None:
    """Make a file or folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_temporaries(folder: Path) -> None:
    """Remove what a killed process left half-written."""
    for leftover in folder.glob(f"{TEMPORARY_PREFIX}*"):
        leftover.unlink(missing_ok=True)
