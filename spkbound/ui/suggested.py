"""What does the page know of the detector's suggestions? Where they are, and what the segments there are called now."""

from functools import cached_property

import numpy as np
import orjson

from spkbound.domain import Suggestion, folder_name
from spkbound.review.suggestions import middle_of_detected
from spkbound.review.waiting import Weighed
from spkbound.session import Session
from spkbound.speaker_names import name_segments
from spkbound.ui.answers import as_json
from spkbound.ui.picture import Picture


class Suggested:
    """The suggestions of one detection; `picture` is the review at the moment that is asked about."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._all = session.detection.suggestions
        self._edges = [0, *session.detection.indices.tolist(), session.n_utterances]

    @cached_property
    def whole(self) -> orjson.Fragment:
        """All of them, answered ones included; ``harm`` as of a boundary; ``voices``: the segments of a same_voice."""
        harm = self.weighed.harm.speakers.tolist()
        rows = [
            {**each.to_dict(), "harm": spoilt, "voices": _voices(each, self._edges)}
            for each, spoilt in zip(self._all, harm)
        ]
        return orjson.Fragment(as_json(rows))

    @cached_property
    def weighed(self) -> Weighed:
        return Weighed.of(self._all, self._edges)

    def names(self, picture: Picture) -> dict[int, list[str]]:
        """What the segments are called that open suggestions are about, by the number of the suggestion."""
        done = set(picture.answered)
        asked = [(n, indices) for n, indices in enumerate(self._indices) if n not in done]
        names = iter(self.names_at(picture.starts, [index for _, indices in asked for index in indices]))
        return {n: [next(names) for _ in indices] for n, indices in asked}

    def are_named_alike(self, now: Picture, before: Picture) -> bool:
        """Whether who knows `names` of before knows those of now; a boundary may move and leave them as they are."""
        if not set(before.answered) <= set(now.answered):
            return False
        if np.array_equal(now.starts, before.starts):
            return True
        if self._session.names is not None or len(now.starts) != len(before.starts):
            return False
        flat = np.array([index for indices in self._indices for index in indices], np.int64)
        then, there = (np.searchsorted(each.starts, flat, side="right") for each in (before, now))
        return np.array_equal(then, there)

    def names_at(self, starts: np.ndarray, indices: list[int]) -> list[str]:
        """The folders that these utterances would go into, with segments that begin at `starts`."""
        numbers = np.searchsorted(starts, indices, side="right").tolist()
        if self._session.names is None:
            return [folder_name(number, len(starts)) for number in numbers]
        names = name_segments(starts, self._session.n_utterances, self._session.names)
        return [names[number - 1] for number in numbers]

    @cached_property
    def _indices(self) -> list[list[int]]:
        """An utterance of each segment that a suggestion is about."""
        return [_inside(each, self._edges) for each in self._all]


def _voices(suggestion: Suggestion, edges: list[int]) -> list[int] | None:
    if suggestion.kind != "same_voice":
        return None
    return [middle_of_detected(edges, start) for start in suggestion.indices]


def _inside(suggestion: Suggestion, edges: list[int]) -> list[int]:
    index = suggestion.indices[0]
    return _voices(suggestion, edges) or ([index - 1, index] if suggestion.kind == "same_speaker_beside" else [index])
