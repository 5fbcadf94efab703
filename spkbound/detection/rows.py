"""Which rows of a matrix can be used, and how is one read that is larger than memory? Knows nothing of speakers."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spkbound.errors import UsageError

BLOCK_ROWS = 65_536
_SAMPLE_ROWS = 60_000  # a larger corpus is sampled
_RUN_ROWS = 200  # in runs, so that successive differences exist


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Embeddings read in blocks as float32, at a scale where squares neither overflow nor vanish.

    `matrix` is ``(n, dim)`` of any float type, also memory-mapped; `scale` a power of two.
    """

    matrix: np.ndarray
    scale: float

    def __len__(self) -> int:
        return self.matrix.shape[0]

    @property
    def dim(self) -> int:
        return self.matrix.shape[1]

    def read(self, places: slice | np.ndarray) -> np.ndarray:
        chosen = self.matrix[places]
        if self.scale != 1.0:
            chosen = chosen.astype(np.float64) * self.scale
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(chosen, dtype=np.float32)

    def blocks(self, size: int = BLOCK_ROWS) -> Iterator[tuple[int, np.ndarray]]:
        """Go through the matrix once, giving mapped pages back after each block."""
        for start in range(0, len(self), size):
            yield start, self.read(slice(start, start + size))
            self.release()

    def release(self) -> None:
        """Take the mapped pages out of our resident set; they stay in the file cache."""
        base = self.matrix
        while base is not None and not isinstance(base, mmap.mmap):
            base = getattr(base, "base", None)
        if base is not None and hasattr(base, "madvise"):
            base.madvise(mmap.MADV_DONTNEED)


def open_rows(embeddings: object) -> Rows:
    """Check the shape of `embeddings` and find their scale.

    Raises
    ------
    UsageError : not two-dimensional, or not numbers
    """
    matrix = embeddings if isinstance(embeddings, np.ndarray) else np.asarray(embeddings)
    if matrix.ndim != 2:
        raise UsageError(f"embeddings must have the shape (n_utterances, dim), found {matrix.shape}")
    if matrix.dtype.kind not in "fiub":
        raise UsageError(f"embeddings must be real numbers, found {matrix.dtype}")
    return Rows(matrix=matrix, scale=_scale(matrix))


def usable(block: np.ndarray) -> np.ndarray:
    """Tell rows that carry evidence from gaps: finite, and not only zeros. Bool ``(n,)``."""
    with np.errstate(over="ignore", invalid="ignore"):
        energy = np.einsum("ij,ij->i", block, block)
    return np.isfinite(energy) & (energy > 0)


def sample_rows(rows: Rows, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Read the usable rows, or a sample of runs of a large corpus: float32 ``(m, dim)``, and the run of each."""
    n = len(rows)
    if n <= 1.3 * _SAMPLE_ROWS:
        block, runs = np.array(rows.read(slice(None))), np.zeros(n, dtype=np.int64)
    else:
        starts = np.sort(rng.choice(n // _RUN_ROWS, _SAMPLE_ROWS // _RUN_ROWS, replace=False)) * _RUN_ROWS
        block = np.concatenate([rows.read(slice(start, start + _RUN_ROWS)) for start in starts])
        runs = np.repeat(np.arange(len(starts)), _RUN_ROWS)
    rows.release()
    keep = usable(block)
    return (block, runs) if keep.all() else (block[keep], runs[keep])


def _scale(matrix: np.ndarray) -> float:
    if not matrix.size:
        return 1.0
    step = max(1, len(matrix) // 500)
    norms = np.linalg.norm(matrix[::step].astype(np.float64), axis=1)
    norms = norms[np.isfinite(norms) & (norms > 0)]
    typical = np.median(norms) if len(norms) else 1.0
    return 1.0 if 1e-3 < typical < 1e3 else float(2.0 ** -np.round(np.log2(typical)))
