"""How alike are the utterances round a place to the speakers beside it? Arithmetic on embeddings; no I/O of its own."""

from dataclasses import dataclass

import numpy as np

from spkbound.domain import Segment

MAX_ROWS = 2000  # of a segment, nearest to the place: more would change nothing but the time it takes
_CENTRE_ROWS = 20_000
_OUTLIER_SPREADS = 4.0  # robust standard deviations below the median of its own segment
_PLEASANT_S = (1.5, 15.0)  # an utterance to judge a voice by


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeup:
    """Cosine in [-1, 1] of each utterance of the window to the mean of the left and right segment, own row left out.

    `left`, `right` ``(hi - lo,)``, NaN where unknown; `outlier` ``(hi - lo,)`` bool; `references`: up to three typical
    utterances of each side.
    """

    left: np.ndarray
    right: np.ndarray
    outlier: np.ndarray
    left_references: list[int]
    right_references: list[int]


def corpus_centre(embeddings: np.ndarray) -> np.ndarray:
    """Mean direction of the corpus ``(dim,)``, from at most `_CENTRE_ROWS` rows: what all voices have in common."""
    step = max(1, len(embeddings) // _CENTRE_ROWS)
    rows = _unit(np.asarray(embeddings[::step], dtype=np.float32))
    usable = rows[np.isfinite(rows[:, 0])]
    return usable.mean(axis=0) if len(usable) else np.zeros(embeddings.shape[1], np.float32)


def look_closely(
    embeddings: np.ndarray,
    *,
    window: Segment,
    left: Segment,
    right: Segment,
    centre: np.ndarray,
    durations_s: np.ndarray,
    excluded: frozenset[int],
) -> Closeup:
    """Compare `window` with the segments on either side of a place; `left.stop` is the place, as is `right.start`."""
    near_left = Segment(max(left.start, left.stop - MAX_ROWS), left.stop)
    near_right = Segment(right.start, min(right.stop, right.start + MAX_ROWS))
    shown = _centred(embeddings, window, centre)
    sides = [_Side(embeddings, near, centre, excluded) for near in (near_left, near_right)]
    alike = [side.similarity(shown, window) for side in sides]
    shown_places = np.arange(window.start, window.stop)
    is_left = shown_places < left.stop
    own = np.where(is_left, alike[0], alike[1])
    floor = np.where(is_left, sides[0].floor, sides[1].floor)
    beside = (shown_places >= left.start) & (shown_places < right.stop)  # what lies further off is another speaker's
    with np.errstate(invalid="ignore"):
        outlier = beside & (own < floor)
    references = [side.typical(durations_s) for side in sides]
    return Closeup(
        left=alike[0],
        right=alike[1],
        outlier=outlier,
        left_references=references[0],
        right_references=references[1],
    )


def find_typical(
    embeddings: np.ndarray,
    segment: Segment,
    *,
    centre: np.ndarray,
    durations_s: np.ndarray,
    excluded: frozenset[int],
) -> list[int]:
    """Give up to three utterances by which to know the voice of `segment`, of at most `MAX_ROWS` in its middle."""
    start = segment.start + max(0, len(segment) - MAX_ROWS) // 2
    middle = Segment(start, min(segment.stop, start + MAX_ROWS))
    return _Side(embeddings, middle, centre, excluded).typical(durations_s)


class _Side:
    """The rows of one segment near the place, their sum, and how alike they are to each other."""

    def __init__(self, embeddings: np.ndarray, near: Segment, centre: np.ndarray, excluded: frozenset[int]) -> None:
        self.near = near
        self.rows = _centred(embeddings, near, centre)
        self.usable = np.isfinite(self.rows[:, 0])
        self.usable[[i - near.start for i in excluded if i in near]] = False
        self.total = self.rows[self.usable].sum(axis=0)
        self.own = np.full(len(near), np.nan, np.float32)
        self.own[self.usable] = _cosine(self.rows[self.usable], self.total - self.rows[self.usable])
        self.floor = _outlier_floor(self.own[np.isfinite(self.own)])

    def similarity(self, shown: np.ndarray, window: Segment) -> np.ndarray:
        places = np.arange(window.start, window.stop) - self.near.start
        inside = (places >= 0) & (places < len(self.near))
        inside[inside] = self.usable[places[inside]]
        return _cosine(shown, self.total - np.where(inside[:, None], shown, 0))

    def typical(self, durations_s: np.ndarray) -> list[int]:
        """The utterance most like the others in each third of the side, of pleasant length where there is one."""
        found = []
        durations = durations_s[self.near.start : self.near.stop]
        pleasant = ~((durations < _PLEASANT_S[0]) | (durations > _PLEASANT_S[1]))
        for third in np.array_split(np.arange(len(self.near)), 3):
            score = np.where(np.isfinite(self.own[third]), self.own[third], -2) - np.where(pleasant[third], 0, 1)
            if len(third) and self.usable[third].any():
                found.append(int(third[score.argmax()]) + self.near.start)
        return found


def _centred(embeddings: np.ndarray, part: Segment, centre: np.ndarray) -> np.ndarray:
    return _unit(_unit(np.asarray(embeddings[part.start : part.stop], dtype=np.float32)) - centre)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length one; a row of NaN or zeros becomes NaN."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _cosine(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Row by row; `rows` have length one. NaN where either side is empty."""
    lengths = np.linalg.norm(others, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.einsum("ij,ij->i", rows, others) / np.where(lengths > 1e-6, lengths, np.nan)
    return np.clip(cosine, -1, 1).astype(np.float32)


def _outlier_floor(own: np.ndarray) -> float:
    """Below this an utterance is unlike its own segment; too few utterances say nothing."""
    if len(own) < 8:
        return -np.inf
    middle = float(np.median(own))
    spread = 1.4826 * float(np.median(np.abs(own - middle)))
    return middle - _OUTLIER_SPREADS * max(spread, 0.02)


def see_nothing(window: Segment, left: Segment, right: Segment) -> Closeup:
    """The close-up of a corpus without embeddings."""
    return Closeup(
        left=np.full(len(window), np.nan, np.float32),
        right=np.full(len(window), np.nan, np.float32),
        outlier=np.zeros(len(window), bool),
        left_references=spread_over(left),
        right_references=spread_over(right),
    )


def spread_over(part: Segment) -> list[int]:
    """Three utterances from the middle of each third."""
    return sorted({part.start + int(len(part) * share) for share in (1 / 6, 3 / 6, 5 / 6)})
