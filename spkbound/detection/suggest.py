"""What should a reviewer look at beyond the boundaries? Puts the suspicions together, worst first; acts on nothing."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from spkbound.detection.global_method import GlobalFit
from spkbound.detection.missed import Missed, find_missed
from spkbound.detection.outliers import find_outliers
from spkbound.detection.same_voice import compare_neighbours, find_returning
from spkbound.detection.segments import Segments, hear_segments
from spkbound.domain import Suggestion

LEAST = 0.1  # probability below which nothing is suggested
LEAST_OF_OUTLIERS = 0.5
DOUBTED = 0.5  # highest probability where the boundaries themselves are in doubt
MOST_PER_KIND = 1000
MOST_OUTLIERS_PER_SEGMENT = 20


def suggest(fit: GlobalFit, boundaries: np.ndarray, *, doubted: bool) -> list[Suggestion]:
    """Look for faults between and at these `boundaries`, increasing, 0 and n left out; the costliest first.

    `doubted`: the boundaries may not be between speakers at all; then what is told from speakers is a coin toss.
    """
    segments = hear_segments(fit.projected, boundaries, fit.best.prior.size)
    missed = find_missed(segments, fit.placer, least=LEAST)
    foreign = [each.foreign for each in missed if each.probability >= LEAST_OF_OUTLIERS]
    kinds = [
        list(_outliers(segments, foreign)),
        list(_superfluous(segments)),
        [_of_missed(each) for each in missed],
        list(_returning(segments)),
    ]
    if doubted:
        kinds = [[_capped(each) for each in kind] for kind in kinds]
    worst = [sorted(kind, key=_costliest_first)[:MOST_PER_KIND] for kind in kinds]
    return sorted((each for kind in worst for each in kind), key=_costliest_first)


def _costliest_first(suggestion: Suggestion) -> tuple:
    return -suggestion.cost, suggestion.indices


def _capped(suggestion: Suggestion) -> Suggestion:
    probability = min(suggestion.probability, DOUBTED)
    cost = suggestion.cost * probability / suggestion.probability
    return replace(suggestion, probability=probability, cost=cost)


def _outliers(segments: Segments, foreign: list[tuple[int, int]]) -> Iterable[Suggestion]:
    """The likeliest of each segment; those in a `foreign` stretch are suggested with it."""
    found = find_outliers(segments)
    probability = found.probability.copy()
    for start, stop in foreign:
        probability[start:stop] = 0
    likely = np.flatnonzero(probability >= LEAST_OF_OUTLIERS)
    likely = likely[np.argsort(-probability[likely], kind="stable")]
    owners = np.searchsorted(segments.edges, likely, side="right")
    taken = np.zeros(len(segments) + 1, dtype=np.int64)
    for index, owner in zip(likely.tolist(), owners):
        taken[owner] += 1
        if taken[owner] > MOST_OUTLIERS_PER_SEGMENT:
            continue
        home = found.home(index)
        yield Suggestion(
            kind="outlier",
            indices=(index,) if home is None else (index, home),
            interval=(index, index),
            probability=float(probability[index]),
            cost=float(probability[index]),
        )


def _superfluous(segments: Segments) -> Iterable[Suggestion]:
    probability, sizes = compare_neighbours(segments), segments.sizes
    for i in np.flatnonzero(probability >= LEAST):
        index = int(segments.edges[i + 1])
        yield Suggestion(
            kind="same_speaker_beside",
            indices=(index,),
            interval=(index, index),
            probability=float(probability[i]),
            cost=float(probability[i] * min(sizes[i], sizes[i + 1])),
        )


def _of_missed(missed: Missed) -> Suggestion:
    start, stop = missed.foreign
    return Suggestion(
        kind="second_change",
        indices=missed.indices,
        interval=missed.interval,
        probability=missed.probability,
        cost=missed.probability * (stop - start),
    )


def _returning(segments: Segments) -> Iterable[Suggestion]:
    pairs, sizes = find_returning(segments, least=LEAST), segments.sizes
    for first, second, probability in zip(pairs.first, pairs.second, pairs.probability):
        indices = int(segments.edges[first]), int(segments.edges[second])
        yield Suggestion(
            kind="same_voice",
            indices=indices,
            interval=indices,
            probability=float(probability),
            cost=float(probability * min(sizes[first], sizes[second])),
        )
