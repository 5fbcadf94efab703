"""Which pickles lie in a tree, and are they still the same? Looks at names, sizes and times; opens one to read it."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SUFFIX = b".pkl"


@dataclass(frozen=True, slots=True)
class PickleFiles:
    """Names relative to the tree's folder, in byte order, with size and time of each: int64 ``(n,)``, -1 unknown.

    `beside`: size and time of the statistics beside them, -1 where there are none.
    """

    names: list[bytes]
    sizes: np.ndarray
    mtimes_ns: np.ndarray
    beside: tuple[int, int]

    def digest(self) -> str:
        """Another one for any other names, sizes or times."""
        found = hashlib.blake2b(b"\0".join(self.names), digest_size=16)
        for column in (self.sizes, self.mtimes_ns, np.array(self.beside)):
            found.update(column.astype("<i8").tobytes())
        return found.hexdigest()


def find_pickles(root: bytes) -> Iterator[bytes]:
    """Names of all pickles below `root`, in no order; nothing below a folder whose name begins with a dot."""
    for entry in _entries(root):
        yield entry.path[len(root) + 1 :]


def look_at_pickles(root: bytes, beside: tuple[int, int]) -> PickleFiles:
    """Names, sizes and times of all pickles below `root`, without opening one."""
    found = sorted((entry.path[len(root) + 1 :], *size_and_time(entry)) for entry in _entries(root))
    names, sizes, mtimes_ns = zip(*found, strict=True) if found else ((), (), ())
    return PickleFiles(list(names), np.array(sizes, np.int64), np.array(mtimes_ns, np.int64), beside)


def read_pickle(root: int, name: bytes) -> tuple[bytes, os.stat_result]:
    """Read a pickle below the open folder `root`; gives what it holds, and its size and time. Raises OSError."""
    # Opening a pipe would wait for ever without O_NONBLOCK.
    opened = os.open(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd=root)
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("no regular file")
        content = os.read(opened, status.st_size + 1)
        while len(content) < status.st_size and (more := os.read(opened, status.st_size)):
            content += more
        return content, status
    finally:
        os.close(opened)


def size_and_time(file: os.DirEntry | Path) -> tuple[int, int]:
    """Size and time of a file, in nanoseconds; -1 where there is none."""
    try:
        status = file.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _entries(folder: bytes) -> Iterator[os.DirEntry]:
    try:
        entries = os.scandir(folder)
    except OSError:
        return
    with entries:
        for entry in entries:
            if entry.name.startswith(b"."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(entry.path)
            elif entry.name.endswith(SUFFIX):
                yield entry
