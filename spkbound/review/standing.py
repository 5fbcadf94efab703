"""What stands at which index: boundaries and utterances as the fold of the log and the detector's proposals have them.

It follows the fold place by place; what may be done is the question of `rules`, what the detector says that of `table`.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

from spkbound.domain import BoundaryState
from spkbound.review.fold import Fold
from spkbound.review.places import PlaceFinder
from spkbound.review.rows import PlaceKey
from spkbound.review.table import StateAtIndex


class Standing:
    """The image of a fold in one corpus.

    Attributes
    ----------
    active : indices of all boundaries that are not rejected, increasing
    excluded, judged : utterances that are excluded; that somebody excluded or included
    orphans : decided places that this corpus no longer has
    """

    def __init__(self, fold: Fold, finder: PlaceFinder, proposed: Iterable[int]) -> None:
        self._fold = fold
        self._finder = finder
        self._proposed = frozenset(proposed)
        self._decided: dict[int, PlaceKey] = {}  # of proposed places, and of boundaries elsewhere
        self.active: list[int] = sorted(self._proposed)
        self.excluded: frozenset[int] = frozenset()
        self.judged: frozenset[int] = frozenset()
        self.orphans: set[PlaceKey] = set()

    def state_at(self, index: int) -> BoundaryState | None:
        """Give the state of the boundary at `index`; None if there is none."""
        place = self._decided.get(index)
        state = self._fold.state(place) if place else None
        if state is None:
            return "undecided" if index in self._proposed else None
        if state.status == "moved":
            # Where it went may be a place that the corpus lost: then it is asked about anew, not left out unseen.
            is_lost = self._finder.boundary_index(self._fold.follow(place)) is None
            return "undecided" if is_lost and index in self._proposed else None
        came_home = state.status == "shifted" and state.began == place and index in self._proposed
        return "undecided" if came_home else state.status

    def boundary(self, index: int) -> StateAtIndex | None:
        """Give state, newest decision and version of the boundary at `index`; None if there is none."""
        state = self.state_at(index)
        if state is None:
            return None
        place = self._decided.get(index)
        return (state, self._fold.state(place), self._fold.version(place)) if place else (state, None, 0)

    def follow(self, touched: Iterable[PlaceKey]) -> set[int]:
        """Look again at the places that a row was about; their paths are learnt. Gives the indices of boundaries."""
        utterances, indices = [], set()
        for place in touched:
            if place[0] == place[1]:
                utterances.append(place)
            else:
                indices.add(self._follow_boundary(place))
        if utterances:
            self._follow_utterances(utterances)
        return indices - {None}

    def _follow_boundary(self, place: PlaceKey) -> int | None:
        index = self._finder.boundary_index(place)
        if index is None:
            self._note_orphan(place)
            return None
        self._decided[index] = place
        state = self.state_at(index)
        self._set_active(index, state not in (None, "rejected"))
        if state is None and index not in self._proposed:
            del self._decided[index]  # a boundary passed by here; hundreds of thousands may
        return index

    def _set_active(self, index: int, is_active: bool) -> None:
        at = bisect_left(self.active, index)
        was_active = at < len(self.active) and self.active[at] == index
        if is_active and not was_active:
            insort(self.active, index)
        elif was_active and not is_active:
            del self.active[at]

    def _follow_utterances(self, places: list[PlaceKey]) -> None:
        excluded, judged = set(self.excluded), set(self.judged)
        for place in places:
            index = self._finder.utterance_index(place)
            state = self._fold.state(place)
            if index is None:
                self._note_orphan(place)
                continue
            (judged.discard if state is None else judged.add)(index)
            is_out = state is not None and state.status == "excluded"
            (excluded.add if is_out else excluded.discard)(index)
        self.excluded, self.judged = frozenset(excluded), frozenset(judged)

    def _note_orphan(self, place: PlaceKey) -> None:
        (self.orphans.discard if self._fold.state(place) is None else self.orphans.add)(place)
