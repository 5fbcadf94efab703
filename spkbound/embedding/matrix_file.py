"""What do a bare matrix and a list of paths say? Embeddings from elsewhere, one row and one line per utterance."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from spkbound.domain import Unreadable, path_to_text
from spkbound.embedding.columns import Embeddings
from spkbound.errors import StoreError

_ROWS_AT_ONCE = 1 << 16


def open_matrix(matrix_file: Path, paths_file: Path) -> Embeddings:
    """Open an ``.npy`` (n_utterances, dim) with a list of paths, one per line; rows of NaN or zeros are gaps.

    Raises
    ------
    StoreError : one of them cannot be read, they do not fit together, or a path stands there twice
    """
    matrix = _load_matrix(matrix_file)
    paths = _load_paths(paths_file)
    if len(paths) != len(matrix):
        raise StoreError(
            f"{matrix_file} has {len(matrix)} rows, {paths_file} has {len(paths)} lines; give one path per row"
        )
    unknown = np.full(len(paths), np.nan, np.float32)
    return Embeddings(
        folder=Path(matrix_file).parent,
        origin="matrix",
        encoder=None,
        corpus_root=None,
        order="manifest",
        channel=None,
        paths=pa.array(paths, pa.binary()),
        embeddings=matrix,
        durations_s=unknown,
        levels_db=unknown.copy(),
        short=np.zeros(len(paths), bool),
        unreadable=[
            Unreadable(index=index, path=paths[index], stage="network", reason="no embedding in the matrix")
            for index in _find_gaps(matrix)
        ],
    )


def _load_matrix(file: Path) -> np.ndarray:
    try:
        matrix = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise StoreError(f"cannot read {file}: {error}; give an .npy file of numbers") from error
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise StoreError(f"{file} is no matrix of floats (n_utterances, dim); save embeddings as such an array")
    return matrix if matrix.dtype == np.float32 else matrix.astype(np.float32)


def _load_paths(file: Path) -> list[bytes]:
    try:
        lines = Path(file).read_bytes().splitlines()
    except OSError as error:
        raise StoreError(f"cannot read {file}: {error.strerror}; give a list of paths, one per line") from error
    numbers: dict[bytes, int] = {}
    for number, path in enumerate(lines, start=1):
        earlier = numbers.setdefault(path, number)
        if earlier != number:
            raise StoreError(f"{file}: {path_to_text(path)!r} stands in line {earlier} and in line {number}")
    return lines


def _find_gaps(matrix: np.ndarray) -> list[int]:
    gaps: list[int] = []
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        rows = matrix[start : start + _ROWS_AT_ONCE]
        is_gap = ~np.isfinite(rows).all(axis=1) | ~rows.any(axis=1)
        gaps += (start + np.flatnonzero(is_gap)).tolist()
    return gaps
