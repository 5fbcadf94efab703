"""What does the page see of an open project? Names, sounds, neighbours and curves, by index; it changes nothing."""

import contextlib
import os
import threading
import time
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from spkbound.domain import Segment, path_to_text, text_to_path
from spkbound.embedding.gaps import Gaps
from spkbound.embedding.store import NOT_YET
from spkbound.errors import UnreadableAudio
from spkbound.results import quality_meter, quality_rows
from spkbound.review.quality import QualityMeter, QualityRow
from spkbound.review.state import ReviewState
from spkbound.review.tables import SegmentTable
from spkbound.session import Session
from spkbound.ui.closeup import Closeup, corpus_centre, find_typical, look_closely, see_nothing, spread_over
from spkbound.ui.history import Difference, History
from spkbound.ui.media import Media
from spkbound.ui.picture import Picture
from spkbound.ui.status import NotThere
from spkbound.ui.suggested import Suggested
from spkbound.ui.timeline import Pyramid
from spkbound.words import Words

MAX_HALF = 200
AGREEMENT_S = 60.0  # it takes a second to measure in a long log


class View:
    """One opened session; made anew when the project's files changed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._measuring = threading.Lock()
        self._picturing = threading.RLock()
        self.media = Media(self.source, channel=session.project.settings.channel)
        self._picture: Picture | None = None
        self._history = History()
        self._agreement: tuple[float, dict] | None = None

    def __len__(self) -> int:
        return self.session.n_utterances

    @property
    def review(self) -> ReviewState:
        """The review; `NotThere` before the first detection."""
        if self.session.review is None:
            again = "the corpus changed since the detection; detect again" if self.session.stale else "detect first"
            raise NotThere(f"there are no boundaries yet: {again}")
        return self.session.review

    @cached_property
    def unreadable_ones(self) -> Gaps:
        """What could not be read, in order; without those whose turn has not come yet."""
        return self.session.unreadable.without(NOT_YET)

    @property
    def n_waiting(self) -> int:
        """Utterances that an extraction which has not ended left for later."""
        return len(self.session.unreadable) - len(self.unreadable_ones)

    @cached_property
    def pyramid(self) -> Pyramid:
        if self.session.detection is None:
            raise NotThere("there is nothing to draw yet: detect first")
        return Pyramid(self.session.detection.similarity)

    @cached_property
    def _centre(self) -> np.ndarray:
        return corpus_centre(self.session.embeddings)

    def warm(self) -> None:
        """Make now what the first page asks for; `NotThere` before the first detection."""
        self.picture()
        self.pyramid.window(0, len(self), n_pixels=1)
        self.closeup(len(self) // 2, 1)

    def quality(self) -> list[QualityRow]:
        """How well each current segment holds together; the first time all embeddings are read, seconds a million."""
        with self._measuring:
            return quality_rows(self.session, self._meter)

    @cached_property
    def _meter(self) -> QualityMeter:
        return quality_meter(self.session)

    def picture(self) -> Picture:
        """The review at this moment; the same object until something changes.

        While one is made others decide and wait, and the next one is of all that they did.
        """
        with self._picturing:
            before = self._picture
            if before is None or before.version != self.review.version:
                self._picture = Picture(self.review, self.suggested.weighed)
                if before is not None:
                    self._history.note(before, self._difference(before, self._picture))
            return self._picture

    def _difference(self, before: Picture, now: Picture) -> Difference:
        return Difference(
            indices=now.changed_since(before),
            has_other_segments=not np.array_equal(now.starts, before.starts),
            has_other_names=not self.suggested.are_named_alike(now, before),
        )

    def moment(self) -> int:
        """The version of now, of which `changes` can tell later."""
        if self._picture is None:
            self.picture()
        return self.review.version

    def changes(self, since: int) -> dict | None:
        """What differs from version `since`, with the numbers beside the queue; None: that is too long ago to tell.

        None as well for a version that is still to come: somebody put back an older log.
        """
        with self._picturing:
            picture = self.picture()
            found = Difference() if since == picture.version else None
            if since < picture.version:
                found = self._history.since(since)
        if found is None:
            return None
        names = {"names": self.suggested.names(picture)} if found.has_other_names else {}
        return {**picture.now_at(found.indices), "segments": found.has_other_segments, **names}

    def agreement(self) -> dict:
        """How far reviewers agree, in the shape of ``GET /x/agreement``; as of at most `AGREEMENT_S` ago."""
        now = time.monotonic()
        if self._agreement is None or now - self._agreement[0] > AGREEMENT_S:
            found = self.review.agreement()
            self._agreement = now, {"twice": found.n_twice, "agreed": found.n_agreed}
        return self._agreement[1]

    @cached_property
    def suggested(self) -> Suggested:
        return Suggested(self.session)

    def path(self, index: int) -> bytes:
        return self.session.paths[index].as_py()

    def source(self, index: int) -> bytes:
        """Absolute path of utterance `index`; `UnreadableAudio` where the corpus has none, or nobody knows its root."""
        if not 0 <= index < len(self):
            raise UnreadableAudio(
                "open", Words("there is no utterance {index}; the corpus has {n}", index=index, n=len(self))
            )
        source = self.session.source(index)
        if source is None:
            raise UnreadableAudio("open", Words("nobody knows where the audio files are; start with --input_dir"))
        return source

    def corpus_root_exists(self) -> bool:
        root = self.session.corpus_root
        return root is not None and Path(os.fsdecode(root)).is_dir()

    def size(self, index: int) -> int | None:
        """Bytes of the file of an utterance; None where it cannot be seen."""
        with contextlib.suppress(OSError, UnreadableAudio):
            return os.stat(self.source(index)).st_size
        return None

    def utterance(self, index: int) -> dict:
        path = self.path(index)
        reason = self.session.unreadable.at(index)
        duration_s = float(self.session.durations_s[index])
        return {
            "i": index,
            "name": path_to_text(path.rpartition(b"/")[2]),
            "path": path_to_text(path),
            "duration": duration_s if np.isfinite(duration_s) else None,
            "unreadable": reason and reason.reason,
        }

    def peaks(self, index: int) -> list[int] | None:
        """Heights of the small waveform of an utterance; None where there is no usable sound."""
        return None if self.session.unreadable.at(index) else self.media.peaks(index)

    def closeup(self, index: int, half: int) -> dict:
        """Everything that is drawn round place `index`, in the shape of ``GET /x/closeup``."""
        if not 0 < index < len(self):
            raise NotThere(f"place {index} is not inside the corpus of {len(self):,} utterances")
        half = min(max(half, 1), MAX_HALF)
        window = Segment(max(0, index - half), min(len(self), index + half))
        segments = self.review.segments()
        left, right = _sides(segments, index)
        excluded = self.review.excluded
        seen = self._look(window, left, right, excluded)
        lo, hi, places = self._places(index)
        return {
            "index": index,
            "lo": window.start,
            "hi": window.stop,
            "left": _numbers(seen.left),
            "right": _numbers(seen.right),
            "places": places,
            "interval": [lo, hi],
            "utterances": [
                {
                    **self.utterance(i),
                    "excluded": i in excluded,
                    "outlier": bool(seen.outlier[i - window.start]) and not lo <= i <= hi,
                }
                for i in range(window.start, window.stop)
            ],
            "left_segment": self._segment(segments, left),
            "right_segment": self._segment(segments, right),
            "references": {"left": seen.left_references, "right": seen.right_references},
        }

    def voice(self, index: int) -> dict:
        """The segment that holds utterance `index`, and by which utterances its voice is known."""
        if not 0 <= index < len(self):
            raise NotThere(f"there is no utterance {index}; the corpus has {len(self):,}")
        segments = self.review.segments()
        row = int(np.searchsorted(segments.start, index, side="right")) - 1
        segment = Segment(int(segments.start[row]), int(segments.stop[row]))
        if self.session.embeddings is None:
            return {**self._segment(segments, segment), "references": spread_over(segment)}
        references = find_typical(
            self.session.embeddings,
            segment,
            centre=self._centre,
            durations_s=self.session.durations_s,
            excluded=self.review.excluded,
        )
        return {**self._segment(segments, segment), "references": references}

    def find(self, query: str) -> int:
        """The index that `query` names: a number, or the first path that contains it; `NotThere` for neither."""
        query = query.strip()
        number = query.replace(",", "").replace("_", "")
        is_number = number.isascii() and number.isdecimal() and not (len(number) > 1 and number[0] == "0")
        if is_number and int(number) < len(self):
            return int(number)
        if query:
            found = pc.match_substring(self.session.paths, text_to_path(query))
            index = pc.index(found, True).as_py()
            if index >= 0:
                return index
        raise NotThere(f"no utterance is called {query!r}" if query else "name an index or a part of a file name")

    def _look(self, window: Segment, left: Segment, right: Segment, excluded: frozenset[int]) -> Closeup:
        if self.session.embeddings is None:
            return see_nothing(window, left, right)
        return look_closely(
            self.session.embeddings,
            window=window,
            left=left,
            right=right,
            centre=self._centre,
            durations_s=self.session.durations_s,
            excluded=excluded,
        )

    def _places(self, index: int) -> tuple[int, int, dict]:
        """The interval of the boundary at `index`, and the probability of each place near it."""
        table, detection = self.review.boundaries(), self.session.detection
        row = table.position(index)
        if row is None:
            return index, index, {"start": index, "p": []}
        lo, hi = int(table.lo[row]), int(table.hi[row])
        proposed = int(table.proposed_index[row])
        b = int(np.searchsorted(detection.indices, proposed))
        if proposed < 0 or b >= len(detection.indices) or detection.indices[b] != proposed:
            return lo, hi, {"start": index, "p": []}
        start, mass = int(detection.place_starts[b]), detection.place_probabilities[b]
        return lo, hi, {"start": start, "p": _numbers(mass)}

    def _segment(self, segments: SegmentTable, part: Segment) -> dict:
        """Where a side lies, and the folder it would go into (of the segment that holds it now)."""
        return {
            "start": part.start,
            "stop": part.stop,
            "name": self.suggested.names_at(segments.start, [part.start])[0],
        }


def _sides(segments: SegmentTable, index: int) -> tuple[Segment, Segment]:
    """What lies left and right of `index` up to the next boundaries; `index` may be a boundary or inside a segment."""
    before = int(np.searchsorted(segments.start, index)) - 1
    after = int(np.searchsorted(segments.stop, index, side="right"))
    return Segment(int(segments.start[before]), index), Segment(index, int(segments.stop[after]))


def _numbers(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 5) if np.isfinite(value) else None for value in values]
