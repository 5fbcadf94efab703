"""In which shapes does the review take and give boundaries? Columnar, frozen values without behaviour."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from spkbound.domain import BoundaryState, Decision, Suggestion

OperationKind = Literal["approve", "reject", "shift", "add", "exclude", "include", "same_speaker", "dismiss", "comment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What the detector proposes, sorted by index.

    `indices` int64 ``(n_b,)``; `probabilities`, `existence` float64 ``(n_b,)`` in [0, 1]; `intervals` int64
    ``(n_b, 2)``, both ends inclusive; `warnings` one tuple of texts per boundary. Optional, for the probability of a
    place that a boundary was shifted to: ``place_probabilities[b][j]`` is the mass at ``place_starts[b] + j``.
    `detector` names the detection in the decisions made on it. `suggestions`: what else it asks to be looked at.
    """

    indices: np.ndarray
    probabilities: np.ndarray
    existence: np.ndarray
    intervals: np.ndarray
    warnings: tuple[tuple[str, ...], ...]
    place_starts: np.ndarray | None = None
    place_probabilities: tuple[np.ndarray, ...] | None = None
    detector: str = ""
    suggestions: tuple[Suggestion, ...] = ()

    @classmethod
    def none(cls) -> "Proposals":
        """Make the proposals of no detection."""
        empty = np.zeros(0)
        return cls(
            indices=np.zeros(0, np.int64),
            probabilities=empty,
            existence=empty,
            intervals=np.zeros((0, 2), np.int64),
            warnings=(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing a reviewer does.

    Attributes
    ----------
    key : made by the client once per operation, so that sending it again adds nothing
    index : place (boundary index); for exclude and include the utterance; for same_speaker any utterance of a segment;
        for dismiss what the suggestion is about: a place, an utterance or a segment
    other_index : for same_speaker, and dismiss of a same_voice, any utterance of the other segment
    text : of a comment; for dismiss the kind of the suggestion
    from_index : where a shift starts
    version : of the place (a shift: of the place it starts from) as the reviewer saw it; None: do not compare
    batch : operations of equal batch are one undo step; None: a step of its own
    """

    key: str
    kind: OperationKind
    index: int
    from_index: int | None = None
    other_index: int | None = None
    version: int | None = None
    text: str | None = None
    batch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody wrote about a boundary, and the index where that is now (or the place, where none was)."""

    index: int
    text: str
    user: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two versions of one place: what one wanted to do, and the newest decision that is stored.

    `theirs_index` is the place that decision is about now; None if the corpus no longer has it.
    """

    mine: Operation
    theirs: Decision
    theirs_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an operation.

    `ok` False means nothing was stored, and either `conflict` or `error` (a text for people) says why. `index` is
    where to look now, `version` that of its place.
    """

    key: str
    ok: bool
    index: int | None
    version: int
    error: str | None = None
    conflict: Conflict | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryTable:
    """All boundaries, rejected ones included, sorted by index; every column has one entry per boundary.

    `probability` (exactly here) and `existence` (one inside ``[lo, hi]``) are NaN where the detector says nothing.
    `proposed_index`: the detector's place of this boundary, or -1. `origin_index`: where it stood before it was
    shifted, or -1. `user` and `at`: of the newest decision, None if there is none. `version`: 0 if nobody decided.
    """

    index: np.ndarray
    state: tuple[BoundaryState, ...]
    probability: np.ndarray
    existence: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    proposed_index: np.ndarray
    origin_index: np.ndarray
    user: tuple[str | None, ...]
    at: tuple[str | None, ...]
    version: np.ndarray
    warnings: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.index)

    def position(self, index: int) -> int | None:
        """Find the row of boundary `index`."""
        found = int(np.searchsorted(self.index, index))
        return found if found < len(self) and self.index[found] == index else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTable:
    """The current segments, half-open ``[start[s], stop[s])``; they partition the corpus.

    `approved`: each end is an approved or added boundary or an end of the corpus.
    """

    start: np.ndarray
    stop: np.ndarray
    approved: np.ndarray

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """What detection has to keep: sorted indices that must be boundaries (approved or added) and that must not be.

    `shifted` were moved by hand and are not yet approved; they are no locks.
    """

    approved: tuple[int, ...]
    rejected: tuple[int, ...]
    shifted: tuple[int, ...]
