"""Which segments are one and the same voice? Neighbours, and segments far apart; cuts and joins nothing.

A voice that comes back later does so in another session: between segments far apart, no mean is known better than
that of one session, however many utterances it has.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.segments import Segments
from spkbound.detection.share import probabilities

_FIRST_SHARE_BESIDE = 0.01  # of boundaries that are none
_FIRST_SHARE_FAR = 0.05  # of segments whose voice was there before
_SESSION_PARTS = 10  # a session is S/10 utterances
_NEAREST = 12  # segments that each is compared with


@dataclass(frozen=True, slots=True)
class Pairs:
    """Segments `first` and `second` int64 ``(m,)``, and the `probability` of each pair to be one voice."""

    first: np.ndarray
    second: np.ndarray
    probability: np.ndarray


def compare_neighbours(segments: Segments) -> np.ndarray:
    """Probability ``(n - 1,)`` that the segments on both sides of each boundary are one voice."""
    sums, masses = segments.sums, segments.masses
    own = segments.score(sums, masses)
    joined = segments.score(sums[:-1] + sums[1:], masses[:-1] + masses[1:])
    return probabilities(joined - own[:-1] - own[1:], first_share=_FIRST_SHARE_BESIDE)


def find_returning(segments: Segments, *, least: float) -> Pairs:
    """Link each voice's segments that are no neighbours, by the likeliest pairs.

    The links form a forest: segments that are linked, directly or by others, are one voice. Only pairs with a
    probability of at least `least` are given.
    """
    known = np.flatnonzero((segments.masses > 0).all(1))
    pairs = _nearest_pairs(known, segments.sums[known] / segments.masses[known])
    n_pairs = max(1, len(known) * (len(known) - 1) // 2)
    evidence = _evidence_far_apart(segments, pairs, segments.segment_size / _SESSION_PARTS)
    share = min(0.5, _FIRST_SHARE_FAR * len(known) / n_pairs)
    probability = probabilities(evidence, first_share=share, n_asked=n_pairs)
    sure = probability >= least
    return _forest(pairs[sure], probability[sure], len(segments))


def _nearest_pairs(known: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Pairs ``(m, 2)``, smaller index first, of which one is among the nearest of the other; neighbours left out."""
    if len(known) < 3:
        return np.zeros((0, 2), dtype=np.int64)
    from sklearn.neighbors import NearestNeighbors  # takes a second to load

    search = NearestNeighbors(n_neighbors=min(_NEAREST, len(known) - 1), algorithm="brute").fit(means)
    nearest = search.kneighbors(return_distance=False)
    first = np.repeat(known, nearest.shape[1])
    pairs = np.unique(np.sort(np.stack([first, known[nearest.ravel()]], axis=1), axis=1), axis=0)
    return pairs[pairs[:, 1] - pairs[:, 0] > 1]


def _evidence_far_apart(segments: Segments, pairs: np.ndarray, session: float) -> np.ndarray:
    """Nats by which each pair is likelier one voice than two, each mean as uncertain as a session's ``(m,)``."""
    sums, masses = segments.sums, segments.masses
    counts = 1 / (1 + masses / session)  # share of a segment that counts beside one session
    sums, masses = sums * counts, masses * counts
    own = segments.score(sums, masses)
    first, second = pairs.T
    return segments.score(sums[first] + sums[second], masses[first] + masses[second]) - own[first] - own[second]


def _forest(pairs: np.ndarray, probability: np.ndarray, n_segments: int) -> Pairs:
    """Keep the likeliest pairs that still link what all of them link."""
    from scipy.sparse import csr_matrix  # not at import: who only reads a detection never waits for it
    from scipy.sparse.csgraph import minimum_spanning_tree

    distance = csr_matrix((2 - probability, (pairs[:, 0], pairs[:, 1])), shape=(n_segments, n_segments))
    tree = minimum_spanning_tree(distance).tocoo()
    order = np.lexsort((tree.col, tree.row))
    return Pairs(tree.row[order].astype(np.int64), tree.col[order].astype(np.int64), 2 - tree.data[order])
