"""Where does a speaker folder grow until it is whole, and what did a crash leave there? It copies nothing itself."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from spkbound.domain import path_to_text
from spkbound.errors import StoreLocked
from spkbound.export.place import PART_PREFIX
from spkbound.words import Words

log = logging.getLogger(__name__)

UNFINISHED_SUFFIX = b".spkbound-unfinished"


def staging_folder(target: bytes, name: str) -> bytes:
    """Name the folder in which a speaker folder grows until it is whole."""
    return os.path.join(target, b".%s%s" % (os.fsencode(name), UNFINISHED_SUFFIX))


def sweep(folder: bytes, planned: set[bytes] | None) -> None:
    """Remove what a crash left: unfinished copies, and in an unfinished folder all that is not `planned` any more."""
    for name in os.listdir(folder):
        if name.startswith(PART_PREFIX) or (planned is not None and name not in planned):
            os.unlink(os.path.join(folder, name))


def remove_abandoned(target: bytes, planned: set[str]) -> None:
    """Remove unfinished folders that are not `planned` any more, as boundaries moved since."""
    keep = {os.path.basename(staging_folder(target, name)) for name in planned}
    for name in os.listdir(target):
        if name.startswith(b".") and name.endswith(UNFINISHED_SUFFIX) and name not in keep:
            shutil.rmtree(os.path.join(target, name))


@contextmanager
def locked(folder: bytes) -> Iterator[None]:
    """Keep two exports out of one folder; a file system without locks gets none."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise StoreLocked(
            Words("another export into {folder} is running; wait for it", folder=path_to_text(folder))
        ) from error
    except OSError as error:
        log.debug("cannot lock %s: %s", path_to_text(folder), error)
    try:
        yield
    finally:
        os.close(descriptor)
