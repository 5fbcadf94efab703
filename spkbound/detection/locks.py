"""What did a human decide already? Approved places are boundaries, round rejected ones there is none."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from spkbound.errors import UsageError


@dataclass(frozen=True, slots=True)
class Locks:
    """Decisions as int64 indices, increasing; `reach` utterances either side of a rejected one are barred."""

    approved: np.ndarray
    rejected: np.ndarray
    reach: int

    def forbidden(self, places: np.ndarray, *, reach: float | None = None) -> np.ndarray:
        """Bool per place: within reach of a rejected index and not approved."""
        if not len(self.rejected):
            return np.zeros(len(places), dtype=bool)
        near = self._distance(places) <= (self.reach if reach is None else reach)
        return near & ~self.is_approved(places)

    def is_approved(self, places: np.ndarray) -> np.ndarray:
        """Bool per place."""
        at = np.searchsorted(self.approved, places)
        return np.append(self.approved, -1)[at] == places

    def near(self, places: np.ndarray, *, reach: float) -> np.ndarray:
        """Bool per place: may there be a forbidden one within `reach`?"""
        if not len(self.rejected):
            return np.zeros(len(places), dtype=bool)
        return self._distance(places) <= self.reach + reach

    def _distance(self, places: np.ndarray) -> np.ndarray:
        """Of each place to the nearest rejected one."""
        after = np.searchsorted(self.rejected, places)
        left = np.abs(places - self.rejected[np.maximum(after - 1, 0)])
        right = np.abs(self.rejected[np.minimum(after, len(self.rejected) - 1)] - places)
        return np.minimum(left, right)


def read_locks(approved: Iterable[int], rejected: Iterable[int], *, n_utterances: int, reach: float) -> Locks:
    """Check decided indices against the corpus.

    Raises
    ------
    UsageError : an index that is no whole number or not inside the corpus
    """
    return Locks(_indices("approved", approved, n_utterances), _indices("rejected", rejected, n_utterances), int(reach))


def _indices(name: str, given: Iterable[int], n_utterances: int) -> np.ndarray:
    found = np.asarray(list(given))
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    if found.dtype.kind not in "iu":
        raise UsageError(f"{name} must be whole numbers, found {found.tolist()[:5]}")
    outside = found[(found <= 0) | (found >= n_utterances)]
    if len(outside):
        raise UsageError(
            f"{name} indices must lie between 1 and {n_utterances - 1} in a corpus of {n_utterances} utterances, "
            f"found {outside.tolist()[:5]}"
        )
    return np.unique(found).astype(np.int64)
