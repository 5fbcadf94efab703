"""What are the things that spkbound speaks of? Small frozen values; no I/O, no arrays, no knowledge of any stage."""

import re
from dataclasses import asdict, dataclass
from typing import Literal, get_args

Stage = Literal["open", "decode", "features", "network"]
Order = Literal["path", "natural", "manifest"]
Method = Literal["global", "cosine", "gmm"]
DecisionKind = Literal[
    "approve", "shift", "reject", "add", "exclude", "include", "same_speaker", "dismiss", "comment", "undo"
]
BoundaryState = Literal["undecided", "shifted", "approved", "added", "rejected"]
SuggestionKind = Literal["outlier", "same_speaker_beside", "second_change", "same_voice"]

METHODS: tuple[str, ...] = get_args(Method)
ORDERS: tuple[str, ...] = get_args(Order)
DECISION_KINDS: tuple[str, ...] = get_args(DecisionKind)
SUGGESTION_KINDS: tuple[str, ...] = get_args(SuggestionKind)

_ESCAPED_BYTE = re.compile(rb"\\x([0-9a-f]{2})")
_LOOKS_ESCAPED = re.compile(rb"\\(?=x[0-9a-f]{2})")


def path_to_text(path: bytes) -> str:
    r"""Write a path for JSON and people: UTF-8 as it is, any other byte as ``\xNN``; `text_to_path` is the way back.

    A backslash that by chance stands before ``xNN`` is written ``\x5c``, so no two paths look the same.
    """
    # Most paths have no backslash, and a million of them are to be written.
    unambiguous = _LOOKS_ESCAPED.sub(rb"\\x5c", path) if b"\\x" in path else path
    return unambiguous.decode("utf-8", "backslashreplace")


def text_to_path(text: str) -> bytes:
    """Read a path that `path_to_text` wrote (lone surrogates of Python's own file functions are taken back as well)."""
    encoded = text.encode("utf-8", "surrogateescape")
    if b"\\x" not in encoded:
        return encoded
    return _ESCAPED_BYTE.sub(lambda found: bytes([int(found[1], 16)]), encoded)


def stays_below(path: bytes) -> bool:
    """Whether `path` names something below the folder that it counts from; a path from elsewhere need not."""
    parts = path.split(b"/")
    return parts[0] != b"" and parts[-1] not in (b"", b".") and b".." not in parts and b"\0" not in path


def join_root(root: bytes, path: bytes) -> bytes:
    """Put a relative path below `root` (which may be ``/``)."""
    return root.rstrip(b"/") + b"/" + path


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An utterance without usable embedding; it keeps its place in the order."""

    index: int
    path: bytes
    stage: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One file of the corpus, in its place in the order.

    `path` is relative to the corpus root, bytes joined by ``/``. `duration_s` is NaN where unknown.
    """

    index: int
    path: bytes
    duration_s: float = float("nan")
    unreadable: Unreadable | None = None

    @property
    def name(self) -> bytes:
        return self.path.rpartition(b"/")[2]


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """The utterances between two neighbouring boundaries: half-open ``[start, stop)``, never empty."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise ValueError(f"a segment needs 0 <= start < stop, found [{self.start}, {self.stop})")

    def __len__(self) -> int:
        return self.stop - self.start

    def __contains__(self, index: int) -> bool:
        return self.start <= index < self.stop


def segments_between(indices: list[int], n_utterances: int) -> list[Segment]:
    """Cut ``[0, n_utterances)`` at increasing inner `indices`; an empty corpus has no segments."""
    if n_utterances == 0:
        return []
    edges = [0, *indices, n_utterances]
    return [Segment(a, b) for a, b in zip(edges[:-1], edges[1:])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A place where the speaker changes: `index` is the first utterance after it.

    `probability`: a true boundary at exactly this index. `existence`: one inside `interval`
    (``(lo, hi)``, both inclusive). Both calibrated, in [0, 1].
    """

    index: int
    probability: float
    existence: float
    interval: tuple[int, int]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something for a reviewer to look at beyond the boundaries; never acted on by itself.

    `probability` that it is so, in [0, 1]. `cost`: expected number of utterances that lie with the wrong speaker.
    `interval`: the lowest and the highest place that may be meant, both inclusive. What `indices` are:

    - ``outlier``: an utterance that does not belong to its segment; second, if it would be at home in a neighbouring
      segment, the boundary between
    - ``same_speaker_beside``: a boundary with one speaker on both sides
    - ``second_change``: the first utterance after a boundary that is missing; or two, of a stretch of somebody else
      its first utterance and the first after it
    - ``same_voice``: the first utterances of two segments far apart that are one voice; segments linked by several
      such suggestions are all one voice
    """

    kind: SuggestionKind
    indices: tuple[int, ...]
    interval: tuple[int, int]
    probability: float
    cost: float

    def to_dict(self) -> dict:
        """Plain values for JSON."""
        return asdict(self) | {"indices": list(self.indices), "interval": list(self.interval)}

    @classmethod
    def from_dict(cls, row: dict) -> "Suggestion":
        """Read what `to_dict` wrote, also with other keys beside; ValueError for a kind that there is not."""
        if row["kind"] not in SUGGESTION_KINDS:
            raise ValueError(f"there are no suggestions of the kind {row['kind']!r}")
        lowest, highest = row["interval"]
        return cls(
            kind=row["kind"],
            indices=tuple(int(index) for index in row["indices"]),
            interval=(int(lowest), int(highest)),
            probability=float(row["probability"]),
            cost=float(row["cost"]),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision applies, by the two utterances it separates: their paths, not an index.

    So running detection again, or adding files elsewhere, never orphans a review. For a decision about one
    utterance (exclude, include) both are that utterance.
    """

    left_path: bytes
    right_path: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer said of a place, and when. Rows are only ever added.

    `origin` is the place that a shift came from. `undoes`: the row that an undo takes back; of a redo, the undo.
    """

    id: int
    kind: DecisionKind
    place: Place
    origin: Place | None
    batch: str
    user: str
    at: str
    version: int
    detector: str
    key: str = ""
    undoes: int | None = None
    text: str | None = None


def folder_name(number: int, n_segments: int) -> str:
    """Name of the `number`-th (from 1) of `n_segments` speaker folders: zero-padded, at least three digits."""
    return f"speaker_{number:0{max(3, len(str(n_segments)))}d}"
