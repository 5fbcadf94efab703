"""What would a reviewer look at, in which order, and when have they met the faults? Items with a harm and a place."""

from dataclasses import dataclass

import numpy as np

from benchmarks.runs import NEAR, Run
from spkbound.detection.evaluate import review_curve
from spkbound.review.queue import expected_harm
from spkbound.review.suggestions import expected_spoilt

ABOUT_BOUNDARIES = ("same_speaker_beside", "second_change")
_FACTOR, _SPARE = 3, 5  # items that a reviewer looks at: so many times the faults, and some more


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Items of any kind, each with its harm and the interval that it makes one listen to; places of the faults."""

    harm: np.ndarray
    intervals: np.ndarray
    wrong: np.ndarray
    missed: np.ndarray
    n_utterances: int

    @classmethod
    def pooled(cls, reviews: list["Review"]) -> "Review":
        """One review of all corpora, as if they stood one after the other."""
        starts = np.cumsum([0] + [review.n_utterances + 10 * NEAR for review in reviews])
        shifted = list(zip(reviews, starts))
        return cls(
            harm=np.concatenate([review.harm for review in reviews]),
            intervals=np.concatenate([review.intervals + start for review, start in shifted]),
            wrong=np.concatenate([review.wrong + start for review, start in shifted]),
            missed=np.concatenate([review.missed + start for review, start in shifted]),
            n_utterances=int(starts[-1]),
        )

    @property
    def n_faults(self) -> int:
        return len(self.wrong) + len(self.missed)

    @property
    def share_met(self) -> float:
        """Share of the faults among the items that a reviewer looks at."""
        return self.share_after(_FACTOR * self.n_faults + _SPARE)

    def share_after(self, n_items: int) -> float:
        faults = np.concatenate([self.wrong, self.missed])
        curve = review_curve(self.harm, self.intervals, faults, tolerance=NEAR)
        return float(curve[min(n_items, len(curve) - 1)] / max(1, self.n_faults))


def review_of(run: Run) -> Review:
    """All boundaries found and the suggestions about boundaries, by the expected number of spoilt speakers."""
    found = run.found
    suggested = [each for each in found.suggestions if each.kind in ABOUT_BOUNDARIES]
    harm = _harm(found.indices, found.probabilities, found.existence, found.intervals, found.n_utterances)
    edges = [0, *found.indices.tolist(), found.n_utterances]
    heard = _heard(found.indices, found.intervals)
    return Review(
        harm=np.concatenate([harm, [expected_spoilt(each, edges) for each in suggested]]),
        intervals=np.concatenate(
            [heard, np.reshape([each.interval for each in suggested], (-1, 2)).astype(heard.dtype)]
        ),
        wrong=found.indices[~run.hits],
        missed=run.missed,
        n_utterances=found.n_utterances,
    )


def review_of_oracle(run: Run) -> Review:
    """The oracle's own places, by its own probabilities."""
    answer, n = run.oracle, run.found.n_utterances
    is_wrong = answer.indices != run.boundaries
    return Review(
        harm=_harm(answer.indices, answer.probabilities, np.ones(len(is_wrong)), answer.intervals, n),
        intervals=_heard(answer.indices, answer.intervals),
        wrong=answer.indices[is_wrong],
        missed=run.boundaries[is_wrong & (np.abs(answer.indices - run.boundaries) > NEAR)],
        n_utterances=n,
    )


def _heard(indices: np.ndarray, intervals: np.ndarray) -> np.ndarray:
    """The interval and the place itself, where flat mass left it outside."""
    return np.stack([np.minimum(intervals[:, 0], indices), np.maximum(intervals[:, 1], indices)], axis=1)


def _harm(
    indices: np.ndarray, probabilities: np.ndarray, existence: np.ndarray, intervals: np.ndarray, n_utterances: int
) -> np.ndarray:
    found = expected_harm(
        indices,
        state=["undecided"] * len(indices),
        probability=probabilities,
        existence=existence,
        lo=intervals[:, 0],
        hi=intervals[:, 1],
        n_utterances=n_utterances,
    )
    return found.speakers
