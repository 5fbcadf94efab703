"""What does a list of speakers say? Names and numbers of files in corpus order, and what an error in it costs.

A roster is made of entries; position k in it means that its first k entries are dealt with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spkbound.detection.length import LengthPrior
from spkbound.errors import UsageError

# People keep such lists, and err: an entry was never recorded, or a speaker is not on the list. Nobody knows how often;
# one in fifty is taken. One in ten or one in five hundred would move these prices by 2 nats, as much as one length that
# is off by two scales more.
ABSENT = -float(np.log(50.0))  # nats, per entry that nobody in the corpus is
UNLISTED = -float(np.log(50.0))  # nats, per segment that no entry is
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

    def lengths(self, usual: LengthPrior) -> "EntryLengths":
        """How long the segment of each entry is: about its count, as `usual` where there is none."""
        counted = np.array([count is not None for count in self.counts], dtype=bool)
        sizes = np.array([usual.size if count is None else count for count in self.counts], dtype=np.float64)
        return EntryLengths(sizes=sizes, counted=counted, usual=usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLengths:
    """How long a segment is that is an entry, or nobody's.

    Attributes
    ----------
    sizes : float64 (n_entries,)
        The count of each entry, or the usual size.
    counted : bool (n_entries,)
        The size is a count, not the usual size.
    usual : the prior of who is not on the roster
    exact : share of the counts, in [0, 1), that are exact to the utterance
    """

    sizes: np.ndarray
    counted: np.ndarray
    usual: LengthPrior
    exact: float = 0.0

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def nobody(self) -> float:
        """What a segment costs that no entry is, nats; nothing where there is no roster."""
        return UNLISTED if len(self) else 0.0

    def log_density(self, lengths: np.ndarray, entries: np.ndarray | int) -> np.ndarray:
        """Log probability of segments of these lengths as these entries."""
        density = LengthPrior(self.sizes[entries], self.usual.window).log_density(lengths)
        if not self.exact:
            return density
        hit = self.counted[entries] & (lengths == self.sizes[entries])
        rest = density + np.log(1 - self.exact)
        return np.where(hit, np.logaddexp(rest, np.log(self.exact)), np.where(self.counted[entries], rest, density))

    def as_exact_as_found(self, lengths: np.ndarray, entries: np.ndarray) -> "EntryLengths":
        """The same with the share of exact counts measured on segments and their entries (-1: nobody)."""
        told = (entries >= 0) & self.counted[entries]
        lengths, entries = lengths[told], entries[told]
        hits = (lengths == self.sizes[entries]).sum() / (len(entries) + 1)
        by_chance = np.exp(self.log_density(self.sizes[entries], entries)).mean() if len(entries) else 0.0
        return replace(self, exact=float(np.clip((hits - by_chance) / (1 - by_chance), 0.0, 1.0)))

    def without_roster(self) -> "EntryLengths":
        none = np.zeros(0)
        return replace(self, sizes=none, counted=none.astype(bool))

    def reversed(self) -> "EntryLengths":
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
