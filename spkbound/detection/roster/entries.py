"""What does a list of speakers say? Names and numbers of files in corpus order, and what an error in it costs.

A roster is made of entries; position k in it means that its first k entries are dealt with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.length import LengthPrior
from spkbound.errors import UsageError

# People keep such lists, and err: an entry was never recorded, or a speaker is not on the list. Nobody knows how often;
# one in fifty is taken, until a list shows how good it is. One in ten or one in five hundred would move the prices by
# 2 nats, as much as one length that is off by two scales more.
_ERROR_RATE = 1 / 50
ERROR = float(np.log(_ERROR_RATE))  # nats
_LARGEST_COUNT = 1e9
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Roster:
    """Speakers in corpus order; per entry a name and a number of files, None where nobody knows."""

    names: tuple[str | None, ...]
    counts: tuple[int | None, ...]

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def is_counted(self) -> bool:
        """Does it say anything about lengths?"""
        return any(count is not None for count in self.counts)

    @property
    def typical_count(self) -> float | None:
        """How many utterances the speaker of an utterance has, in the median; None if less than half is known."""
        known = np.sort([count for count in self.counts if count is not None])
        if 2 * len(known) < max(1, len(self)):
            return None
        total = np.cumsum(known)
        return float(known[np.searchsorted(total, total[-1] / 2)])

    def describe(self, entries: np.ndarray) -> str:
        """Entries for people: their numbers in the list, from 1, and their names; the first few."""
        shown = [f"{entry + 1} ({name})" if (name := self.names[entry]) else f"{entry + 1}" for entry in entries]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        return ", ".join(shown[:_SHOWN]) + more

    def prior(self, usual: LengthPrior) -> "RosterPrior":
        """How long the segment of each entry is: about its count, as `usual` where there is none."""
        counted = np.array([count is not None for count in self.counts], dtype=bool)
        sizes = np.array([usual.size if count is None else count for count in self.counts], dtype=np.float64)
        return RosterPrior(sizes=sizes, counted=counted, usual=usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPrior:
    """How long a segment is that is an entry, or nobody's, and what errors of the list cost.

    Attributes
    ----------
    sizes : float64 (n_entries,)
        The count of each entry, or the usual size.
    counted : bool (n_entries,)
        The size is a count, not the usual size.
    usual : the prior of who is not on the roster
    exact : share of the counts, in [0, 1), that are exact to the utterance
    absent, unlisted : nats, of an entry that nobody in the corpus is, and of a segment that is nobody's on the roster
    """

    sizes: np.ndarray
    counted: np.ndarray
    usual: LengthPrior
    exact: float = 0.0
    absent: float = ERROR
    unlisted: float = ERROR

    def __len__(self) -> int:
        return len(self.sizes)

    def log_density(self, lengths: np.ndarray, entries: np.ndarray | int) -> np.ndarray:
        """Log probability of segments of these lengths as these entries."""
        density = LengthPrior(self.sizes[entries], self.usual.window).log_density(lengths)
        if not self.exact:
            return density
        hit = self.counted[entries] & (lengths == self.sizes[entries])
        rest = density + np.log(1 - self.exact)
        return np.where(hit, np.logaddexp(rest, np.log(self.exact)), np.where(self.counted[entries], rest, density))

    def as_right_as_found(self, lengths: np.ndarray, entries: np.ndarray) -> "RosterPrior":
        """The same as right as the list proves to be on segments and their entries (-1: nobody).

        Measured are the share of exact counts and how often entries are absent and segments unlisted, the latter two
        as if fifty more had been seen with the usual rate of errors.
        """
        n_named = int((entries >= 0).sum())
        return replace(
            self,
            exact=self._share_exact(lengths, entries),
            absent=_log_rate(len(self) - n_named, len(self)),
            unlisted=_log_rate(len(entries) - n_named, len(entries)),
        )

    def _share_exact(self, lengths: np.ndarray, entries: np.ndarray) -> float:
        """Share of the counts that are hit, beyond what happens by chance; one is taken not to be."""
        told = (entries >= 0) & self.counted[entries]
        lengths, entries = lengths[told], entries[told]
        if not len(entries):
            return 0.0
        hits = (lengths == self.sizes[entries]).sum() / (len(entries) + 1)
        by_chance = np.exp(self.log_density(self.sizes[entries], entries)).mean()
        return float(np.clip((hits - by_chance) / (1 - by_chance), 0.0, 1.0))

    def without_roster(self) -> "RosterPrior":
        """Where nobody is listed, it is no error not to be."""
        none = np.zeros(0)
        return replace(self, sizes=none, counted=none.astype(bool), unlisted=0.0)

    def reversed(self) -> "RosterPrior":
        return replace(self, sizes=self.sizes[::-1], counted=self.counted[::-1])


def read_roster(known: Sequence[int | None] | Roster | None) -> Roster | None:
    """Check what the caller knows of the speakers, their counts at least; None where that is nothing.

    Raises
    ------
    UsageError : a count that is no whole number of at least 1
    """
    if known is None or not len(known):
        return None
    names, counts = (known.names, known.counts) if isinstance(known, Roster) else ((None,) * len(known), known)
    return Roster(names, tuple(map(_read_count, counts)))


def _log_rate(n_errors: int, n: int) -> float:
    return float(np.log((n_errors + 1) / (n + 1 / _ERROR_RATE)))


def _read_count(count: object) -> int | None:
    if count is None or count != count:  # NaN, as pandas says None
        return None
    try:
        number = int(count)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        number = 0
    if number != count or not 1 <= number <= _LARGEST_COUNT:
        raise UsageError(f"roster must hold whole numbers of at least 1, or None where unknown; found {count!r}")
    return number
