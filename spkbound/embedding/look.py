"""What does the file system say of files, one or a million? Sizes and times; nothing is opened."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
from pyarrow import fs

_LOOKERS = 8
_FILES_PER_LOOK = 1_000
_NOTHING = (-1, -1)


def look_at(source: bytes) -> tuple[int, int]:
    """Size and time of a file, (-1, -1) where there is none."""
    try:
        facts = os.stat(source)
    except OSError:
        return _NOTHING
    return facts.st_size, facts.st_mtime_ns


def look_at_many(root: bytes, paths: pa.BinaryArray) -> np.ndarray:
    """Size and time of each of `paths` below `root`: int64 (n, 2), -1 where no file is.

    Several at a time, in native code: threads wait together for a network, and share the work on a local disk.
    """
    root = root.rstrip(b"/") + b"/"
    found = np.empty((len(paths), 2), np.int64)

    def look(start: int) -> None:
        found[start : start + _FILES_PER_LOOK] = _look(root, paths[start : start + _FILES_PER_LOOK].to_pylist())

    with ThreadPoolExecutor(_LOOKERS) as lookers:
        for _ in lookers.map(look, range(0, len(paths), _FILES_PER_LOOK)):
            pass
    return found


def _look(root: bytes, paths: list[bytes]) -> list[tuple[int, int]]:
    sources = [root + path for path in paths]
    try:
        facts = fs.LocalFileSystem().get_file_info([source.decode() for source in sources])
    except (OSError, ValueError):  # a name that is no text, a folder that may not be entered
        return [look_at(source) for source in sources]
    is_file = fs.FileType.File
    return [
        (fact.size, fact.mtime_ns) if fact.type == is_file else look_at(source) for fact, source in zip(facts, sources)
    ]
