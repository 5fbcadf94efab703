"""Where does an utterance's pickle lie, and what is in it? The baseline's form, field by field, for its users."""

import contextlib
import hashlib
import os
import pickle
from collections.abc import Iterable

import numpy as np

_LONGEST_NAME = 255
_PICKLE = b".pkl"


def mirror_names(paths: Iterable[bytes]) -> list[bytes]:
    """Name the pickle of each utterance, in corpus order, relative to the folder of embeddings.

    ``a/b.wav`` → ``a/b.pkl``. Where stems collide the first in order gets it, later ones ``a/b.mp3.pkl``. No name
    is ever given twice, nor one that a folder needs.
    """
    paths = list(paths)
    taken = _folders(paths)
    names = []
    for path in paths:
        name = _plain_name(path)
        if name in taken or len(name) > _LONGEST_NAME:
            name = next(name for name in _candidates(path) if name not in taken)
        taken.add(name)
        names.append(name)
    return names


def write_mirror(folder: bytes, name: bytes, root: bytes, path: bytes, embedding: np.ndarray, worker: int) -> None:
    """Write one pickle, complete or not at all. Raises OSError."""
    target = os.path.join(folder, name)
    parent = os.path.dirname(target)
    temporary = os.path.join(parent, b".tmp-%d.pkl.part" % os.getpid())
    content = {
        "embedding": np.ascontiguousarray(embedding, np.float32),
        "original_path": _text(os.path.join(root, path)),
        "relative_path": _text(path),
        "filename": _text(os.path.basename(path)),
        "embedding_dim": len(embedding),
        "gpu_rank": worker,
    }
    os.makedirs(parent, exist_ok=True)
    with open(temporary, "wb") as opened:
        pickle.dump(content, opened)
    os.replace(temporary, target)


def remove_mirror(folder: bytes, name: bytes) -> None:
    """Remove the pickle of an utterance that has no embedding any more."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(os.path.join(folder, name))


def _text(path: bytes) -> str:
    """Spell a path as Python's file functions take it; `pickles` reads it back exactly."""
    return path.decode("utf-8", "surrogateescape")


def _candidates(path: bytes) -> Iterable[bytes]:
    yield _fitting(_plain_name(path))
    yield _fitting(path + _PICKLE)
    number = 2
    while True:
        yield _fitting(path + b"__%d" % number + _PICKLE)
        number += 1


def _plain_name(path: bytes) -> bytes:
    dot = path.rfind(b".")
    return (path[:dot] if dot > path.rfind(b"/") + 1 else path) + _PICKLE


def _fitting(name: bytes) -> bytes:
    folder, slash, last = name.rpartition(b"/")
    if len(last) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(last).hexdigest()[:16].encode()
    return folder + slash + last[:200] + b"__" + digest + _PICKLE


def _folders(paths: Iterable[bytes]) -> set[bytes]:
    folders: set[bytes] = set()
    for path in paths:
        folder = path.rpartition(b"/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition(b"/")[0]
    return folders
