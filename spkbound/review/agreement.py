"""Do reviewers agree on the boundaries that more than one of them decided? Pure; rows in, counts out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from spkbound.review.rows import PlaceKey, Row

Verdicts = dict[PlaceKey, PlaceKey | None]  # where a boundary began → where it was approved, None: rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two reviewers on the `n_both` boundaries that both decided.

    `n_same`: approved at the same place, or both rejected; `n_moved`: approved at different places; `n_kept`: approved
    by one and rejected by the other. `differing`: where those boundaries began.
    """

    users: tuple[str, str]
    n_both: int
    n_same: int
    n_moved: int
    n_kept: int
    differing: tuple[PlaceKey, ...]

    @property
    def share(self) -> float:
        """How often they agree, in [0, 1]; NaN where both decided nothing."""
        return self.n_same / self.n_both if self.n_both else float("nan")

    def __str__(self) -> str:
        who = f"{self.users[0]} and {self.users[1]}"
        if not self.n_both:
            return f"{who}: no boundary was decided by both"
        return (
            f"{who}: {self.n_same:,} of {self.n_both:,} boundaries alike ({self.share * 100:.1f} %), "
            f"{self.n_moved:,} at different places, {self.n_kept:,} kept by one only"
        )


def verdicts_by_user(rows: Iterable[Row]) -> dict[str, Verdicts]:
    """What each reviewer last said of each boundary, without what was taken back; what was only shifted is open."""
    rows = list(rows)
    undone = {row.undoes for row in rows if row.kind == "undo"}
    began: dict[PlaceKey, PlaceKey] = {}
    found: dict[str, Verdicts] = {}
    for row in rows:
        place = (row.left_path, row.right_path)
        if row.id in undone:
            continue
        if row.kind == "shift":
            origin = (row.from_left, row.from_right)
            began[place] = began.get(origin, origin)
            found.get(row.user, {}).pop(began[place], None)
        elif row.kind in ("approve", "add", "reject"):
            verdict = None if row.kind == "reject" else place
            found.setdefault(row.user, {})[began.get(place, place)] = verdict
    return found


def compare_reviewers(found: dict[str, Verdicts]) -> Sequence[Agreement]:
    """Every pair of reviewers, by name."""
    return [_compare(pair, found[pair[0]], found[pair[1]]) for pair in combinations(sorted(found), 2)]


def _compare(users: tuple[str, str], first: Verdicts, second: Verdicts) -> Agreement:
    both = sorted(first.keys() & second.keys())
    differing = tuple(boundary for boundary in both if first[boundary] != second[boundary])
    n_kept = sum(None in (first[boundary], second[boundary]) for boundary in differing)
    return Agreement(
        users=users,
        n_both=len(both),
        n_same=len(both) - len(differing),
        n_moved=len(differing) - n_kept,
        n_kept=n_kept,
        differing=differing,
    )
