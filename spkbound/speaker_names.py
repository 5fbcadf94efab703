"""What is each current segment called? The names of a roster follow the segments that they were found for.

A segment has the name of a detected segment when each of the two lies more in the other than in any third; of equal
shares the earlier counts. So a name stands once, moves with its boundaries, and nothing elsewhere changes it. A
segment without a name is called by its place among all current segments.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spkbound.domain import folder_name


@dataclass(frozen=True, slots=True)
class DetectedNames:
    """The segments of a detection, ``(n_segments + 1,)`` edges with 0 and n, and the name of each, None without."""

    edges: np.ndarray
    names: tuple[str | None, ...]

    @classmethod
    def of(cls, indices: np.ndarray, n_utterances: int, entries: np.ndarray, names: Sequence[str | None]):
        """The names that a roster gives: `entries` per segment, -1 for nobody; `names` per entry."""
        found = tuple(names[entry] if entry >= 0 else None for entry in entries.tolist())
        return cls(np.concatenate([[0], indices, [n_utterances]]).astype(np.int64), found)


def name_segments(starts: np.ndarray, n_utterances: int, detected: DetectedNames | None) -> list[str]:
    """Name the current segments, which begin at `starts`: folder names, no two equal where case is not told apart."""
    given = [None] * len(starts) if detected is None else _names_kept(starts, n_utterances, detected)
    taken = {name.casefold() for name in given if name}
    return [name or _number(place, len(given), taken) for place, name in enumerate(given, start=1)]


def _number(place: int, n_segments: int, taken: set[str]) -> str:
    name = folder_name(place, n_segments)
    while name in taken:
        name += "_"
    return name


def _names_kept(starts: np.ndarray, n_utterances: int, detected: DetectedNames) -> list[str | None]:
    cuts = np.union1d(starts, detected.edges[:-1])
    sizes = np.diff(np.append(cuts, n_utterances))
    now = np.searchsorted(starts, cuts, side="right") - 1
    then = np.searchsorted(detected.edges[:-1], cuts, side="right") - 1
    largest_then, largest_now = _largest(now, then, sizes), _largest(then, now, sizes)
    return [
        detected.names[source] if largest_now[source] == segment else None
        for segment, source in enumerate(largest_then.tolist())
    ]


def _largest(owners: np.ndarray, others: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """For each owner the other that most of it lies in; the first of equal ones."""
    order = np.lexsort((-sizes, owners))
    _, first = np.unique(owners[order], return_index=True)
    return others[order[first]]
