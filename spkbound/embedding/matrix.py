"""What if the embeddings were made elsewhere? A matrix and a list of paths, taken as they are."""

import os
import tokenize
from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.domain import Unreadable
from spkbound.embedding.columns import Embeddings
from spkbound.errors import StoreCorrupt, StoreError
from spkbound.words import Words


def open_matrix(matrix: Path, paths: Path) -> Embeddings:
    """Open ``X.npy``, float (n_utterances, dim), and a file with one path per line in the same order.

    Relative paths count from the folder of the list; absolute ones keep their common folder as root. A row with NaN or
    only zeros is a gap.

    Raises
    ------
    StoreError : a file is missing
    StoreCorrupt : not a matrix of numbers, as many rows as paths, without repeated paths
    """
    embeddings = _read_matrix(matrix)
    lines = _read_lines(paths)
    if len(lines) != len(embeddings):
        raise StoreCorrupt(f"{matrix} has {len(embeddings):,} rows, but {paths} names {len(lines):,} files")
    root, relative = _split_root(lines, folder=os.fsencode(paths.absolute().parent))
    if len(set(relative)) != len(relative):
        raise StoreCorrupt(f"{paths} names a file twice; each utterance has one place in the order")
    n = len(lines)
    return Embeddings(
        folder=matrix.absolute().parent,
        origin="matrix",
        encoder=None,
        corpus_root=root,
        order="manifest",
        channel=None,
        paths=pa.array(relative, pa.binary()),
        embeddings=embeddings,
        durations_s=np.full(n, np.nan, np.float32),
        levels_db=np.full(n, np.nan, np.float32),
        unreadable=_gaps(embeddings, relative),
    )


def _read_matrix(file: Path) -> np.ndarray:
    try:
        matrix = np.load(file, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise StoreError(f"cannot read {file}: {error.strerror or error}") from error
    except (ValueError, EOFError, OverflowError, MemoryError, tokenize.TokenError) as error:
        raise StoreCorrupt(f"{file} is no .npy file of numbers ({error})") from error
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype.kind != "f" or matrix.shape[1] == 0:
        raise StoreCorrupt(f"{file} must hold floats of shape (n_utterances, dim)")
    return matrix


def _read_lines(file: Path) -> list[bytes]:
    try:
        lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise StoreError(f"cannot read {file}: {error.strerror}") from error
    while lines and not lines[-1]:
        lines.pop()
    if not all(lines):
        raise StoreCorrupt(f"{file}: line {lines.index(b'') + 1} is empty")
    if any(b"\0" in line for line in lines):
        raise StoreCorrupt(f"{file} is no list of paths: it holds zero bytes; save it as UTF-8 text")
    return lines


def _split_root(lines: list[bytes], *, folder: bytes) -> tuple[bytes, list[bytes]]:
    sources = [os.path.normpath(os.path.join(folder, line)) for line in lines]
    below = folder.rstrip(b"/") + b"/"
    root = (
        folder
        if all(source.startswith(below) for source in sources)
        else os.path.commonpath([os.path.dirname(source) for source in sources])
    )
    start = len(root.rstrip(b"/")) + 1
    return root, [source[start:] for source in sources]


def _gaps(embeddings: np.ndarray, paths: list[bytes]) -> list[Unreadable]:
    gaps = []
    for start in range(0, len(embeddings), 65_536):
        rows = np.asarray(embeddings[start : start + 65_536])
        empty = ~np.isfinite(rows).all(axis=1) | ~rows.any(axis=1)
        gaps += (start + np.flatnonzero(empty)).tolist()
    return [Unreadable(index=i, path=paths[i], stage="network", reason=Words("no embedding in this row")) for i in gaps]
