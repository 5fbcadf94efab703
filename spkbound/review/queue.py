"""Which boundary next, how far are we, and when is it enough? Pure arithmetic on columns; it decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

DECIDED = ("approved", "added", "rejected")
# A gap longer than this is a break, not the time that a decision takes.
BREAK_S = 300.0
PACE_GAPS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the review is. `pace_s` per decision and `ready_s` from now; None while there are too few decisions."""

    decided: int
    left: int
    pace_s: float | None
    ready_s: float | None

    @property
    def total(self) -> int:
        return self.decided + self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What each item does if it stays as it is: float64 ``(n_items,)`` each, higher is worse.

    `speakers` is how many it is expected to spoil, and makes the order: a cut in the wrong place spoils two, be it by
    one file or by a thousand. So a boundary that is hardly ever none does not come before one that is probably an
    utterance off only because segments are long. `files` is how many it is expected to misfile.
    """

    speakers: np.ndarray
    files: np.ndarray

    def worst_first(self) -> np.ndarray:
        """Positions in the order of the queue: by speakers, of equals by files, then as they stand."""
        return np.lexsort((-self.files, -self.speakers))


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCurve:
    """What further decisions save, in the order of the queue.

    ``saved[d]`` is the expected number of misfiled files that the next `d` decisions prevent, float64
    ``(n_left + 1,)``, from 0 and never falling. `decisions` is the knee: after that many the next ones spare few
    speakers.
    """

    saved: np.ndarray
    decisions: int

    @property
    def saved_at_knee(self) -> float:
        return float(self.saved[self.decisions])


def expected_harm(
    index: np.ndarray,
    *,
    state: Sequence[str],
    probability: np.ndarray,
    existence: np.ndarray,
    lo: np.ndarray,
    hi: np.ndarray,
    n_utterances: int,
) -> Harm:
    """Expect what boundaries do if they stay as they are.

    ::

        speakers = (existence − probability) · 2      + (1 − existence) · 1
        files    = (existence − probability) · offset + (1 − existence) · segment

    The change is inside the interval but not here with mass ``existence − probability``; then one speaker holds files
    of the other, who lacks them, and each place between is one: `offset` is the mean distance from here to the other
    places of ``[lo, hi]``. There is no change near with mass ``1 − existence``; then one speaker is torn in two, and
    `segment`, the smaller of the two neighbouring segments, lies apart. A decided boundary does no harm. Where the
    detector says nothing (NaN) nothing is counted on: existence and probability are 0.

    Parameters
    ----------
    index : int64 ``(n_b,)`` increasing
    lo, hi : int64 ``(n_b,)``, the interval of each, both inclusive
    """
    index, lo, hi = (np.asarray(column, np.int64) for column in (index, lo, hi))
    exists = np.nan_to_num(np.asarray(existence, float))
    beside = exists - np.minimum(np.nan_to_num(np.asarray(probability, float)), exists)
    is_left = ~_is_any(state, DECIDED)
    files = beside * _mean_offset(index, lo, hi) + (1 - exists) * _smaller_segment(index, state, n_utterances)
    return Harm(speakers=is_left * (2 * beside + (1 - exists)), files=is_left * files)


def measure_progress(state: Sequence[str], decided_at: Sequence[str | None]) -> Progress:
    """Count what is decided and left, and expect when it is ready.

    Parameters
    ----------
    decided_at : time of the newest decision per boundary as the log writes it; None where there is none
    """
    is_decided = _is_any(state, DECIDED)
    left = len(state) - int(is_decided.sum())
    pace_s = measure_pace([at for at, decided in zip(decided_at, is_decided.tolist()) if decided and at])
    ready_s = None if pace_s is None else pace_s * left
    return Progress(decided=len(state) - left, left=left, pace_s=pace_s, ready_s=ready_s)


def measure_pace(times: Sequence[str]) -> float | None:
    """Take the median gap of the last `PACE_GAPS` decisions, seconds; None for fewer than three gaps.

    Decisions of one moment (a bulk step) count once; breaks do not count.
    """
    newest = sorted(set(times))[-4 * PACE_GAPS :]
    seconds = [datetime.fromisoformat(at).timestamp() for at in newest]
    gaps = np.diff(seconds)
    gaps = gaps[(gaps > 0.05) & (gaps < BREAK_S)][-PACE_GAPS:]
    return float(np.median(gaps)) if len(gaps) >= 3 else None


def find_stop(harm: Harm, state: Sequence[str]) -> StopCurve:
    """Add up what is saved in the order of the queue, and find the knee.

    The knee is the point farthest above its chord of the curve of the speakers (Satopää et al. 2011, "Finding a
    Kneedle in a Haystack", without smoothing: in this order that curve is concave by construction).
    """
    is_left = ~_is_any(state, DECIDED)
    left = Harm(speakers=np.asarray(harm.speakers, float)[is_left], files=np.asarray(harm.files, float)[is_left])
    order = left.worst_first()
    saved, spared = (np.concatenate(([0.0], np.cumsum(each[order]))) for each in (left.files, left.speakers))
    if spared[-1] <= 0:
        return StopCurve(saved=saved, decisions=0)
    above_chord = spared / spared[-1] - np.linspace(0.0, 1.0, len(spared))
    knee = int(np.argmax(above_chord))
    # Equal harm makes the curve its own chord: there is no knee before the end.
    return StopCurve(saved=saved, decisions=knee if above_chord[knee] > 1e-9 else len(order))


def _is_any(state: Sequence[str], of: Sequence[str]) -> np.ndarray:
    """Which states are one of these; ten times as fast as `numpy.isin`, which would sort the words."""
    return np.fromiter((each in of for each in state), bool, len(state))


def _mean_offset(index: np.ndarray, lo: np.ndarray, hi: np.ndarray) -> np.ndarray:
    """Mean distance from `index` to the other places of ``[lo, hi]``; 1 where there is none."""
    inside = (lo <= index) & (index <= hi)
    before, after = _triangle(np.maximum(index - lo, 0)), _triangle(np.maximum(hi - index, 0))
    # Outside its interval (shifted away) the nearer part of the triangle is no place of the interval.
    total = before + after - np.where(inside, 0, _triangle(np.maximum(index - hi, lo - index) - 1))
    n_others = hi - lo + 1 - inside
    return np.where(n_others > 0, total / np.maximum(n_others, 1), 1.0)


def _triangle(size: np.ndarray) -> np.ndarray:
    size = size.astype(float)
    return size * (size + 1) / 2


def _smaller_segment(index: np.ndarray, state: Sequence[str], n_utterances: int) -> np.ndarray:
    """Size of the smaller segment beside each boundary, among boundaries that are not rejected."""
    edges = np.concatenate(([0], index[~_is_any(state, ("rejected",))], [n_utterances]))
    left = index - edges[np.searchsorted(edges, index, side="left") - 1]
    right = edges[np.searchsorted(edges, index, side="right")] - index
    return np.minimum(left, right).astype(float)
