"""How many utterances has a speaker here, where nobody knows? Detects with sizes from a grid and compares.

A wrong size within a factor of two still finds segments of the right length. Of several lengths the largest is taken
whose segments hold no second change: inside speakers there are sessions, above them there is nothing that repeats.
"""

from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.locks import read_locks
from spkbound.detection.options import DetectionOptions
from spkbound.detection.rows import Rows
from spkbound.detection.solvers import make_solver
from spkbound.words import Words

_MOST_ROWS = 24_000  # looked at, from the start
_SMALLEST_SIZE = 12
_FEWEST_SEGMENTS = 4
_STEP = 2.0
_ALIKE = 1.2  # two lengths within this factor are the same length
_GOOD_SHARE = 0.5  # of the best quality
_ENOUGH_SEGMENTS = 10  # fewer may be pairs of speakers that happen to look whole
_FALLBACK_SIZE = 1000.0


@dataclass(frozen=True, slots=True)
class FoundSize:
    """The size to work with, and what to say about it."""

    segment_size: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Trial:
    length: float
    quality: float
    n_segments: int


def find_segment_size(rows: Rows, options: DetectionOptions) -> FoundSize:
    """Take the size that was asked for, or find one and say so."""
    if options.segment_size != "auto":
        return FoundSize(float(options.segment_size))
    head = replace(rows, matrix=rows.matrix[:_MOST_ROWS])
    trials = [_try(head, size) for size in _grid(len(head))]
    trials = [trial for trial in trials if trial.quality > 0]
    if not trials:
        size = max(1.0, min(_FALLBACK_SIZE, len(rows) / 2))
        return FoundSize(
            size,
            (
                Words(
                    "segment_size auto: found no speakers one after the other of any size; went on with {size}",
                    size=f"{size:g}",
                ),
            ),
        )
    good = max(trial.quality for trial in trials) * _GOOD_SHARE
    many = [trial for trial in trials if trial.quality >= good and trial.n_segments >= _ENOUGH_SEGMENTS]
    best = max(many or trials, key=lambda trial: trial.length if many else trial.quality)
    size = float(np.median([trial.length for trial in trials if _is_alike(trial, best)]))
    others = sorted({round(trial.length) for trial in trials if not _is_alike(trial, best) and trial.quality >= good})
    if not others:
        return FoundSize(size, (Words("segment_size auto: chose {size}", size=f"{size:g}"),))
    also = ", ".join(map(str, others))
    return FoundSize(
        size, (Words("segment_size auto: chose {size}; also possible: {also}", size=f"{size:g}", also=also),)
    )


def _grid(n_rows: int) -> list[float]:
    largest = n_rows / _FEWEST_SEGMENTS
    n_steps = int(np.log(max(1.0, largest / _SMALLEST_SIZE)) / np.log(_STEP)) + 1
    return [largest / _STEP**step for step in range(n_steps)] if largest >= _SMALLEST_SIZE else []


def _try(rows: Rows, size: float) -> _Trial:
    """Detect with `size`; quality in [0, 1] is how alike and how sure the found segments are, 0 when in doubt."""
    options = DetectionOptions(segment_size=size, boundary_window=size / 10)
    findings = make_solver(rows, options, size, None).solve(read_locks((), (), n_utterances=len(rows), reach=0))
    edges = np.array([0, *(boundary.index for boundary in findings.boundaries), len(rows)])
    lengths = np.diff(edges)
    length = float(np.median(lengths))
    if findings.warnings or len(lengths) < _FEWEST_SEGMENTS:
        return _Trial(length, 0.0, len(lengths))
    share = float((np.abs(lengths - length) < (_ALIKE - 1) * length).mean())
    existence = float(np.median([boundary.existence for boundary in findings.boundaries]))
    return _Trial(length, share * existence, len(lengths))


def _is_alike(one: _Trial, other: _Trial) -> bool:
    return max(one.length, other.length) <= _ALIKE * min(one.length, other.length)
