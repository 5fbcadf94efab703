"""Which boundaries are there now, and what may be done with them? The log folded over the detector's proposals.

The log is the only truth; this is its image in memory, by index. What to look at next is the question of `queue`.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np
import pyarrow as pa

from spkbound.domain import Place
from spkbound.review.agreement import Agreement, measure_agreement
from spkbound.review.fold import Fold, PlaceState
from spkbound.review.log import DecisionLog, new_key
from spkbound.review.naming import name_decision, name_place
from spkbound.review.places import PlaceFinder
from spkbound.review.rows import PlaceKey, Row
from spkbound.review.rules import find_objection
from spkbound.review.said import Said
from spkbound.review.standing import Standing
from spkbound.review.suggestions import Answers, find_answered
from spkbound.review.table import BoundaryRow, RowMaker, build_table
from spkbound.review.tables import (
    BoundaryTable,
    Comment,
    Conflict,
    Locks,
    Operation,
    Outcome,
    Proposals,
    SegmentTable,
)
from spkbound.review.voices import group_segments, segment_at
from spkbound.review.writer import LogWriter
from spkbound.words import Words

_FIRM = ("approved", "added")


class ReviewState:
    """The boundaries of one corpus as they stand. Any thread may use it; other processes may add to the same log.

    Parameters
    ----------
    log : the decisions; everything stored goes there first
    paths : relative paths of all utterances in corpus order, no two equal
    proposals : what the detector proposes; decided places that it no longer proposes stay

    Attributes
    ----------
    orphans : number of decided places that this corpus no longer has; the log keeps them, the state ignores them
    excluded : indices of the excluded utterances
    """

    def __init__(self, log: DecisionLog, paths: pa.Array, proposals: Proposals) -> None:
        self._log = log
        self._finder = PlaceFinder(paths)
        self._proposals = proposals
        self._maker = RowMaker(proposals)
        self._lock = threading.RLock()
        self._start()

    def _start(self) -> None:
        self._fold = Fold(self._log.opening(), self._log.newest_before)
        self._said = Said(self._fold, self._finder)
        self._standing = Standing(self._fold, self._finder, self._proposals.indices.tolist())
        self._table: BoundaryTable | None = None
        self._segments: SegmentTable | None = None
        self._rows: dict[int, BoundaryRow] = {}
        self._make_rows(self._standing.active)
        self._look_again(self._fold.places())

    @property
    def n_utterances(self) -> int:
        return len(self._finder)

    @cached_property
    def detected_edges(self) -> list[int]:
        """Where the detector's segments begin and end, 0 and n included."""
        return [0, *self._proposals.indices.tolist(), self.n_utterances]

    @property
    def version(self) -> int:
        """Id of the newest row taken in: increases with every decision, also of others once they were read."""
        return self._fold.last_id

    @property
    def orphans(self) -> int:
        return len(self._standing.orphans)

    @property
    def excluded(self) -> frozenset[int]:
        return self._standing.excluded

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Let nobody decide meanwhile, so that several questions are answered of one moment."""
        with self._lock:
            yield

    def boundaries(self) -> BoundaryTable:
        """Give all boundaries, rejected ones included. The same object until something changes."""
        with self._lock:
            if self._table is None:
                self._table = build_table(self._rows.values())
            return self._table

    def segments(self) -> SegmentTable:
        """Cut the corpus at every boundary that is not rejected. The same object until something changes."""
        with self._lock:
            if self._segments is None:
                self._segments = self._cut()
            return self._segments

    def _cut(self) -> SegmentTable:
        inner, n_utterances = self._standing.active, self.n_utterances
        firm = [self._rows[index].state in _FIRM for index in inner]
        edges = np.array([0, *inner, n_utterances] if n_utterances else [], np.int64)
        ends_firm = np.array([True, *firm, True] if n_utterances else [], bool)
        return SegmentTable(start=edges[:-1], stop=edges[1:], approved=ends_firm[:-1] & ends_firm[1:])

    def same_speakers(self) -> tuple[tuple[int, ...], ...]:
        """Group the segments that are one speaker by what reviewers said: positions in `segments`, increasing."""
        with self._lock:
            return group_segments(self._said.pairs(), [0, *self._standing.active])

    def agreement(self) -> Agreement:
        """Measure how far reviewers agree; it reads the whole log, a second per 200 thousand rows."""
        return measure_agreement(self._log.rows_since(0))

    def comments(self) -> tuple[Comment, ...]:
        with self._lock:
            return self._said.comments()

    def answered(self) -> tuple[int, ...]:
        """Give the positions of the detector's suggestions that need no answer any more."""
        if not self._proposals.suggestions:
            return ()
        with self._lock:
            return find_answered(self._proposals.suggestions, self.detected_edges, self._answers(self.boundaries()))

    def _answers(self, table: BoundaryTable) -> Answers:
        indices, proposed = table.index.tolist(), table.proposed_index.tolist()
        return Answers(
            indices=indices,
            states=dict(zip(indices, table.state)),
            now_at=dict(zip(proposed, indices)),
            judged=self._standing.judged,
            dismissed=self._said.dismissed(),
            starts=[0, *self._standing.active],
            groups=self.same_speakers(),
        )

    def locks(self) -> Locks:
        """Give what a new detection has to keep."""
        table = self.boundaries()
        indices = table.index.tolist()
        return Locks(
            approved=tuple(i for i, state in zip(indices, table.state) if state in _FIRM),
            rejected=tuple(i for i, state in zip(indices, table.state) if state == "rejected"),
            shifted=tuple(i for i, state in zip(indices, table.state) if state == "shifted"),
        )

    def apply(self, operations: list[Operation], *, user: str) -> list[Outcome]:
        """Do what a reviewer asks, in order, in one transaction; what cannot be done is said in its outcome.

        Operations of equal `batch` are one undo step. A key that is stored already adds nothing and is ok.
        """
        with self._transaction() as writer:
            return [self._apply_one(writer, operation, user) for operation in operations]

    def undo(self, user: str, *, key: str | None = None) -> list[Outcome]:
        """Take back the last step of `user`; empty if there is none.

        Raises
        ------
        DecisionRefused
            Somebody decided on one of its places since; carries both decisions as `mine` and `theirs`.
        """
        with self._transaction() as writer:
            return self._settle(writer.undo(user=user, key=key or new_key()))

    def redo(self, user: str, *, key: str | None = None) -> list[Outcome]:
        """Apply again what the last undo of `user` took back; as `undo`."""
        with self._transaction() as writer:
            return self._settle(writer.redo(user=user, key=key or new_key()))

    def close(self) -> None:
        """Close the log; nothing is lost, everything was stored when it was done."""
        self._log.close()

    def refresh(self) -> list[int]:
        """Read what other processes added; returns the ids of the new rows."""
        with self._lock:
            rows = list(self._log.rows_since(self.version))
            self._take_in(rows)
            return [row.id for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[LogWriter]:
        """Write to the log with everybody's rows taken in first; if nothing comes of it, forget it here as well."""
        with self._lock:
            stored = self.version
            try:
                with self._log.writing() as writer:
                    self._take_in(writer.since(stored))
                    stored = self.version
                    yield writer
            except BaseException:
                if self.version != stored:
                    self._start()
                raise

    def _settle(self, rows: list[Row]) -> list[Outcome]:
        self._take_in(rows)
        return [self._stored(row) for row in rows]

    def _apply_one(self, writer: LogWriter, operation: Operation, user: str) -> Outcome:
        stored = writer.by_key(operation.key)
        if stored is not None:
            return self._stored(stored)
        subject = operation.index if operation.from_index is None else operation.from_index
        place = name_place(self._finder, operation, subject)
        version = self._fold.version(place) if place else 0
        if place and operation.version is not None and operation.version != version:
            theirs = writer.last_at(Place(*place))
            return self._refused(operation, version, conflict=theirs and self._conflict(operation, theirs))
        objection = find_objection(
            operation,
            here=self._standing.state_at(subject),
            n_utterances=self.n_utterances,
            active=self._standing.active,
        )
        if objection:
            return self._refused(operation, version, error=objection)
        new = name_decision(self._finder, operation, active=self._standing.active, detector=self._proposals.detector)
        return self._settle([writer.add(new, user=user)])[0]

    def _refused(
        self, operation: Operation, version: int, *, error: str | None = None, conflict: Conflict | None = None
    ) -> Outcome:
        if not error and not conflict:
            error = Words("this place was not decided on in this log; load the page again")
        where = conflict.theirs_index if conflict else operation.index
        return Outcome(key=operation.key, ok=False, index=where, version=version, error=error, conflict=conflict)

    def _conflict(self, operation: Operation, theirs: Row) -> Conflict:
        return Conflict(mine=operation, theirs=theirs.decision(), theirs_index=self._index_of(theirs.keys[0]))

    def _stored(self, row: Row) -> Outcome:
        # An undone shift is looked at where the boundary is now: where it came from.
        place = row.keys[-1] if row.kind == "undo" else row.keys[0]
        index = self._index_of(place)
        return Outcome(
            key=row.key,
            ok=True,
            index=self._start_of(place) if index is None else index,
            version=self._fold.version(row.keys[0]),
            decision=row.decision(),
        )

    def _start_of(self, place: PlaceKey) -> int | None:
        """Find where the second of two segments begins: there one looks at them."""
        index = self._finder.path_index(place[1])
        starts = [0, *self._standing.active]
        return None if index is None else starts[segment_at(starts, index)]

    def _index_of(self, place: PlaceKey) -> int | None:
        self._finder.learn([place])
        find = self._finder.boundary_index if _is_boundary(place) else self._finder.utterance_index
        return find(place)

    def _began_index(self, state: PlaceState | None) -> int | None:
        return None if state is None or state.began is None else self._index_of(state.began)

    def _take_in(self, rows: Iterable[Row]) -> None:
        touched = self._fold.add_rows(rows)
        if touched:
            self._look_again(touched)

    def _look_again(self, touched: set[PlaceKey]) -> None:
        self._finder.learn(touched)
        self._table = self._segments = None
        self._make_rows(self._standing.follow(touched))

    def _make_rows(self, indices: Iterable[int]) -> None:
        for index in indices:
            standing = self._standing.boundary(index)
            if standing is None:
                self._rows.pop(index, None)
            else:
                self._rows[index] = self._maker.row(index, standing, self._began_index(standing[1]))


def _is_boundary(place: PlaceKey) -> bool:
    return place[0] != place[1]
