"""Where do the answers of listening blind live? In tables beside the decisions; what follows from them: guarantee."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from spkbound.review.guarantee import (
    Answer,
    Answers,
    Goal,
    Guarantee,
    Item,
    decoy_indices,
    draw_sample,
    judge,
    rank,
    sample_size,
)
from spkbound.review.log import transaction_beside, utc_now
from spkbound.review.rows import PlaceKey
from spkbound.review.state import ReviewState

_SCHEMA = Path(__file__).with_name("listening.sql")
_FIRM = ("approved", "added")


class ListeningLog:
    """The goals and answers in the decision log at `path`; a file of an older version gets the tables added."""

    def __init__(self, path: Path, *, clock: Callable[[], str] = utc_now) -> None:
        self._path = path
        self._clock = clock
        with transaction_beside(path) as connection:
            connection.executescript(_SCHEMA.read_text("utf-8"))

    def set_goal(self, error_rate: float, confidence: float, *, user: str) -> None:
        """Want to say "fewer than `error_rate` at `confidence`"; the seed is made with the first goal and stays."""
        with transaction_beside(self._path) as connection:
            connection.execute(
                "INSERT INTO listening_goals (seed, error_rate, confidence, n_answers, user, at) VALUES ("
                "coalesce((SELECT seed FROM listening_goals ORDER BY id LIMIT 1), ?), ?, ?,"
                " (SELECT count(*) FROM listening_answers), ?, ?)",
                (secrets.randbits(62), error_rate, confidence, user, self._clock()),
            )

    def goal(self) -> Goal | None:
        """The newest goal; None before the first."""
        with transaction_beside(self._path) as connection:
            rows = connection.execute(
                "SELECT seed, error_rate, confidence, n_answers FROM listening_goals ORDER BY id"
            ).fetchall()
        if not rows:
            return None
        seed, error_rate, confidence, _ = rows[-1]
        return Goal(seed=seed, error_rate=error_rate, confidence=confidence, looks=_count_looks(rows))

    def answer(self, item: Item, answer: Answer, *, user: str) -> None:
        """Store what somebody heard; of several answers to one place the newest counts."""
        with transaction_beside(self._path) as connection:
            connection.execute(
                "INSERT INTO listening_answers (left_path, right_path, is_decoy, answer, user, at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*item.place, item.is_decoy, answer, user, self._clock()),
            )

    def answers(self) -> Answers:
        with transaction_beside(self._path) as connection:
            rows = connection.execute(
                "SELECT left_path, right_path, is_decoy, answer FROM listening_answers ORDER BY id"
            )
            found: tuple[dict, dict] = ({}, {})
            for left, right, is_decoy, answer in rows:
                found[is_decoy][left, right] = answer
        return Answers(*found)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where listening stands: what follows, and the places of the goal in the order in which they are heard."""

    guarantee: Guarantee
    goal: Goal | None
    items: tuple[Item, ...]
    answers: Answers

    def answered(self, item: Item) -> bool:
        return item.place in (self.answers.decoys if item.is_decoy else self.answers.boundaries)


def survey_listening(log: ListeningLog, review: ReviewState, paths: pa.Array) -> Listening:
    """Draw the sample of the boundaries that are approved now, and judge the answers there are."""
    goal, answers = log.goal(), log.answers()
    table, segments = review.boundaries(), review.segments()
    firm = [index for index, state in zip(table.index.tolist(), table.state) if state in _FIRM]
    if goal is None:
        return Listening(judge(None, (), answers, n_approved=len(firm)), None, (), answers)
    approved = dict(zip(firm, _places(paths, firm)))
    sample = draw_sample(goal.seed, approved, sample_size(goal.error_rate, goal.confidence))
    stops = dict(zip(segments.start.tolist(), segments.stop.tolist()))
    decoys = decoy_indices(goal.seed, sample, approved, stops)
    items = [
        *(Item(index, approved[index], is_decoy=False) for index in sample),
        *(Item(index, place, is_decoy=True) for index, place in zip(decoys, _places(paths, decoys))),
    ]
    items.sort(key=lambda item: rank(goal.seed, item.place, purpose="order"))
    guarantee = judge(goal, [approved[index] for index in sample], answers, n_approved=len(firm))
    return Listening(guarantee, goal, tuple(items), answers)


def read_guarantee(review_db: Path, review: ReviewState, paths: pa.Array) -> Guarantee:
    """What follows from what people heard so far."""
    return survey_listening(ListeningLog(review_db), review, paths).guarantee


def _count_looks(goals: list[tuple]) -> int:
    """How often the sample changed its size after answers were given, and once: each is another chance to be lucky."""
    sizes = [sample_size(error_rate, confidence) for _, error_rate, confidence, _ in goals]
    changed = [now != before and goal[-1] > 0 for before, now, goal in zip(sizes, sizes[1:], goals[1:])]
    return 1 + sum(changed)


def _places(paths: pa.Array, indices: list[int]) -> list[PlaceKey]:
    """The two utterances that each place separates."""
    left = paths.take(pa.array([index - 1 for index in indices], pa.int64())).to_pylist()
    right = paths.take(pa.array(indices, pa.int64())).to_pylist()
    return list(zip(left, right))
