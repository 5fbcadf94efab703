"""What do the segments between given boundaries sound like? Their sums, in a basis fitted on just these segments.

What to make of it is left to those who look for outliers, missed changes and voices that come back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spkbound.detection.covariance import fit_basis
from spkbound.detection.evenness import EvenSums, even_sums
from spkbound.detection.projected import Projected
from spkbound.detection.score import segment_score
from spkbound.detection.temper import within_inflation

_BLOCK_ROWS = 32_768


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Segments ``[edges[i], edges[i + 1])`` of a corpus, `n` of them.

    Attributes
    ----------
    edges : int64 (n + 1,)
        0 and the number of utterances included.
    even : block sums in the speaker basis, where sessions scatter by `inflation` per utterance
    variances : float64 (k,)
        Of speakers in that basis.
    before, mass_before : float64 (n + 1, k)
        Sums and masses of all utterances before each edge.
    """

    projected: Projected
    segment_size: float
    edges: np.ndarray
    even: EvenSums
    variances: np.ndarray
    inflation: float
    before: np.ndarray
    mass_before: np.ndarray

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def sizes(self) -> np.ndarray:
        """Utterances in each, gaps included: int64 ``(n,)``."""
        return np.diff(self.edges)

    @property
    def sums(self) -> np.ndarray:
        return np.diff(self.before, axis=0)

    @property
    def masses(self) -> np.ndarray:
        return np.diff(self.mass_before, axis=0)

    def score(self, sums: np.ndarray, masses: np.ndarray) -> np.ndarray:
        """How much likelier one speaker than nobody in particular, in nats; see `segment_score`."""
        return segment_score(sums, masses, self.variances, self.inflation)

    @property
    def owners(self) -> np.ndarray:
        """Segment of each utterance: int64 ``(n_utterances,)``."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def total(self, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Sum of values ``(n_utterances, m)`` times weights ``(n_utterances,)`` in each segment: float64 ``(n, m)``."""
        total = np.zeros((len(self), values.shape[1]))
        owners = self.owners
        for part in self.blocks():
            owner = owners[part]
            first = np.flatnonzero(np.diff(owner, prepend=-1))
            total[owner[first]] += np.add.reduceat(values[part] * weights[part, None], first, axis=0)
        return total

    def blocks(self) -> Iterator[slice]:
        """Go through all utterances in blocks of bounded size."""
        n = int(self.edges[-1])
        for start in range(0, n, _BLOCK_ROWS):
            yield slice(start, min(start + _BLOCK_ROWS, n))


def hear_segments(
    projected: Projected, boundaries: np.ndarray, segment_size: float, *, left_out: np.ndarray | None = None
) -> Segments:
    """Measure sessions and speakers once more, now that the segments are known, and sum up each segment.

    Segments `left_out` tell nothing of sessions: what is to be judged by that measure must not hide in it.
    """
    edges = np.concatenate([[0], boundaries, [len(projected)]]).astype(np.int64)
    silent = [np.arange(edges[i], edges[i + 1]) for i in ([] if left_out is None else left_out)]
    basis = fit_basis(projected, segment_size, np.unique(np.concatenate([edges[1:-1], *silent])))
    even = even_sums(projected, basis.axes, segment_size)
    before, mass_before = even.before(edges)
    cuts = np.unique(np.searchsorted(even.edges, edges))
    return Segments(
        projected=projected,
        segment_size=segment_size,
        edges=edges,
        even=even,
        variances=basis.variances,
        inflation=within_inflation(even.sums, even.masses, cuts),
        before=before,
        mass_before=mass_before,
    )
