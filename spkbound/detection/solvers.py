"""Which method answers, and what does it say about itself? Each solver holds what does not depend on decisions."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from spkbound.detection.cosine import judge_by_cosine
from spkbound.detection.doubt import Voices, capped, with_doubts
from spkbound.detection.global_method import GlobalFit, fit_global, search_under, solve_global, start_recursion
from spkbound.detection.locks import Locks
from spkbound.detection.options import DetectionOptions
from spkbound.detection.projected import project
from spkbound.detection.recursion import Recursion
from spkbound.detection.result import Findings, FoundBoundary, certain_boundary
from spkbound.detection.roster.entries import Roster
from spkbound.detection.roster.fit import RosterFit, fit_roster
from spkbound.detection.roster.solve import solve_with_roster
from spkbound.detection.rows import Rows, sample_rows, usable
from spkbound.detection.similarity import similarity_timeline
from spkbound.detection.whiten import fit_whitening
from spkbound.detection.window_search import Judge, WindowSearch
from spkbound.words import Words

_FEWEST_UTTERANCES = 4
_BLOCKS_PER_SEGMENT = 100


class Solver(Protocol):
    """Finds boundaries under decisions, and draws the timeline."""

    def solve(self, locks: Locks) -> Findings: ...

    def gaps(self) -> np.ndarray:
        """Which utterances tell nothing: bool (n_utterances,)."""

    def similarity(self, width: int) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class NothingToFind:
    """Where no method has anything to go on: only what a human approved."""

    n_utterances: int
    why: str

    def solve(self, locks: Locks) -> Findings:
        return Findings(boundaries=[certain_boundary(int(i)) for i in locks.approved], warnings=(self.why,))

    def gaps(self) -> np.ndarray:
        return np.ones(self.n_utterances, dtype=bool)

    def similarity(self, width: int) -> np.ndarray:
        return np.full(self.n_utterances, np.nan, dtype=np.float32)


@dataclass(slots=True)
class GlobalSolver:
    """All boundaries at once; remembers the search under the latest decisions."""

    voices: Voices
    fit: GlobalFit
    roster: RosterFit | None = None
    recursion: Recursion | None = field(init=False, default=None)

    def solve(self, locks: Locks) -> Findings:
        said = () if self.roster is None else self.roster.warnings
        return with_doubts(
            Findings(boundaries=self._find(locks), warnings=said, debug=self._debug()),
            self.voices,
            member_error=self.fit.placer.member_error,
            divided_share=self.roster.divided_share if self._goes_by_roster else self.fit.divided_share,
        )

    @property
    def _goes_by_roster(self) -> bool:
        return self.roster is not None and self.roster.fits

    def _find(self, locks: Locks) -> list[FoundBoundary]:
        if self._goes_by_roster:
            return solve_with_roster(self.roster, locks)
        self.recursion = search_under(self.fit, locks, self.recursion or start_recursion(self.fit))
        return solve_global(self.fit, locks, self.recursion)

    def gaps(self) -> np.ndarray:
        return self.fit.projected.mass == 0

    def similarity(self, width: int) -> np.ndarray:
        rows = self.fit.projected.rows
        return similarity_timeline(lambda lo, hi: rows[lo:hi], len(rows), width)

    def _debug(self) -> dict:
        fit = self.fit
        return {
            "inflation": round(fit.best.scoring.inflation, 3),
            "fitted_segment_size": fit.best.prior.size,
            "n_directions": len(fit.ground.variances),
            "n_candidates": len(fit.ground.nodes),
            "roster_gain": None if self.roster is None else round(self.roster.gain, 1),
            "placed_by": fit.placer.scorer,
            "member_error": None if np.isnan(fit.placer.member_error) else round(fit.placer.member_error, 4),
            "fixed_points": [
                {
                    "evidence": round(float(point.evidence), 1),
                    "inflation": round(point.scoring.inflation, 3),
                    "segment_size": point.prior.size,
                    "n_boundaries": len(point.path),
                }
                for point in fit.points
            ],
        }


@dataclass(frozen=True, slots=True)
class WindowSolver:
    """From boundary to boundary."""

    rows: Rows
    mean: np.ndarray
    weights: np.ndarray | None
    options: DetectionOptions
    segment_size: float
    voices: Voices
    roster: Roster | None = None

    def solve(self, locks: Locks) -> Findings:
        search = WindowSearch(
            rows=self.rows,
            mean=self.mean,
            weights=self.weights,
            size=max(1, round(self.segment_size)),
            window=int(self.options.boundary_window),
            counts=() if self.roster is None else self.roster.counts,
            locks=locks,
            judge=self._judge(),
        )
        found = search.run()
        lost = [boundary.index for boundary in found if boundary.warnings]
        warnings = (
            [
                Words(
                    "{lost} of {found} searches lost their lock, the first at index {index}",
                    lost=len(lost),
                    found=len(found),
                    index=lost[0],
                )
            ]
            if lost
            else []
        )
        if 2 * len(lost) > len(found):
            found = [boundary if boundary.certain else capped(boundary, 0.5) for boundary in found]
        findings = Findings(boundaries=found, warnings=tuple(warnings), debug={"n_lost": len(lost)})
        return with_doubts(findings, self.voices)

    def gaps(self) -> np.ndarray:
        readable = [usable(block) for _, block in self.rows.blocks()]
        return ~np.concatenate(readable) if self.weights is None else ~np.concatenate(readable) | (self.weights == 0)

    def _judge(self) -> Judge:
        if self.options.method == "cosine":
            return judge_by_cosine
        from spkbound.detection.gmm import gmm_judge  # scikit-learn takes a second to load

        return gmm_judge(int(self.options.gmm_components))

    def similarity(self, width: int) -> np.ndarray:
        def centred(start: int, stop: int) -> np.ndarray:
            block = self.rows.read(slice(start, stop))
            return np.where(usable(block)[:, None], block - self.mean, np.float32(0))

        return similarity_timeline(centred, len(self.rows), width)


def make_solver(
    rows: Rows,
    options: DetectionOptions,
    segment_size: float,
    weights: np.ndarray | None,
    roster: Roster | None = None,
) -> Solver:
    """Measure what the method needs to know of the corpus."""
    n = len(rows)
    if n < _FEWEST_UTTERANCES:
        return NothingToFind(n, Words("{n} utterances are too few to look for boundaries", n=n))
    if segment_size >= n:
        return NothingToFind(
            n,
            Words(
                "segment_size {size} is not below the {n} utterances: no boundary expected",
                size=f"{segment_size:g}",
                n=n,
            ),
        )
    whitening = fit_whitening(rows, segment_size)
    if whitening is None:
        return NothingToFind(n, Words("the readable utterances do not differ: nothing to tell speakers apart"))
    if options.method != "global":
        sample, _ = sample_rows(rows, np.random.default_rng(0))
        mean = sample.mean(0, dtype=np.float64)
        return WindowSolver(rows, mean, weights, options, segment_size, Voices(rows), roster)
    block = max(1, int(segment_size // _BLOCKS_PER_SEGMENT))
    projected = project(rows, whitening, weights, block=block)
    fit = fit_global(projected, segment_size=segment_size, window=options.boundary_window)
    known = fit_roster(fit, roster) if roster is not None and roster.is_counted else None
    return GlobalSolver(Voices(rows), fit, known)
