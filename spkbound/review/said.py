"""What did people say without deciding on a place? Comments, pairs of segments, dismissed suggestions, by index."""

from spkbound.review.fold import Fold
from spkbound.review.places import PlaceFinder
from spkbound.review.rows import Row
from spkbound.review.tables import Comment


class Said:
    """The active remarks of a fold; those about utterances that the corpus lost are left out."""

    def __init__(self, fold: Fold, finder: PlaceFinder) -> None:
        self._fold = fold
        self._finder = finder

    def comments(self) -> tuple[Comment, ...]:
        """Give the comments, oldest first, each where the boundary is now that it was made on."""
        rows = self._of_kind("comment")
        places = [self._fold.follow(row.keys[0]) for row in rows]
        self._finder.learn(places)
        found = [(self._finder.boundary_index(place), row) for place, row in zip(places, rows)]
        return tuple(
            Comment(index=index, text=row.text or "", user=row.user, at=row.at)
            for index, row in found
            if index is not None
        )

    def pairs(self) -> list[tuple[int, int]]:
        """Give the utterances of the segments said to be one speaker, two by two."""
        return [(left, right) for left, right, _ in self._indexed("same_speaker")]

    def dismissed(self) -> list[tuple[str, int, int]]:
        """Give the dismissed suggestions: kind, and the two utterances that the row names."""
        return [(row.text or "", left, right) for left, right, row in self._indexed("dismiss")]

    def _indexed(self, kind: str) -> list[tuple[int, int, Row]]:
        rows = self._of_kind(kind)
        self._finder.learn(row.keys[0] for row in rows)
        found = [(*map(self._finder.path_index, row.keys[0]), row) for row in rows]
        return [(left, right, row) for left, right, row in found if left is not None and right is not None]

    def _of_kind(self, kind: str) -> list[Row]:
        return [row for row in self._fold.remarks.values() if row.kind == kind]
