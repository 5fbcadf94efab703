"""Which entry of the roster is each segment? By lengths and order alone; the segments are given."""

from dataclasses import dataclass

import numpy as np

from spkbound.detection.roster.entries import RosterPrior
from spkbound.detection.roster.search import Trellis, best_path, log_evidence, summed

_MOST_STATES = 4_000_000
_FEWEST_POSITIONS = 64


@dataclass(frozen=True, slots=True)
class Alignment:
    """Who is who.

    Attributes
    ----------
    entries : int64 (n_segments,)
        The entry of the roster that each segment is, increasing; -1 where it is none.
    probabilities : float64 (n_segments,)
        In [0, 1]: it is that entry and no other, given the segments.
    absent : int64
        The entries that no segment is.
    """

    entries: np.ndarray
    probabilities: np.ndarray
    absent: np.ndarray

    def segments(self) -> dict[int, int]:
        """The segment of each entry that was found."""
        return {int(entry): segment for segment, entry in enumerate(self.entries) if entry >= 0}


def align(edges: np.ndarray, prior: RosterPrior) -> Alignment:
    """Align segments between `edges` (0 and n included) with the roster."""
    n = len(edges)
    n_positions = len(prior) + 1
    width = min(n_positions, max(_FEWEST_POSITIONS, _MOST_STATES // n))
    trellis = Trellis(
        places=edges,
        first=np.maximum(np.arange(n) - 1, 0),
        offsets=np.append(0, np.arange(n)),
        scores=np.zeros(n - 1),
        low=band(np.linspace(0, len(prior), n), width, n_positions),
        width=width,
        prior=prior,
        shortest=1.0,
    )
    entries = best_path(trellis).entries
    return Alignment(
        entries=entries,
        probabilities=_probabilities(trellis, entries),
        absent=np.setdiff1d(np.arange(len(prior)), entries),
    )


def band(positions: np.ndarray, width: int, n_positions: int) -> np.ndarray:
    """First position looked at where `width` of them lie round the expected `positions`, which never decrease."""
    return np.clip(np.floor(positions).astype(np.int64) - width // 2, 0, n_positions - width)


def positions_after(entries: np.ndarray) -> np.ndarray:
    """Roster position at each edge of a path: 0, then how many entries are dealt with after each segment."""
    return np.append(0, np.maximum.accumulate(entries + 1)) if len(entries) else np.zeros(1, dtype=np.int64)


def _probabilities(trellis: Trellis, entries: np.ndarray) -> np.ndarray:
    """Posterior probability of the entry that each segment was given (forward-backward)."""
    forward, low = summed(trellis), trellis.low
    before, after = forward.left, summed(trellis.reversed()).left[::-1, ::-1]
    lengths = np.diff(trellis.places).astype(np.float64)
    found = np.zeros(len(entries))
    named = np.flatnonzero(entries >= 0)
    entry = entries[named]
    found[named] = before[named, entry - low[named]] + after[named + 1, entry + 1 - low[named + 1]]
    found[named] += trellis.prior.log_density(lengths[named], entry)
    for segment in np.flatnonzero(entries < 0):
        shift = int(low[segment + 1] - low[segment])
        stays = before[segment, shift:] + after[segment + 1, : trellis.width - shift]
        found[segment] = np.logaddexp.reduce(stays) + trellis.prior.unlisted
        found[segment] += trellis.prior.usual.log_density(lengths[segment])
    return np.exp(np.minimum(found - log_evidence(trellis, forward), 0))
