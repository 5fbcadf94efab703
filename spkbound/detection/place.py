"""Where exactly is a boundary that surely is somewhere here? Works at the scale of single utterances.

Log ratios left against right, one per utterance, are summed; the largest sum is the place.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from spkbound.detection.calibrate import Calibration, fit_calibration
from spkbound.detection.clarity import Clarity, fit_clarity
from spkbound.detection.locks import Locks
from spkbound.detection.projected import Projected
from spkbound.detection.result import Places, spread
from spkbound.detection.score import segment_score
from spkbound.detection.scorers import RatioModel, Scorer, kernel_scorer, ratio_scorer

_MOST_MEMBERS = 200  # utterances looked at on either side
_SAMPLED_BOUNDARIES = 40
_SMALLEST_SIDE = 8
_UNSURE = 2  # utterances round a boundary whose side is not known
_SESSION_MATTERS = 0.02  # mean variance of a local mean beyond chance
_KERNEL_GAIN = 0.9  # the kernel is taken when it leaves less than this share of the errors
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A boundary's place, and how likely it is at the places round it.

    `gain`: nats by which members on either side, each left out of its own side, are told apart better than by
    guessing; of one speaker cut in two it is small, whatever the sums say. Infinite where too few can be asked.
    """

    places: Places
    gain: float = np.inf

    @property
    def index(self) -> int:
        return self.places.index


@dataclass(frozen=True, slots=True, kw_only=True)
class Placer:
    """Places boundaries in one corpus; remembers what it placed.

    `member_error`: share of members of found segments that the scorer puts on the wrong side, NaN where none could be
    asked; 0.5 is chance.
    """

    projected: Projected
    scorer: Literal["ratio", "kernel"]
    clarity: Clarity
    model: RatioModel
    squared_width: float
    half: int
    reach: int
    member_error: float
    known: dict[tuple, Placed] = field(default_factory=dict, repr=False)

    def place_all(self, edges: np.ndarray, fixed: np.ndarray, locks: Locks) -> tuple[np.ndarray, list[Placed | None]]:
        """Place every inner edge but `fixed` ones; gives edges (0 and n included) and their places (None: fixed)."""
        at = edges.tolist()
        free = (np.flatnonzero(~fixed[1:-1]) + 1).tolist()
        placed: list[Placed | None] = [None] * len(at)
        asked: list[tuple[int, ...]] = [()] * len(at)
        for afresh in (True, False):  # the second time from where the first ended
            watched = locks.near(np.array(at), reach=self.reach).tolist()
            for i in free:
                around = (at[i - 1], at[i], at[i + 1])
                if around == asked[i]:
                    continue
                asked[i] = around
                where = None if watched[i] else self.known.get((*around, afresh, b""))
                placed[i] = self._recall(*around, locks=locks, afresh=afresh) if where is None else where
                at[i] = placed[i].index
        return np.array(at, dtype=np.int64), placed

    def _recall(self, before: int, edge: int, after: int, *, locks: Locks, afresh: bool) -> Placed:
        """Place one edge between its neighbours, or remember it."""
        narrow = min(self.reach, max(2, (edge - before) // 2), max(2, (after - edge) // 2))
        places = np.arange(max(before + 1, edge - narrow), min(after - 1, edge + narrow) + 1)
        barred = locks.forbidden(places)
        key = (before, edge, after, afresh, barred.tobytes() if barred.any() else b"")
        if key not in self.known:
            window = (max(before, edge - self.half), min(after, edge + self.half))
            self.known[key] = self._place(window, edge, places, barred, afresh=afresh)
        return self.known[key]

    def _place(
        self, window: tuple[int, int], edge: int, places: np.ndarray, barred: np.ndarray, *, afresh: bool
    ) -> Placed:
        if len(places) < 2:
            return Placed(spread(edge, edge, np.ones(1)))
        start, stop = window
        mass = self.projected.mass[start:stop]
        readable = mass > 0
        rows = self.projected.rows[start:stop][readable].astype(np.float64)
        before = np.concatenate([[0], np.cumsum(readable)])  # readable rows before each place of the window
        if afresh:
            edge = _gaussian_place(rows, before, places - start, barred, self.model.speaker) + start
        score = self._scorer(rows)
        weights = np.minimum(mass[readable], 1)
        log_mass, gain = np.where(barred, -np.inf, 0.0), np.inf
        for _ in range(_STEPS):
            split = int(before[edge - start])
            if not 0 < split < len(rows):
                break
            log_mass, gain = self._log_mass(score(split), weights, before[places - start], barred)
            better = int(places[np.argmax(log_mass)])
            if better == edge:
                break
            edge = better
        index = int(places[np.argmax(log_mass)])
        return Placed(spread(index, int(places[0]), np.exp(log_mass - log_mass.max())), gain)

    def _log_mass(
        self, features: np.ndarray, weights: np.ndarray, splits: np.ndarray, barred: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """Log mass ``(n_places,)`` of a split before each of the rows `splits`, and the gain of the rows outside."""
        ratios = self.clarity.log_ratios(features) * weights
        sure = np.r_[0 : splits[0], splits[-1] : len(features)]
        known, is_left = ratios[:, sure], sure < splits[0]
        log_weights, gain = self.clarity.log_weights(known, is_left), self.clarity.gain(known, is_left)
        between = np.cumsum(ratios[:, splits[0] : splits[-1]], axis=1)
        total = np.pad(between, ((0, 0), (1, 0)))[:, splits - splits[0]]
        total = np.where(barred, -np.inf, total)
        if barred.all():
            return total[0], gain
        total -= np.logaddexp.reduce(total, axis=1, keepdims=True)
        return np.logaddexp.reduce(total + log_weights[:, None], axis=0), gain

    def _scorer(self, rows: np.ndarray) -> Scorer:
        return ratio_scorer(rows, self.model) if self.scorer == "ratio" else kernel_scorer(rows, self.squared_width)


def fit_placer(
    projected: Projected, edges: np.ndarray, session: np.ndarray, *, segment_size: float, window: float
) -> Placer:
    """Choose and calibrate a scorer on members of the segments between `edges` (0 and n included).

    `session` ``(k,)``: variance of utterances within a segment, per utterance, sessions included.
    """
    near = max(2, int(segment_size / 10))
    half = int(min(_MOST_MEMBERS, max(20, segment_size)))
    excess = np.maximum(session - 1, 0) / near
    speaker = np.maximum(projected.spread - 1, 0.01)
    plain = RatioModel(speaker=speaker, session=None, near=near)
    width = _squared_width(projected)
    reach = int(min(max(window, segment_size / 25, 3), half - _SMALLEST_SIDE))
    sharp = _sharpened(projected, edges, speaker, half=half, reach=reach)
    members = _members(projected, sharp, lambda rows: (ratio_scorer(rows, plain), kernel_scorer(rows, width)))
    calibration, error, scorer = _choose(*map(_joined, members))
    features = members[0] if scorer == "ratio" else members[1]
    return Placer(
        projected=projected,
        scorer=scorer,
        clarity=fit_clarity(calibration, features, members[2]),
        model=RatioModel(speaker=speaker, session=excess if excess.mean() > _SESSION_MATTERS else None, near=near),
        squared_width=width,
        half=half,
        reach=reach,
        member_error=error,
    )


def _choose(ratio: np.ndarray, kernel: np.ndarray, is_left: np.ndarray):
    if not len(is_left):
        return Calibration(np.array([1.0, 0.0]), 0.01), float("nan"), "ratio"
    by_ratio, by_kernel = fit_calibration(ratio, is_left), fit_calibration(kernel, is_left)
    ratio_error, kernel_error = by_ratio.errors(ratio, is_left), by_kernel.errors(kernel, is_left)
    if kernel_error < _KERNEL_GAIN * ((ratio[:, 0] > 0) != is_left).mean():
        return by_kernel, min(ratio_error, kernel_error), "kernel"
    return by_ratio, min(ratio_error, kernel_error), "ratio"


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0)


def _sharpened(
    projected: Projected, edges: np.ndarray, speaker: np.ndarray, *, half: int, reach: int
) -> list[tuple[int, int, int]]:
    """Start, edge and stop of a sample of boundaries, each edge where two means explain its surroundings best.

    Edges of blocks would put some members on the wrong side, and the scorers would seem to err on them.
    """
    inner = np.arange(1, len(edges) - 1)
    if len(inner) > _SAMPLED_BOUNDARIES:
        inner = np.sort(np.random.default_rng(0).choice(inner, _SAMPLED_BOUNDARIES, replace=False))
    sharp = []
    for before, edge, after in zip(edges[inner - 1], edges[inner], edges[inner + 1]):
        start, stop = max(before, edge - half), min(after, edge + half)
        readable = projected.mass[start:stop] > 0
        narrow = min(reach, (edge - before) // 2, (after - edge) // 2)
        places = np.arange(edge - narrow, edge + narrow + 1)
        if readable.any() and len(places) > 1:
            rows = projected.rows[start:stop][readable].astype(np.float64)
            counts = np.concatenate([[0], np.cumsum(readable)])
            free = np.zeros(len(places), dtype=bool)
            edge = start + _gaussian_place(rows, counts, places - start, free, speaker)
        sharp.append((int(start), int(edge), int(stop)))
    return sharp


def _members(projected: Projected, sharp: list[tuple[int, int, int]], scorers) -> tuple[list, list, list]:
    """Features of both scorers, and sides, of the utterances round each boundary."""
    first, second, sides = [], [], []
    for start, edge, stop in sharp:
        places = start + np.flatnonzero(projected.mass[start:stop] > 0)
        split = int(np.searchsorted(places, edge))
        if min(split, len(places) - split) < _SMALLEST_SIDE:
            continue
        ratio, kernel = scorers(projected.rows[places].astype(np.float64))
        sure = np.abs(places - edge) >= _UNSURE
        first.append(ratio(split)[sure])
        second.append(kernel(split)[sure])
        sides.append((places < edge)[sure])
    return first, second, sides


def _gaussian_place(
    rows: np.ndarray, before: np.ndarray, places: np.ndarray, barred: np.ndarray, speaker: np.ndarray
) -> int:
    """First guess: the split of the window under which two unknown means explain it best."""
    split = before[places]
    start, stop = split[0], split[-1]
    left = np.cumsum(np.concatenate([rows[:start].sum(0, keepdims=True), rows[start:stop]]), axis=0)[split - start]
    right = left[-1] + rows[stop:].sum(0) - left
    score = segment_score(left, split[:, None], speaker, 1.0)
    score += segment_score(right, len(rows) - split[:, None], speaker, 1.0)
    return int(places[np.argmax(np.where(barred, -np.inf, score))])


def _squared_width(projected: Projected) -> float:
    rows = projected.rows[:20_001][projected.mass[:20_001] > 0].astype(np.float64)
    if len(rows) < 2:
        return 1.0
    return max(float(np.median(np.square(np.diff(rows, axis=0)).sum(1))), 1e-6)
