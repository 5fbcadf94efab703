"""Do two reviewers of the same boundary say the same? Pure, over the rows of the log; who is right it cannot tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from spkbound.review.rows import PlaceKey, Row

_KEEPS = ("approve", "add")
Verdict = PlaceKey | None  # where the boundary is by a reviewer's last word; None: nowhere


@dataclass(frozen=True, slots=True)
class Agreement:
    """Boundaries that more than one reviewer decided on, and those of them where all last words are the same."""

    n_twice: int
    n_agreed: int

    @property
    def share(self) -> float | None:
        """In [0, 1]; None where nobody decided on what another had decided on."""
        return self.n_agreed / self.n_twice if self.n_twice else None


def measure_agreement(rows: Iterable[Row]) -> Agreement:
    """Compare the last active words (approve, add, reject) of each reviewer on each boundary.

    Places that a shift links are one boundary: who keeps it elsewhere than another disagrees.
    """
    rows = list(rows)
    undone = {row.undoes for row in rows if row.kind == "undo"}
    first: dict[PlaceKey, PlaceKey] = {}  # place → an earlier one of its boundary, or itself

    def boundary(place: PlaceKey) -> PlaceKey:
        while first.setdefault(place, place) != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    words: list[tuple[PlaceKey, str, Verdict]] = []
    for row in rows:
        if row.id in undone or row.kind not in (*_KEEPS, "reject", "shift"):
            continue
        if row.kind == "shift":
            first[boundary(row.keys[0])] = boundary(row.keys[1])
        else:
            words.append((row.keys[0], row.user, row.keys[0] if row.kind in _KEEPS else None))
    last: dict[PlaceKey, dict[str, Verdict]] = {}
    for place, user, verdict in words:
        last.setdefault(boundary(place), {})[user] = verdict
    twice = [set(said.values()) for said in last.values() if len(said) > 1]
    return Agreement(len(twice), sum(len(verdicts) == 1 for verdicts in twice))
