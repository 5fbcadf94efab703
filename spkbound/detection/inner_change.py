"""Does a found segment hold a second change? Best gain of cutting each once more; leaves what follows to others."""

import numpy as np

from spkbound.detection.evenness import EvenSums
from spkbound.detection.lattice import Scoring
from spkbound.detection.score import segment_score

_MARGIN = 0.1  # of a segment, left at either end
_SMALLEST_MARGIN = 8  # utterances


def inner_gains(even: EvenSums, scoring: Scoring, cuts: np.ndarray) -> np.ndarray:
    """Nats gained by the best cut inside each segment between the block edges `cuts` (0 and the last included).

    Float64 ``(n_segments,)``, lengths not counted: above 0 a second speaker is likelier than not; NaN where a segment
    is too short to ask.
    """
    gains = np.full(len(cuts) - 1, np.nan)
    for segment, (start, stop) in enumerate(zip(cuts[:-1], cuts[1:])):
        first, last = even.edges[start], even.edges[stop]
        margin = max(_SMALLEST_MARGIN, _MARGIN * (last - first))
        inner = np.arange(
            np.searchsorted(even.edges, first + margin), np.searchsorted(even.edges, last - margin, side="right")
        )
        if len(inner):
            left = score_between(even, scoring, start, inner)
            gains[segment] = (left + score_between(even, scoring, inner, stop)).max() - score_between(
                even, scoring, start, stop
            )
    return gains


def divided_share(gains: np.ndarray) -> float:
    """Share of the segments that by their `inner_gains` hold a second change, in [0, 1]; 0 where none can be asked."""
    known = gains[np.isfinite(gains)]
    return float((known > 0).mean()) if len(known) else 0.0


def score_between(even: EvenSums, scoring: Scoring, start: np.ndarray | int, stop: np.ndarray | int) -> np.ndarray:
    """Score the utterances between block edges as one speaker: float64 of the shape of `start` and `stop`."""
    sums, masses = even.sums[stop] - even.sums[start], even.masses[stop] - even.masses[start]
    return segment_score(sums, masses, scoring.variances, scoring.inflation)
