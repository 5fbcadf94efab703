"""How right are the probabilities on a corpus like this one? Makes a twin of it whose boundaries are known.

The found segments are taken apart into voices (their means) and what varies round them, which is put together anew: the
way that one segment varies, sessions and outliers included, round the voice of another. Two faults it cannot show: a
boundary that is missing everywhere, and one that is everywhere superfluous.
"""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.detector import detect_boundaries
from spkbound.detection.result import Detection
from spkbound.detection.roster import Roster
from spkbound.detection.rows import usable

MOST_UTTERANCES = 20_000
_FEWEST_SEGMENTS = 3


@dataclass(frozen=True, slots=True)
class Twin:
    """Embeddings float32 ``(n, dim)``, NaN rows for gaps, and the true boundaries, int64, 0 and n left out."""

    embeddings: np.ndarray
    boundaries: np.ndarray


@dataclass(frozen=True, slots=True)
class TwinAnswer:
    """What a detection with the same settings said of the twin, and the twin's true boundaries."""

    detection: Detection
    boundaries: np.ndarray


def ask_twin(
    embeddings: np.ndarray, detection: Detection, *, weights: np.ndarray | None = None, roster: Roster | None = None
) -> TwinAnswer | None:
    """Make a twin of what was detected, and detect again as then: `weights` and `roster` are those of the corpus."""
    twin = make_twin(embeddings, detection.indices)
    if twin is None:
        return None
    settings = detection.settings
    found = detect_boundaries(
        twin.embeddings,
        method=detection.method,
        segment_size=detection.debug["used_segment_size"],
        boundary_window=settings["boundary_window"],
        gmm_components=settings["gmm_components"],
        weights=None if weights is None else weights[: len(twin.embeddings)],
        roster=None if roster is None else _known_of(roster, detection, len(twin.boundaries) + 1),
    )
    return TwinAnswer(found, twin.boundaries)


def _known_of(roster: Roster, detection: Detection, n_segments: int) -> Roster | None:
    """The part of the roster that the first segments are; None where none of them is on it."""
    entries = detection.alignment.entries[:n_segments]
    n_entries = int(entries.max(initial=-1)) + 1
    return Roster(names=roster.names[:n_entries], counts=roster.counts[:n_entries]) if n_entries else None


def make_twin(embeddings: np.ndarray, boundaries: np.ndarray, *, seed: int = 0) -> Twin | None:
    """Shuffle the voices of the first segments, `MOST_UTTERANCES` at most; None where there are too few of them."""
    edges = np.concatenate([[0], boundaries, [len(embeddings)]]).astype(np.int64)
    n_segments = int(np.searchsorted(edges, MOST_UTTERANCES, side="right")) - 1
    if n_segments < _FEWEST_SEGMENTS:
        return None
    edges = edges[: n_segments + 1]
    rows = np.array(embeddings[: edges[-1]], dtype=np.float32)
    readable = usable(rows)
    rows[~readable] = np.nan
    voices = [_mean(rows[a:b], readable[a:b]) for a, b in zip(edges[:-1], edges[1:])]
    order = np.random.default_rng(seed).permutation(n_segments)
    for segment, (start, stop) in enumerate(zip(edges[:-1], edges[1:])):
        rows[start:stop] += voices[order[segment]] - voices[segment]
    return Twin(rows, edges[1:-1])


def _mean(rows: np.ndarray, readable: np.ndarray) -> np.ndarray:
    return rows[readable].mean(0, dtype=np.float64).astype(np.float32) if readable.any() else np.float32(0)
