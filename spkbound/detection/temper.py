"""How strong is the evidence really? Finds the inflation φ of the variance within, and the size of segments.

φ is measured, not chosen: how much more do equal parts of the found segments differ than the session covariance says?
Found and measured in turn until it stays; several such fixed points exist, so from several starts, and the full
evidence chooses. Another size than the one asked for must also find the more regular lengths: made-up segments explain
a small corpus well, but they come in all lengths.
"""

from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.evenness import EvenSums
from spkbound.detection.lattice import Lattice, Nodes, Scoring, build_lattice
from spkbound.detection.length import LengthPrior, fit_size
from spkbound.detection.search import best_path, path_score

_STARTS = (4.0, 4.0 / 3, 12.0)
_SIZE_STARTS = (0.7, 0.77, 0.84, 0.92, 1.08, 1.17, 1.3, 1.43)  # tried where there are at most 60 segments
_FAR_SIZE_STARTS = (0.5, 0.6, 1.7, 2.0)  # and at least 8
_FEW_SEGMENTS = 60
_ENOUGH_SEGMENTS = 8
_TINY = 3.5  # segments: too few to measure anything on what was found
_ITERATIONS = 5
_LARGEST = 400.0
_PARTS = (2, 3, 5, 8)
_SIZE_DOUBT = 0.2  # standard deviation of the log of the size asked for
_CONSISTENT = 0.6  # share of segments within the window
_ENOUGH_TO_STOP = 15  # consistent segments: no further start needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What all fixed points share: candidate nodes, block sums in the speaker basis, and what was asked for."""

    nodes: Nodes
    even: EvenSums
    variances: np.ndarray
    segment_size: float
    window: float

    @property
    def edges(self) -> np.ndarray:
        return self.even.edges

    @property
    def n_utterances(self) -> int:
        return int(self.edges[-1])

    def cuts(self, path: np.ndarray) -> np.ndarray:
        """Block edges of the segments of a path, 0 and the last included."""
        inner = np.searchsorted(self.edges, self.nodes.places[path])
        return np.concatenate([[0], inner, [len(self.edges) - 1]]).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPoint:
    """A segmentation that agrees with the inflation measured on it.

    `evidence` in nats, higher is better; `regularity` at most 0, there all lengths are the likeliest.
    """

    evidence: float
    regularity: float
    prior: LengthPrior
    scoring: Scoring
    lattice: Lattice
    path: np.ndarray


def find_fixed_points(ground: Ground) -> list[FixedPoint]:
    """Run from every start; the best by evidence comes first."""
    lattices: dict[float, Lattice] = {}
    asked: list[FixedPoint] = []
    others: list[FixedPoint] = []
    for inflation, factor in _starts(ground):
        (asked if factor == 1 else others).append(_settle(ground, inflation, factor, lattices))
        if len(asked) == 1 and agrees_with(ground, asked[0], ground.segment_size, at_least=_ENOUGH_TO_STOP):
            break
    asked.sort(key=lambda point: -point.evidence)
    regular = [point for point in others if point.regularity >= asked[0].regularity]
    irregular = [point for point in others if point.regularity < asked[0].regularity]
    return [
        *sorted(asked + regular, key=lambda point: -point.evidence),
        *sorted(irregular, key=lambda point: -point.evidence),
    ]


def within_inflation(sums: np.ndarray, masses: np.ndarray, cuts: np.ndarray) -> float:
    """Measure φ on segments between block edges `cuts` (0 and the last included): at least 1.

    The largest over several numbers of equal parts of the mean squared difference of neighbouring parts, in units of
    what the session covariance says; the most different fifth of the segments is left out.
    """
    start, stop = cuts[:-1], cuts[1:]
    measured = [1.0]
    for parts in _PARTS:
        long = stop - start >= 2 * parts
        ratios = _part_differences(sums, masses, start[long], stop[long], parts)
        if len(ratios) >= 10:
            ratios = np.sort(ratios)
            measured.append(float(ratios[: int(np.ceil(0.8 * len(ratios)))].mean()))
        elif len(ratios) >= 3 or (len(ratios) and len(cuts) <= 4):
            measured.append(float(np.median(ratios)))
    return min(max(measured), _LARGEST)


def _part_differences(
    sums: np.ndarray, masses: np.ndarray, start: np.ndarray, stop: np.ndarray, parts: int
) -> np.ndarray:
    share = np.linspace(0, 1, parts + 1)
    at = np.round(start[:, None] + (stop - start)[:, None] * share).astype(np.int64)
    mass = np.diff(masses[at], axis=1)
    full = (mass > 0).all((1, 2))
    at, mass = at[full], mass[full]
    means = np.diff(sums[at], axis=1) / mass
    squares = np.square(np.diff(means, axis=1)) / (1 / mass[:, 1:] + 1 / mass[:, :-1])
    return squares.mean((1, 2))


def _starts(ground: Ground) -> list[tuple[float, float]]:
    n_segments = ground.n_utterances / ground.segment_size
    if n_segments < _TINY:
        return [(_STARTS[0], 1.0)]
    starts = [(inflation, 1.0) for inflation in _STARTS]
    if n_segments <= _FEW_SEGMENTS:
        starts += [(_STARTS[0], factor) for factor in _SIZE_STARTS]
    if _ENOUGH_SEGMENTS <= n_segments <= _FEW_SEGMENTS:
        starts += [(_STARTS[0], factor) for factor in _FAR_SIZE_STARTS]
    return starts


def _settle(ground: Ground, inflation: float, factor: float, lattices: dict[float, Lattice]) -> FixedPoint:
    prior = LengthPrior(ground.segment_size * factor, ground.window)
    for step in range(_ITERATIONS):
        scoring = Scoring(variances=ground.variances, inflation=inflation, segment_size=ground.segment_size)
        lattice = _lattice_at(ground, scoring, lattices)
        arcs = lattice.arcs(prior)
        path = best_path(arcs)
        point = FixedPoint(evidence=0.0, regularity=0.0, prior=prior, scoring=scoring, lattice=lattice, path=path)
        measured = within_inflation(ground.even.sums, ground.even.masses, _measured_cuts(ground, path))
        size = fit_size(segment_lengths(ground, path), prior, ground.segment_size * factor)
        if step and size == prior.size and abs(np.log(measured / inflation)) < 0.05:
            break
        if step < _ITERATIONS - 1:
            inflation, prior = measured, LengthPrior(size, ground.window)
    evidence = _evidence(ground, point, path_score(arcs, path))
    return replace(point, evidence=evidence, regularity=point.prior.regularity(segment_lengths(ground, path)))


def _lattice_at(ground: Ground, scoring: Scoring, lattices: dict[float, Lattice]) -> Lattice:
    if scoring.inflation not in lattices:
        lattices.clear()  # one at a time: a table is large
        lattices[scoring.inflation] = build_lattice(ground.nodes, scoring)
    return lattices[scoring.inflation]


def _measured_cuts(ground: Ground, path: np.ndarray) -> np.ndarray:
    """Block edges of the found segments, or of equal ones where there are too few to trust what was found."""
    n_blocks = len(ground.edges) - 1
    if ground.n_utterances < _TINY * ground.segment_size and len(path):
        n_segments = max(1, round(ground.n_utterances / ground.segment_size))
        return np.round(np.linspace(0, n_blocks, n_segments + 1)).astype(np.int64)
    return ground.cuts(path)


def segment_lengths(ground: Ground, path: np.ndarray) -> np.ndarray:
    """Lengths of the segments of a path, in utterances, float64."""
    return np.diff(np.concatenate([[0], ground.nodes.places[path], [ground.n_utterances]])).astype(np.float64)


def _evidence(ground: Ground, point: FixedPoint, score: float) -> float:
    """Log evidence of the whole: segments and lengths, halves as independent blocks of variance φ, and the size."""
    step = max(1, round(ground.segment_size / 2 / (ground.edges[1] - ground.edges[0])))
    at = np.arange(0, len(ground.edges), step)
    mass = np.diff(ground.even.masses[at], axis=0)
    squares = np.square(np.diff(ground.even.sums[at], axis=0))[mass > 0] / mass[mass > 0]
    inflation = point.scoring.inflation
    residual = 0.5 * (np.log(inflation) + squares / inflation).sum()
    surprise = np.log(point.prior.size / ground.segment_size) / _SIZE_DOUBT
    return score - residual - 0.5 * surprise**2


def agrees_with(ground: Ground, point: FixedPoint, size: float, *, at_least: int) -> bool:
    """Are there `at_least` so many segments, and most of them about `size` utterances long?"""
    lengths = segment_lengths(ground, point.path)
    near = np.abs(lengths[1:-1] - size) <= max(ground.window, 1)
    return len(lengths) >= at_least and near.mean() >= _CONSISTENT
