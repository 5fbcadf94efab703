"""What changed in the review since somebody looked? The last steps, by the places that they touched."""

from collections import deque
from dataclasses import dataclass

from spkbound.ui.picture import Picture

_STEPS = 2_000  # of ten reviewers in a hurry, half a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Between two moments: `indices` of the boundaries that differ, come or go; whether segments and names differ."""

    indices: frozenset[int] = frozenset()
    has_other_segments: bool = False
    has_other_names: bool = False

    def __or__(self, other: "Difference") -> "Difference":
        return Difference(
            indices=self.indices | other.indices,
            has_other_segments=self.has_other_segments or other.has_other_segments,
            has_other_names=self.has_other_names or other.has_other_names,
        )


class History:
    """Steps from one picture to the next; not safe from several threads."""

    def __init__(self) -> None:
        self._steps: deque[tuple[int, Difference]] = deque(maxlen=_STEPS)  # the version before, and what came of it

    def note(self, before: Picture, difference: Difference) -> None:
        self._steps.append((before.version, difference))

    def since(self, version: int) -> Difference | None:
        """What differs by now from the review at `version`, or a little before; None where that is too long ago."""
        found = Difference()
        for before, difference in reversed(self._steps):
            found |= difference
            if before <= version:
                return found
        return None
