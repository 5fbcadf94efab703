"""How good are found boundaries, given the true ones? Precision and recall, purity and coverage, calibration."""

from dataclasses import dataclass

import numpy as np


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


def _largest_share(owner: np.ndarray, sizes: np.ndarray) -> float:
    largest = np.zeros(owner.max() + 1)
    np.maximum.at(largest, owner, sizes)
    return float(largest.sum() / max(1, sizes.sum()))
