"""In which order do the utterances stand? [pure]"""

import re
from collections.abc import Iterable

_NUMBER = re.compile(rb"0*([0-9]+)")
_LONGEST_NUMBER = 255


def sort_paths(paths: Iterable[bytes], order: str) -> list[bytes]:
    """Sort relative paths: ``path`` byte-wise, ``natural`` with numbers by value and folder by folder.

    ``manifest`` keeps what is given.
    """
    if order == "path":
        return sorted(paths)
    if order == "natural":
        return sorted(paths, key=natural_key)
    return list(paths)


def natural_key(path: bytes) -> tuple[bytes, bytes]:
    """Key under which ``x2`` stands before ``x10``; equal values (``x02``, ``x2``) fall back to the bytes.

    A number becomes ``0``, its length, its digits: so it still sorts where digits sort, and longer means larger.
    ``/`` becomes the smallest byte, so a folder's files stand together.
    """
    return _NUMBER.sub(_by_length, path).replace(b"/", b"\0"), path


def _by_length(found: re.Match[bytes]) -> bytes:
    # The length is kept away from "/" (47), which is replaced afterwards.
    length = min(len(found[1]), _LONGEST_NUMBER)
    return b"0" + length.to_bytes(2, "big").replace(b"/", b".\xff") + found[1]
