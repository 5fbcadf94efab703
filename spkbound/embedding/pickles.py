"""What does a tree of pickles hold, ours or the baseline's? One embedding per file, put in order by original path.

Unreadable utterances have no pickle. Their places come from ``extraction_stats.json`` beside the tree; without it
nobody knows them, and the result says so.
"""

import json
import logging
import os
import stat
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.domain import Unreadable, path_to_text, stays_below, text_to_path
from spkbound.embedding.columns import Embeddings
from spkbound.embedding.layout import Layout
from spkbound.embedding.unpickle import load_pickle
from spkbound.encoders.base import EncoderIdentity
from spkbound.errors import StoreCorrupt, StoreError

log = logging.getLogger(__name__)

_READERS = 2
_FILES_PER_READ = 2_000
_SUFFIX = b".pkl"
_BROKEN = "its .pkl cannot be read"


@dataclass(frozen=True, slots=True)
class _Vector:
    """One pickle: the path that it says it is of, and its embedding or why there is none."""

    path: bytes
    file: bytes
    embedding: np.ndarray | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stats:
    """What ``extraction_stats.json`` says. `failures` is None when it does not list them."""

    failures: list[Unreadable] | None
    encoder: EncoderIdentity | None
    order: str


def load_pickle_tree(folder: Path) -> Embeddings:
    """Read all pickles below `folder`, in byte-wise order of the relative paths that they name.

    Raises
    ------
    UnsafePickle : a pickle asks for anything but arrays and plain containers
    StoreError : no pickle there, embeddings of different lengths, or an utterance twice
    """
    root = os.fsencode(Path(folder).absolute())
    files = sorted(_find_pickles(root))
    if not files:
        raise StoreError(f"no embeddings: no .pkl file below {folder}; give the folder that extract wrote to")
    vectors = _with_usual_suffix(_read_all(root, files))
    stats = _read_stats(Layout(Path(folder)).stats)
    gaps = [_Vector(each.path, b"", None, f"{each.stage}: {each.reason}") for each in stats.failures or []]
    by_path = _merge(vectors, gaps)
    if stats.order != "path":
        log.warning("%s was extracted in %s order; a tree of pickles is read in path order", folder, stats.order)
    return _as_embeddings(Path(folder), [by_path[path] for path in sorted(by_path)], stats)


def has_pickles(folder: Path) -> bool:
    """Whether any .pkl file lies below `folder`."""
    return next(_find_pickles(os.fsencode(folder)), None) is not None


def _find_pickles(root: bytes) -> Iterator[bytes]:
    for where, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(b".")]
        yield from (os.path.join(where, name) for name in names if name.endswith(_SUFFIX) and name[:1] != b".")


def _read_all(root: bytes, files: list[bytes]) -> list[_Vector]:
    starts = range(0, len(files), _FILES_PER_READ)
    with ThreadPoolExecutor(_READERS) as readers:
        pieces = readers.map(
            lambda start: [_read_vector(root, file) for file in files[start : start + _FILES_PER_READ]], starts
        )
        return [vector for piece in pieces for vector in piece]


def _with_usual_suffix(vectors: list[_Vector]) -> list[_Vector]:
    """Give a broken pickle, whose own name lacks it, the suffix that most recordings of the tree have."""
    suffixes = Counter(os.path.splitext(each.path)[1] for each in vectors if each.embedding is not None)
    if not suffixes:
        return vectors
    usual = suffixes.most_common(1)[0][0]
    return [
        replace(each, path=each.path + usual)
        if each.reason == _BROKEN and os.path.splitext(each.path)[1] not in suffixes
        else each
        for each in vectors
    ]


def _read_vector(root: bytes, file: bytes) -> _Vector:
    """Read one pickle. One that is truncated is a gap in the place that its own name gives."""
    try:
        content = load_pickle(_read_file(file), name=path_to_text(file))
    except (StoreCorrupt, OSError) as error:
        log.warning("cannot use %s: %s", path_to_text(file), error)
        return _Vector(os.path.relpath(file, root).removesuffix(_SUFFIX), file, None, _BROKEN)
    try:
        embedding = np.asarray(content["embedding"], np.float32).reshape(-1)
        path = content["relative_path"].encode("utf-8", "surrogateescape")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise StoreError(f"{path_to_text(file)} holds no embedding of an utterance; move it elsewhere") from error
    if not stays_below(path):
        raise StoreError(f"{path_to_text(file)} is of {path_to_text(path)!r}, which is in no corpus; move it elsewhere")
    if embedding.size == 0 or not np.isfinite(embedding).all():
        return _Vector(path, file, None, "its embedding is empty or not finite")
    return _Vector(path, file, embedding)


def _read_file(file: bytes) -> bytes:
    # Opening a pipe would wait for ever without O_NONBLOCK.
    with open(file, "rb", buffering=0, opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OSError("no regular file")
        return opened.read()


def _merge(vectors: list[_Vector], gaps: list[_Vector]) -> dict[bytes, _Vector]:
    by_path: dict[bytes, _Vector] = {}
    for vector in vectors:
        earlier = by_path.setdefault(vector.path, vector)
        if earlier is not vector:
            both = f"{path_to_text(earlier.file)} and {path_to_text(vector.file)}"
            raise StoreError(f"{both} are both of {path_to_text(vector.path)}; remove the one that is out of date")
    for gap in gaps:
        by_path.setdefault(gap.path, gap)
    return by_path


def _read_stats(file: Path) -> _Stats:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return _Stats(
            failures=_failures(values),
            encoder=EncoderIdentity.from_dict(values["encoder"]) if "encoder" in values else None,
            order=values.get("order", "path"),
        )
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        log.warning("cannot use %s: %s: %s", file, type(error).__name__, error)
    return _Stats(failures=None, encoder=None, order="path")


def _failures(values: dict) -> list[Unreadable] | None:
    if "failures" not in values:
        return [] if values.get("total_failed") == 0 else None
    failures = [
        Unreadable(
            index=-1,
            path=text_to_path(each["relative_path"]),
            stage=str(each.get("stage", "open")),
            reason=str(each.get("reason", "")),
        )
        for each in values["failures"]
    ]
    if not all(stays_below(each.path) for each in failures):
        raise ValueError("it lists a path that is in no corpus")
    return failures


def _as_embeddings(folder: Path, vectors: list[_Vector], stats: _Stats) -> Embeddings:
    known = {each.path: each for each in stats.failures or []}
    dims = sorted({len(vector.embedding) for vector in vectors if vector.embedding is not None})
    if not dims:
        raise StoreError(f"none of the pickles below {folder} can be used; extract again")
    if len(dims) != 1:
        raise StoreError(f"the pickles below {folder} hold embeddings of lengths {dims}; one encoder makes one length")
    matrix = np.full((len(vectors), dims[0]), np.nan, np.float32)
    unreadable = []
    for index, vector in enumerate(vectors):
        if vector.embedding is not None:
            matrix[index] = vector.embedding
            continue
        why = known.get(vector.path)
        stage, reason = (why.stage, why.reason) if why else ("open", vector.reason)
        unreadable.append(Unreadable(index=index, path=vector.path, stage=stage, reason=reason))
    unknown = np.full(len(vectors), np.nan, np.float32)
    return Embeddings(
        folder=folder,
        origin="pickles",
        encoder=stats.encoder,
        corpus_root=None,
        order="path",
        channel=None,
        paths=pa.array([vector.path for vector in vectors], pa.binary()),
        embeddings=matrix,
        durations_s=unknown,
        levels_db=unknown.copy(),
        short=np.zeros(len(vectors), bool),
        unreadable=unreadable,
        unreadable_unknown=stats.failures is None,
    )
