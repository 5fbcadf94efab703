"""What does a detection say? A frozen answer; leaves how it was found to the methods."""

from dataclasses import dataclass, field

import numpy as np

from spkbound.detection.roster.align import Alignment
from spkbound.domain import Boundary, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Boundaries of a corpus with what is known about each, `n_b` of them, in order.

    Attributes
    ----------
    indices : int64 (n_b,)
        Strictly increasing, 0 and n left out: the first utterance after each boundary.
    probabilities : float64 (n_b,)
        In [0, 1], calibrated: a true boundary at exactly this index.
    existence : float64 (n_b,)
        In [0, 1], calibrated: a true boundary inside the interval.
    intervals : int64 (n_b, 2)
        ``[lo, hi]``, both inclusive: the smallest run of places with at least 0.95 of the mass.
    warnings, boundary_warnings
        About the whole corpus; about each boundary.
    similarity : float32 (n_utterances,)
        Cosine in [-1, 1] of the centred means before and from each place on; low where the speaker changes,
        NaN where one side has nothing to say.
    place_starts, place_probabilities
        ``place_probabilities[b][j]`` is the mass at index ``place_starts[b] + j``.
    alignment : which entry of the roster each of the ``n_b + 1`` segments is; None without a roster
    debug : JSON-able notes on how the answer came about.
    suggestions
        What else a reviewer should look at, the costliest first; none unless somebody asked for them.
    """

    indices: np.ndarray
    probabilities: np.ndarray
    existence: np.ndarray
    intervals: np.ndarray
    warnings: tuple[str, ...]
    boundary_warnings: tuple[tuple[str, ...], ...]
    n_utterances: int
    method: str
    settings: dict
    similarity: np.ndarray
    place_starts: np.ndarray
    place_probabilities: tuple[np.ndarray, ...]
    alignment: Alignment | None = None
    debug: dict = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def n_boundaries(self) -> int:
        return len(self.indices)

    def boundaries(self) -> list[Boundary]:
        """The same as objects, one per boundary."""
        return [
            Boundary(
                index=int(self.indices[b]),
                probability=float(self.probabilities[b]),
                existence=float(self.existence[b]),
                interval=(int(self.intervals[b, 0]), int(self.intervals[b, 1])),
                warnings=self.boundary_warnings[b],
            )
            for b in range(self.n_boundaries)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a boundary is, if it is one: ``shares[j]`` of the mass lies at ``start + j``, in all 1; most at `index`.

    `interval`: the smallest run of places with at least 0.95 of the mass, both ends inclusive.
    """

    index: int
    start: int
    shares: np.ndarray
    interval: tuple[int, int]


def spread(index: int, start: int, mass: np.ndarray) -> Places:
    """Places from `start` on with any mass; evenly where there is none."""
    total = mass.sum()
    shares = mass / total if total > 0 else np.full(len(mass), 1 / len(mass))
    lo, hi = smallest_run(shares, 0.95, around=index - start)
    return Places(index=index, start=start, shares=shares, interval=(start + lo, start + hi))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBoundary:
    """One boundary as a method found it; `existence` in [0, 1]; `certain`: approved."""

    places: Places
    existence: float
    warnings: tuple[str, ...] = ()
    certain: bool = False

    @property
    def index(self) -> int:
        return self.places.index

    @property
    def interval(self) -> tuple[int, int]:
        return self.places.interval

    @property
    def mass(self) -> np.ndarray:
        """``mass[j]`` is the probability of a boundary at ``places.start + j``."""
        return self.places.shares * self.existence

    @property
    def probability(self) -> float:
        return float(self.places.shares[self.index - self.places.start] * self.existence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a method found, in order, and what it has to say about the whole corpus."""

    boundaries: list[FoundBoundary]
    warnings: tuple[str, ...] = ()
    debug: dict = field(default_factory=dict)


def smallest_run(mass: np.ndarray, share: float, *, around: int) -> tuple[int, int]:
    """Find the shortest run (both ends inclusive) with at least `share` of the mass; of equals one holding `around`."""
    total = np.concatenate([[0.0], np.cumsum(mass, dtype=np.float64)])
    need = total[:-1] + share * total[-1] - 1e-12
    stop = np.searchsorted(total, need, side="left")
    width = np.where(stop < len(total), stop - np.arange(len(mass)), len(total) + 1)
    starts = np.flatnonzero(width == width.min())
    holding = starts[(starts <= around) & (around < starts + width.min())]
    lo = int(holding[0] if len(holding) else starts[0])
    return lo, lo + max(1, int(width.min())) - 1


def certain_boundary(index: int) -> FoundBoundary:
    """A boundary that a human said is there."""
    here = Places(index=index, start=index, shares=np.ones(1), interval=(index, index))
    return FoundBoundary(places=here, existence=1.0, certain=True)
