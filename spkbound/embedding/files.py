"""How does the store write a file? Whole or not at all; what stands in the way is said in the store's words."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from spkbound.errors import StoreError
from spkbound.whole_file import whole_file
from spkbound.words import Words, from_disk


@contextlib.contextmanager
def store_file(path: Path) -> Iterator[Path]:
    """Give a temporary path; what is written there becomes `path` when the block ends well.

    Raises
    ------
    StoreError : disk full, folder read-only, ...
    """
    try:
        with whole_file(path) as temporary:
            yield temporary
    except OSError as error:
        raise StoreError(
            Words(
                "cannot write {file}: {why}; free some space or make the folder writable, then run"
                " the same command again: it goes on from there",
                file=str(path),
                why=from_disk(error),
            )
        ) from error


def open_for_arrow(path: Path) -> pa.NativeFile:
    """Open a file that Arrow is to read, without Python between them; OSError as `open`.

    Arrow's threads let go of what they read from a little later than the call returns. Were that a file of Python's,
    and Python about to end, they would take the whole process down (apache/arrow#34314).
    """
    return pa.OSFile(os.fsencode(path))
