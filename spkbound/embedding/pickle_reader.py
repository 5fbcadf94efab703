"""What stands in each pickle of a tree? Read safely one by one, or by a form they have in common, in a few threads."""

import logging
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from spkbound.domain import path_to_text, stays_below
from spkbound.embedding.pickle_files import SUFFIX, PickleFiles, read_pickle
from spkbound.embedding.pickle_form import Form, learn_form
from spkbound.embedding.unpickle import load_pickle
from spkbound.errors import StoreCorrupt, StoreError

log = logging.getLogger(__name__)

_READERS = 2
_FILES_PER_READ = 500
_MOST_LESSONS = 16  # pickles looked at for a form; a tree has one or two
_BROKEN = "its .pkl cannot be read"
_FLOAT = np.dtype("<f4")
_NO_NUMBERS = "its embedding is empty or not finite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some pickles, column by column. `reasons`: why there is no embedding, "" where there is one.

    `embeddings` float32 ``(n_embedded, dim)``: of those that have one, in the same order.
    """

    names: list[bytes]
    paths: list[bytes]
    reasons: list[str]
    sizes: list[int]
    mtimes_ns: list[int]
    embeddings: np.ndarray


def read_pickles(root: bytes, names: list[bytes]) -> list[Piece]:
    """Read the pickles `names` below `root`.

    Raises
    ------
    UnsafePickle : a pickle asks for anything but arrays and plain containers
    StoreError : one holds no embedding of an utterance, or not all embeddings have one length
    """
    opened = os.open(root, os.O_RDONLY)
    try:
        reader = _Reader(root, opened)
        starts = range(0, len(names), _FILES_PER_READ)
        with ThreadPoolExecutor(_READERS) as readers:
            pieces = list(readers.map(lambda start: reader.read(names[start : start + _FILES_PER_READ]), starts))
    finally:
        os.close(opened)
    _check_lengths(root, {piece.embeddings.shape[1] for piece in pieces if len(piece.embeddings)})
    _add_usual_suffix(pieces)
    return pieces


def as_they_were(pieces: list[Piece], beside: tuple[int, int]) -> PickleFiles:
    """Names, sizes and times of all pickles at the moment when they were read."""
    return PickleFiles(
        names=[name for piece in pieces for name in piece.names],
        sizes=np.concatenate([np.array(piece.sizes, np.int64) for piece in pieces]),
        mtimes_ns=np.concatenate([np.array(piece.mtimes_ns, np.int64) for piece in pieces]),
        beside=beside,
    )


class _Reader:
    def __init__(self, root: bytes, opened: int) -> None:
        self._root, self._opened = root, opened
        self._forms: list[Form] = []
        self._lessons_left = _MOST_LESSONS

    def read(self, names: list[bytes]) -> Piece:
        """Read some pickles. One that is truncated is a gap in the place that its own name gives."""
        paths, reasons, sizes, mtimes_ns, embeddings = [], [], [], [], []
        for name in names:
            size = mtime_ns = -1
            try:
                content, status = read_pickle(self._opened, name)
                size, mtime_ns = status.st_size, status.st_mtime_ns
                path, embedding = self._understand(content, name)
                reason = "" if embedding else _NO_NUMBERS
            except (StoreCorrupt, OSError) as error:
                log.warning("cannot use %s: %s", self._full(name), error)
                path, embedding, reason = name.removesuffix(SUFFIX), b"", _BROKEN
            paths.append(path)
            reasons.append(reason)
            sizes.append(size)
            mtimes_ns.append(mtime_ns)
            if not reason:
                embeddings.append(embedding)
        _check_lengths(self._root, {len(embedding) // _FLOAT.itemsize for embedding in embeddings})
        matrix = _without_nonsense(reasons, embeddings)
        return Piece(names=names, paths=paths, reasons=reasons, sizes=sizes, mtimes_ns=mtimes_ns, embeddings=matrix)

    def _understand(self, content: bytes, name: bytes) -> tuple[bytes, bytes]:
        """Path that stands in a pickle, and the bytes of its embedding as float32."""
        for form in self._forms:
            filled = form.read(content)
            if filled is not None:
                path, numbers = filled
                if form.dtype != _FLOAT:
                    numbers = np.frombuffer(numbers, form.dtype).astype(_FLOAT).tobytes()
                return self._below(path, name), numbers
        value = load_pickle(content, name=self._full(name))
        try:
            numbers = np.asarray(value["embedding"], _FLOAT).tobytes()
            path = value["relative_path"].encode("utf-8", "surrogateescape")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise StoreError(f"{self._full(name)} holds no embedding of an utterance; move it elsewhere") from error
        if self._lessons_left:
            self._lessons_left -= 1
            form = learn_form(content, value)
            self._forms += [form] if form is not None else []
        return self._below(path, name), numbers

    def _below(self, path: bytes, name: bytes) -> bytes:
        if not stays_below(path):
            where = path_to_text(path)
            raise StoreError(f"{self._full(name)} is of {where!r}, which is in no corpus; move it elsewhere")
        return path

    def _full(self, name: bytes) -> str:
        return path_to_text(os.path.join(self._root, name))


def _check_lengths(root: bytes, dims: set[int]) -> None:
    if len(dims) > 1:
        where, found = path_to_text(root), sorted(dims)
        raise StoreError(f"the pickles below {where} hold embeddings of lengths {found}; one encoder makes one length")


def _without_nonsense(reasons: list[str], embeddings: list[bytes]) -> np.ndarray:
    """Put embeddings together but for those that are not finite, and give these their reason."""
    if not embeddings:
        return np.zeros((0, 0), np.float32)
    matrix = np.frombuffer(b"".join(embeddings), _FLOAT).reshape(len(embeddings), -1)
    finite = np.isfinite(matrix).all(1)
    if finite.all():
        return matrix
    embedded = np.array([place for place, reason in enumerate(reasons) if not reason])
    for place in embedded[~finite].tolist():
        reasons[place] = _NO_NUMBERS
    return matrix[finite]


def _add_usual_suffix(pieces: list[Piece]) -> None:
    """Give a broken pickle, whose own name lacks it, the suffix that most recordings of the tree have."""
    broken = [(piece, place) for piece in pieces for place, why in enumerate(piece.reasons) if why == _BROKEN]
    if not broken:
        return
    good = (path for piece in pieces for path, why in zip(piece.paths, piece.reasons) if not why)
    suffixes = Counter(os.path.splitext(path)[1] for path in good)
    for piece, place in broken:
        if suffixes and os.path.splitext(piece.paths[place])[1] not in suffixes:
            piece.paths[place] += suffixes.most_common(1)[0][0]
