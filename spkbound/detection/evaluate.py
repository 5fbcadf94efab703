"""How good are found boundaries, given the true ones? Exactness, purity, calibration, and the way to the faults."""

from dataclasses import dataclass

import numpy as np

CLIP = 1e-6  # of probabilities in the log loss


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryScore:
    """All shares in [0, 1], higher is better; an empty reference and hypothesis agree (all 1)."""

    precision: float
    recall: float
    f1: float
    n_reference: int
    n_hypothesis: int
    n_matched: int


def score_boundaries(reference: np.ndarray, hypothesis: np.ndarray, *, tolerance: int = 0) -> BoundaryScore:
    """Match found to true boundaries one to one, at most `tolerance` utterances apart."""
    n_matched = int(matched(reference, hypothesis, tolerance=tolerance).sum())
    n_reference, n_hypothesis = len(reference), len(hypothesis)
    precision = n_matched / n_hypothesis if n_hypothesis else float(not n_reference)
    recall = n_matched / n_reference if n_reference else float(not n_hypothesis)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return BoundaryScore(
        precision=precision,
        recall=recall,
        f1=f1,
        n_reference=n_reference,
        n_hypothesis=n_hypothesis,
        n_matched=n_matched,
    )


def matched(reference: np.ndarray, hypothesis: np.ndarray, *, tolerance: int = 0) -> np.ndarray:
    """Bool per found boundary: is it a true one? Both increasing; no true boundary is used twice."""
    reference = np.asarray(reference)
    hits = np.zeros(len(hypothesis), dtype=bool)
    free = 0
    for j, index in enumerate(hypothesis):
        while free < len(reference) and reference[free] < index - tolerance:
            free += 1
        if free < len(reference) and reference[free] <= index + tolerance:
            hits[j] = True
            free += 1
    return hits


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentScore:
    """Purity: share of utterances in the speaker that most of their found segment is; coverage: the reverse."""

    purity: float
    coverage: float


def score_segments(reference: np.ndarray, hypothesis: np.ndarray, n_utterances: int) -> SegmentScore:
    """Compare the segments themselves, as `pyannote.metrics` defines it."""
    cuts = np.union1d(reference, hypothesis).astype(np.int64)
    starts = np.concatenate([[0], cuts])
    sizes = np.diff(np.append(starts, n_utterances))
    purity = _largest_share(np.searchsorted(hypothesis, starts, side="right"), sizes)
    coverage = _largest_share(np.searchsorted(reference, starts, side="right"), sizes)
    return SegmentScore(purity=purity, coverage=coverage)


def misfiled_share(reference: np.ndarray, hypothesis: np.ndarray, n_utterances: int) -> float:
    """Share of utterances that lie in a wrong folder when each found segment becomes one, in [0, 1].

    A speaker's home is the found segment that holds most of them, if they are most of it; of a speaker torn in two
    the smaller part is misfiled, of two speakers in one segment the smaller one.
    """
    cuts = np.union1d(reference, hypothesis).astype(np.int64)
    starts = np.concatenate([[0], cuts])
    sizes = np.diff(np.append(starts, n_utterances))
    is_home = np.ones(len(starts), dtype=bool)
    for edges in (reference, hypothesis):
        is_home &= _is_largest(np.searchsorted(edges, starts, side="right"), sizes)
    return float(1 - sizes[is_home].sum() / n_utterances) if n_utterances else 0.0


def calibration_error(probabilities: np.ndarray, is_true: np.ndarray, *, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equal count, in [0, 1]; lower is better, 0 for nothing."""
    probabilities, is_true = np.asarray(probabilities, float), np.asarray(is_true, float)
    order = np.argsort(probabilities, kind="stable")
    gaps = [
        len(part) * abs(probabilities[part].mean() - is_true[part].mean())
        for part in np.array_split(order, min(n_bins, max(1, len(order))))
        if len(part)
    ]
    return float(sum(gaps) / max(1, len(order)))


def log_loss(probabilities: np.ndarray, is_true: np.ndarray) -> float:
    """Mean negative log likelihood in nats, lower is better, 0 for nothing.

    A probability counts as at least `CLIP` away from 0 and from 1, so that one fault costs 13.8 at most.
    """
    p = np.clip(np.asarray(probabilities, float), CLIP, 1 - CLIP)
    hit = np.asarray(is_true, bool)
    return float(-np.log(np.where(hit, p, 1 - p)).mean()) if len(p) else 0.0


def review_curve(cost: np.ndarray, intervals: np.ndarray, faults: np.ndarray, *, tolerance: int = 2) -> np.ndarray:
    """Count the faults that a reviewer has met after each item, the costliest first: int64 ``(n_items + 1,)``.

    A fault is met at the first item whose interval holds its place, or comes as near as `tolerance`.

    Parameters
    ----------
    cost : float (n_items,)
        Higher is looked at earlier; of equals the earlier item.
    intervals : int (n_items, 2)
        ``[lo, hi]``, both inclusive: where the item makes the reviewer listen.
    faults : int (n_faults,)
        Places of wrong boundaries and of missed ones.
    """
    n_items = len(cost)
    turn = np.empty(n_items, dtype=np.int64)
    turn[np.argsort(-np.asarray(cost, float), kind="stable")] = np.arange(1, n_items + 1)
    lo, hi = np.asarray(intervals, np.int64).reshape(-1, 2).T
    holds = [(lo - tolerance <= place) & (place <= hi + tolerance) for place in faults]
    met = [turn[held].min() for held in holds if held.any()]
    return np.searchsorted(np.sort(met), np.arange(n_items + 1), side="right")


def _is_largest(owner: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Bool per piece: is it the largest (of equals the first) of its owner's?"""
    largest = np.lexsort((-np.arange(len(sizes)), sizes, owner))[np.append(np.diff(np.sort(owner)) != 0, True)]
    return np.isin(np.arange(len(sizes)), largest)


def _largest_share(owner: np.ndarray, sizes: np.ndarray) -> float:
    largest = np.zeros(owner.max() + 1)
    np.maximum.at(largest, owner, sizes)
    return float(largest.sum() / max(1, sizes.sum()))
