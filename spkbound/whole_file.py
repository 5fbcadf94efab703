"""How does a file appear as a whole or not at all? A temporary name beside it, flushed, renamed, the folder flushed."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

_PREFIX = ".spkbound.tmp-"
_LONGEST = 60  # bytes of the name that are kept: with them the temporary name is no longer than a name may be


@contextlib.contextmanager
def whole_file(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give a temporary path in the same folder; what is written there becomes `path` when the block ends well.

    `durable`: a power cut leaves the old content or the new; otherwise it may leave an empty file.

    Raises
    ------
    OSError : disk full, folder read-only, ...; its file name is `path`
    """
    name = os.fsencode(path.name)[-_LONGEST:]
    temporary = Path(os.fsdecode(b"%s/%s%d-%s" % (os.fsencode(path.parent), _PREFIX.encode(), os.getpid(), name)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        if durable:
            sync_file(temporary)
        os.replace(temporary, path)
        if durable:
            sync_folder(path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error  # a full disk names no file
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Replace `path` by `content`, as `whole_file` does."""
    with whole_file(path, durable=durable) as temporary:
        temporary.write_bytes(content)


def remove_temporaries(folder: Path) -> None:
    """Remove what killed processes left half-written; for who knows that nobody is at work there."""
    for leftover in folder.glob(f"{_PREFIX}*"):
        leftover.unlink(missing_ok=True)


def sync_file(path: Path | bytes) -> None:
    """Make the content of a file survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path | bytes) -> None:
    """Make the names in a folder survive a power cut, where its file system can."""
    try:
        sync_file(path)
    except OSError as error:
        # Some network file systems cannot sync a folder; the files in it were synced.
        log.debug("cannot sync %s: %s", os.fsdecode(path), error)
