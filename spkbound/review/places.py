"""At which index does a place of the decision log stand in this corpus? It looks up only paths that were decided on."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.review.rows import PlaceKey


class PlaceFinder:
    """Indices of places, both ways.

    A dict of all paths would cost some 200 MB and a second per million utterances; one pass of a vectorised lookup for
    the few paths that decisions name costs some 50 ms.
    """

    def __init__(self, paths: pa.Array) -> None:
        self._paths = paths
        self._index_of: dict[bytes, int | None] = {}

    def __len__(self) -> int:
        return len(self._paths)

    def boundary_place(self, index: int) -> PlaceKey:
        """Name the place before utterance `index`, ``0 < index < n``."""
        return (self.path(index - 1), self.path(index))

    def utterance_place(self, index: int) -> PlaceKey:
        return (self.path(index), self.path(index))

    def learn(self, places: Iterable[PlaceKey]) -> None:
        """Look up the paths of `places` that are not known yet, all in one pass over the corpus."""
        named = {path for place in places for path in place}
        unknown = [path for path in named if path not in self._index_of]
        if not unknown:
            return
        self._index_of.update(dict.fromkeys(unknown))
        wanted = pa.array(unknown, self._paths.type)
        found = np.flatnonzero(pc.is_in(self._paths, value_set=wanted).to_numpy(zero_copy_only=False))
        self._index_of.update(zip(self._paths.take(pa.array(found)).to_pylist(), found.tolist()))

    def boundary_index(self, place: PlaceKey) -> int | None:
        """Find the index of a place that was learnt; None if the corpus no longer has these two side by side."""
        left, right = map(self._index_of.__getitem__, place)
        return right if left is not None and right is not None and right == left + 1 else None

    def utterance_index(self, place: PlaceKey) -> int | None:
        return self._index_of[place[1]]

    def path_index(self, path: bytes) -> int | None:
        """Find the index of a path of a place that was learnt."""
        return self._index_of[path]

    def path(self, index: int) -> bytes:
        path = self._paths[index].as_py()
        self._index_of[path] = index
        return path
