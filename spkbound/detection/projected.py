"""What is left of the corpus once projected? Rows, what each counts, and sums over blocks."""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.rows import Rows, usable
from spkbound.detection.whiten import Whitening


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """The whitened corpus; a gap is a zero row that counts nothing but keeps its place.

    Attributes
    ----------
    rows : float32 (n, k)
    mass : float32 (n,)
        What each utterance counts: 1 as a rule, 0 for a gap.
    block : int
        Utterances per block.
    edges : int64 (n_blocks + 1,)
        Where blocks begin and end, from 0 to n.
    sums, masses : float64 (n_blocks + 1, k), (n_blocks + 1,)
        Of all utterances before each edge, each times its mass.
    spread : float64 (k,)
        Variance of an utterance over speakers, in units of that within.
    """

    rows: np.ndarray
    mass: np.ndarray
    block: int
    edges: np.ndarray
    sums: np.ndarray
    masses: np.ndarray
    spread: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def project(rows: Rows, whitening: Whitening, weights: np.ndarray | None, *, block: int) -> Projected:
    """Project all rows, in blocks of memory; `weights` ``(n,)`` with mean 1 over those that count, or None."""
    n = len(rows)
    projected = np.zeros((n, whitening.axes.shape[1]), dtype=np.float32)
    mass = np.ones(n, dtype=np.float32) if weights is None else weights.astype(np.float32)
    for start, chunk in rows.blocks():
        keep = usable(chunk)
        stop = start + len(chunk)
        mass[start:stop][~keep] = 0
        if keep.all():
            projected[start:stop] = whitening.project(chunk)
        elif keep.any():
            projected[start:stop][keep] = whitening.project(chunk[keep])
    projected[mass == 0] = 0
    edges = np.unique(np.append(np.arange(0, n + 1, block), n))
    return Projected(
        rows=projected,
        mass=mass,
        block=block,
        edges=edges,
        sums=_prefix(projected, mass, edges),
        masses=np.concatenate([[0.0], np.cumsum(np.add.reduceat(mass.astype(np.float64), edges[:-1]))]),
        spread=whitening.spread,
    )


def _prefix(rows: np.ndarray, mass: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Sum rows times mass up to each edge; float64 across blocks, where float32 would not be exact enough."""
    n_blocks = len(edges) - 1
    sums = np.zeros((n_blocks + 1, rows.shape[1]))
    step = 8192
    for first in range(0, n_blocks, step):
        cut = edges[first : min(first + step, n_blocks) + 1]
        part = rows[cut[0] : cut[-1]]
        weights = mass[cut[0] : cut[-1]]
        part = part if np.all((weights == 1) | (weights == 0)) else part * weights[:, None]
        sums[first + 1 : first + len(cut)] = np.add.reduceat(part, cut[:-1] - cut[0], axis=0, dtype=np.float64)
    return np.cumsum(sums, axis=0)
