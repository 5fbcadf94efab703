"""Which segments hold together, and which are doubtful? Numbers per segment from the embeddings; it reads no files."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from spkbound.domain import Segment

CHUNK_ROWS = 8192  # of embeddings in memory at a time
OUTLIER_SPREADS = 4.0  # robust standard deviations below the median of the segment
MIN_SPREAD = 0.02
MIN_ROWS = 8  # fewer tell no outlier
_CENTRE_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One segment.

    Attributes
    ----------
    n_utterances : all of the segment; `n_unreadable` and `n_excluded` of them go nowhere
    seconds : sound of those that go somewhere, as far as durations are known
    cohesion : mean cosine in [-1, 1] of its usable embeddings to their mean; higher means more of one voice. Embeddings
        are brought to length one, the mean of the corpus is taken away, and again length one; the unreadable and the
        excluded are left out. NaN without any.
    n_outliers : usable ones whose cosine lies `OUTLIER_SPREADS` robust standard deviations below the segment's median
    worst : index of the utterance of the lowest cosine; -1 without any
    """

    n_utterances: int
    n_unreadable: int
    n_excluded: int
    seconds: float
    cohesion: float
    n_outliers: int
    worst: int


class QualityMeter:
    """Measures segments of one corpus, each only once for as long as it stays as it is.

    Parameters
    ----------
    embeddings : float32 (n_utterances, dim), also memory-mapped; NaN rows for gaps; None where there are none
    durations_s : (n_utterances,), NaN where unknown
    unreadable : indices
    """

    def __init__(self, embeddings: np.ndarray | None, durations_s: np.ndarray, unreadable: Collection[int]) -> None:
        self._embeddings = embeddings
        self._durations_s = durations_s
        self._unreadable = np.zeros(len(durations_s), bool)
        self._unreadable[list(unreadable)] = True
        self._centre = None if embeddings is None else _corpus_centre(embeddings)
        self._kept: dict[tuple, Quality] = {}

    def measure(self, segments: Sequence[Segment], excluded: Collection[int]) -> list[Quality]:
        """Measure `segments` in order; of those measured before nothing is read."""
        out = np.sort(np.fromiter(excluded, np.int64, len(excluded)))
        keys = [
            (each.start, each.stop, *out[np.searchsorted(out, each.start) : np.searchsorted(out, each.stop)].tolist())
            for each in segments
        ]
        self._kept = {key: self._kept.get(key) or self._measure(key) for key in keys}
        return [self._kept[key] for key in keys]

    def _measure(self, key: tuple) -> Quality:
        start, stop, *excluded = key
        goes = ~self._unreadable[start:stop]
        n_unreadable = len(goes) - int(goes.sum())
        goes[np.array(excluded, np.int64) - start] = False
        cosines = np.full(stop - start, np.nan, np.float32)
        if self._embeddings is not None:
            cosines = self._cosines(start, goes)
        known = cosines[np.isfinite(cosines)]
        return Quality(
            n_utterances=stop - start,
            n_unreadable=n_unreadable,
            n_excluded=len(excluded),
            seconds=float(np.nansum(np.where(goes, self._durations_s[start:stop], 0))),
            cohesion=float(known.mean()) if len(known) else float("nan"),
            n_outliers=int((known < _outlier_floor(known)).sum()),
            worst=start + int(np.nanargmin(cosines)) if len(known) else -1,
        )

    def _cosines(self, start: int, goes: np.ndarray) -> np.ndarray:
        """Of each utterance to the mean of those that go somewhere: (n_utterances,), NaN without an embedding."""
        total = np.zeros(len(self._centre))
        parts = []
        for place, rows in self._rows(start, goes):
            total += np.nansum(rows, axis=0, dtype=np.float64)
            parts.append((place, rows))
            if len(goes) > CHUNK_ROWS:
                parts.clear()  # a segment of more than a chunk is read again
        mean = (total / max(np.linalg.norm(total), 1e-12)).astype(np.float32)
        cosines = np.empty(len(goes), np.float32)
        for place, rows in parts or self._rows(start, goes):
            cosines[place : place + len(rows)] = rows @ mean
        return cosines

    def _rows(self, start: int, goes: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """Centred rows of length one, NaN for what goes nowhere, a chunk at a time with its place in the segment."""
        for place in range(0, len(goes), CHUNK_ROWS):
            here = goes[place : place + CHUNK_ROWS]
            rows = np.array(self._embeddings[start + place : start + place + len(here)], np.float32)
            rows[~here] = np.nan
            yield place, _unit(_unit(rows) - self._centre)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """A segment with its name and place."""

    speaker: str
    segment: Segment
    approved: bool
    quality: Quality


CSV_HEADER = (
    "speaker", "start_index", "end_index", "utterances", "hours", "cohesion", "outliers", "unreadable", "excluded",
    "approved",
)  # fmt: skip


def quality_csv(rows: Sequence[QualityRow]) -> str:
    """The rows as CSV, in the order given; an unknown cohesion is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for row in rows:
        q = row.quality
        cohesion = f"{q.cohesion:.4f}" if np.isfinite(q.cohesion) else ""
        where = (row.speaker, row.segment.start, row.segment.stop)
        lost = (q.n_outliers, q.n_unreadable, q.n_excluded)
        writer.writerow((*where, q.n_utterances, f"{q.seconds / 3600:.4f}", cohesion, *lost, str(row.approved).lower()))
    return text.getvalue()


def _corpus_centre(embeddings: np.ndarray) -> np.ndarray:
    """What all voices have in common: the mean of at most `_CENTRE_ROWS` rows of length one, spread over the corpus."""
    rows = _unit(np.array(embeddings[:: max(1, len(embeddings) // _CENTRE_ROWS)], np.float32))
    usable = rows[np.isfinite(rows[:, 0])]
    return usable.mean(axis=0) if len(usable) else np.zeros(embeddings.shape[1], np.float32)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length one; a row of NaN or zeros becomes NaN."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return rows / np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]


def _outlier_floor(cosines: np.ndarray) -> float:
    if len(cosines) < MIN_ROWS:
        return -np.inf
    middle = float(np.median(cosines))
    spread = 1.4826 * float(np.median(np.abs(cosines - middle)))
    return middle - OUTLIER_SPREADS * max(spread, MIN_SPREAD)
