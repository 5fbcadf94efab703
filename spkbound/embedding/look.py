"""What does the file system say of files, one or a million? Sizes and times; nothing is opened."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import fs

import spkbound.embedding.arrow_start  # noqa: F401 before the first array

_LOOKERS = 8
_FILES_PER_LOOK = 1_000
_NOTHING = (-1, -1)
_SLASH = pa.scalar(b"/", pa.binary())


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
    found = np.empty((len(paths), 2), np.int64)
    folder = pa.scalar(root.rstrip(b"/"), pa.binary())

    def look(start: int) -> None:
        some = paths[start : start + _FILES_PER_LOOK]
        found[start : start + len(some)] = _look(pc.binary_join_element_wise(folder, some, _SLASH))

    with ThreadPoolExecutor(_LOOKERS) as lookers:
        for _ in lookers.map(look, range(0, len(paths), _FILES_PER_LOOK)):
            pass
    return found


def _look(sources: pa.BinaryArray) -> list[tuple[int, int]]:
    try:
        facts = fs.LocalFileSystem().get_file_info(sources.cast(pa.string()).to_pylist())
    except (OSError, ValueError):  # a name that is no text, a folder that may not be entered
        return [look_at(source) for source in sources.to_pylist()]
    # Only of a file is there a size; what else there is `look_at` knows.
    sizes = [fact.size for fact in facts]
    return [
        (size, fact.mtime_ns) if size is not None else look_at(sources[k].as_py())
        for k, (size, fact) in enumerate(zip(sizes, facts))
    ]
