"""Where does the speaker change? The entry point: checks what is asked, lets a method solve it, shapes the answer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np

from spkbound.detection.auto_size import FoundSize, find_segment_size
from spkbound.detection.doubt import Voices, with_doubts
from spkbound.detection.global_method import GlobalFit
from spkbound.detection.length import LengthPrior
from spkbound.detection.locks import Locks, read_locks
from spkbound.detection.options import DetectionOptions
from spkbound.detection.result import Detection, Findings, FoundBoundary, certain_boundary
from spkbound.detection.roster.entries import Roster, read_roster
from spkbound.detection.roster.verdict import Verdict, compare
from spkbound.detection.rows import open_rows
from spkbound.detection.solvers import GlobalSolver, Solver, make_solver
from spkbound.detection.suggest import suggest
from spkbound.domain import Method, Suggestion
from spkbound.errors import UsageError
from spkbound.words import Words

_DOUBTFUL = 0.5
BESIDE_A_GAP = Words("an unreadable utterance lies where the boundary may be")
DOUBTFUL = Words("probably no change of speaker here")


def detect_boundaries(
    embeddings: np.ndarray,
    *,
    method: Method = "global",
    segment_size: float | Literal["auto"] = 1000,
    boundary_window: float = 10,
    gmm_components: int = 2,
    weights: np.ndarray | None = None,
    roster: Sequence[int | None] | Roster | None = None,
    approved: Iterable[int] = (),
    rejected: Iterable[int] = (),
) -> Detection:
    """Find the boundaries of an ordered corpus.

    Parameters
    ----------
    embeddings : float (n_utterances, dim)
        In corpus order, also memory-mapped; a row with NaN or only zeros is a gap: no evidence, but a place.
    segment_size
        Expected utterances per speaker: a soft prior for `global`, the stride for `cosine` and `gmm`.
    boundary_window
        Utterances: scale of the prior, or half-width of the search.
    weights : float (n_utterances,)
        What each utterance counts beside the others; 0 makes it a gap.
    roster
        How many utterances each speaker has, in order, None where nobody knows. It may be wrong here and there:
        speakers who are not in the corpus or not on the roster, counts that are off. If half of the counts are known,
        `segment_size` is theirs.
    approved, rejected
        Indices that must be boundaries; indices within ± `boundary_window` of which none may be, unless approved.

    Raises
    ------
    UsageError : an argument that cannot be
    """
    detector = Detector(
        embeddings,
        method=method,
        segment_size=segment_size,
        boundary_window=boundary_window,
        gmm_components=gmm_components,
        weights=weights,
        roster=roster,
        approved=approved,
        rejected=rejected,
    )
    return detector.detect()


class Detector:
    """Detects again and again in one corpus as decisions come in; keeps what does not depend on them."""

    def __init__(
        self,
        embeddings: np.ndarray,
        *,
        method: Method = "global",
        segment_size: float | Literal["auto"] = 1000,
        boundary_window: float = 10,
        gmm_components: int = 2,
        weights: np.ndarray | None = None,
        roster: Sequence[int | None] | Roster | None = None,
        approved: Iterable[int] = (),
        rejected: Iterable[int] = (),
    ) -> None:
        """Take the arguments of `detect_boundaries`; nothing is computed before the first detection."""
        self._options = DetectionOptions(
            method=method,
            segment_size=segment_size,
            boundary_window=boundary_window,
            gmm_components=gmm_components,
        )
        self._rows = open_rows(embeddings)
        self._weights = _read_weights(weights, len(self._rows))
        self._roster = read_roster(roster)
        self._locks = self._read_locks(approved, rejected)

    def detect(self) -> Detection:
        """Detect with the decisions given at the start."""
        return self._detect(self._locks)

    def redetect(self, *, approved: Iterable[int] = (), rejected: Iterable[int] = ()) -> Detection:
        """Detect with these decisions instead; the same as a fresh detection with them."""
        return self._detect(self._read_locks(approved, rejected))

    def suggestions(self, boundaries: Iterable[int] | None = None) -> list[Suggestion]:
        """Look for faults that are no matter of one boundary, the costliest first; for the reviewer to decide on.

        Outliers, boundaries with one speaker on both sides, changes missed inside a segment, voices that come back.
        They come from what `global` measures, whichever method found the boundaries. None where there is nothing to
        go on.

        Parameters
        ----------
        boundaries : indices as they stand now, also after a review; None: as `detect` finds them

        Raises
        ------
        UsageError : an index that is no whole number or not inside the corpus
        """
        if boundaries is None:
            indices = self.detect().indices
        else:
            indices = self._read_locks(boundaries, ()).approved
        if self._fit is None:
            return []
        return suggest(self._fit, indices, doubted=self._is_doubted(indices))

    def _read_locks(self, approved: Iterable[int], rejected: Iterable[int]) -> Locks:
        reach = self._options.boundary_window
        return read_locks(approved, rejected, n_utterances=len(self._rows), reach=reach)

    def _detect(self, locks: Locks) -> Detection:
        findings = self._solver.solve(locks)
        found = findings.boundaries
        indices = np.array([boundary.index for boundary in found], dtype=np.int64)
        intervals = np.array([boundary.interval for boundary in found], dtype=np.int64).reshape(-1, 2)
        verdict = self._compare_with_roster(indices)
        return Detection(
            indices=indices,
            probabilities=np.array([boundary.probability for boundary in found], dtype=np.float64),
            existence=np.array([boundary.existence for boundary in found], dtype=np.float64),
            intervals=intervals,
            warnings=(*self._size.warnings, *findings.warnings, *(verdict.warnings if verdict else ())),
            boundary_warnings=self._boundary_warnings(found, intervals),
            n_utterances=len(self._rows),
            method=self._options.method,
            settings=self._options.settings(),
            similarity=self._similarity,
            place_starts=np.array([boundary.places.start for boundary in found], dtype=np.int64),
            place_probabilities=tuple(boundary.mass.astype(np.float32) for boundary in found),
            alignment=verdict and verdict.alignment,
            debug={"used_segment_size": self._size.segment_size, **findings.debug},
        )

    def _compare_with_roster(self, indices: np.ndarray) -> Verdict | None:
        if self._roster is None or not len(self._rows):
            return None
        usual = LengthPrior(self._size.segment_size, max(self._options.boundary_window, 1))
        return compare(self._roster, np.concatenate([[0], indices, [len(self._rows)]]), usual)

    @cached_property
    def _size(self) -> FoundSize:
        if self._roster is not None and self._roster.typical_count is not None:
            return FoundSize(self._roster.typical_count)
        return find_segment_size(self._rows, self._options)

    @cached_property
    def _solver(self) -> Solver:
        return make_solver(self._rows, self._options, self._size.segment_size, self._weights, self._roster)

    @cached_property
    def _gaps_before(self) -> np.ndarray:
        """How many gaps lie before each place, int64 ``(n_utterances + 1,)``."""
        return np.concatenate([[0], np.cumsum(self._solver.gaps())])

    @cached_property
    def _fit(self) -> GlobalFit | None:
        """What `global` measures, whatever the method; None where there is too little to measure."""
        solver = self._solver
        if not isinstance(solver, GlobalSolver):
            options = replace(self._options, method="global")
            solver = make_solver(self._rows, options, self._size.segment_size, self._weights)
        return solver.fit if isinstance(solver, GlobalSolver) else None

    def _is_doubted(self, indices: np.ndarray) -> bool:
        """Does the corpus as a whole speak against these boundaries?"""
        found = [replace(certain_boundary(int(i)), certain=False) for i in indices]
        findings = with_doubts(
            Findings(boundaries=found), Voices(self._rows), member_error=self._fit.placer.member_error
        )
        return bool(findings.warnings)

    @cached_property
    def _similarity(self) -> np.ndarray:
        timeline = self._solver.similarity(int(np.clip(self._size.segment_size / 10, 5, 50)))
        timeline.flags.writeable = False
        return timeline

    def _boundary_warnings(self, found: list[FoundBoundary], intervals: np.ndarray) -> tuple[tuple[str, ...], ...]:
        before = self._gaps_before
        beside_a_gap = before[intervals[:, 1] + 1] > before[np.maximum(intervals[:, 0] - 1, 0)]
        every = []
        for boundary, is_beside in zip(found, beside_a_gap.tolist()):
            warnings = boundary.warnings
            if boundary.existence < _DOUBTFUL:
                warnings = (*warnings, DOUBTFUL)
            if is_beside and not boundary.certain:
                warnings = (*warnings, BESIDE_A_GAP)
            every.append(warnings)
        return tuple(every)


def _read_weights(weights: np.ndarray | None, n_utterances: int) -> np.ndarray | None:
    """Check weights and scale them to a mean of 1 over those that count; None where all count the same."""
    if weights is None:
        return None
    found = np.asarray(weights)
    if found.shape != (n_utterances,) or found.dtype.kind not in "fiub":
        raise UsageError(f"weights must be {n_utterances} numbers, one per utterance, found shape {found.shape}")
    found = found.astype(np.float64)
    if not np.isfinite(found).all() or (found < 0).any():
        raise UsageError("weights must be finite and not negative")
    counting = found[found > 0]
    if len(counting) == n_utterances and (counting == counting[:1]).all():
        return None
    return found / counting.mean() if len(counting) else found
