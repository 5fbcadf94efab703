"""Which file goes into which speaker folder, under which name? Pure; nothing is read, nothing written."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa

from spkbound.domain import Segment, Unreadable

WhyLeftOut = Literal["unreadable", "excluded", "failed"]


class PlannableSegments(Protocol):
    """Segments in corpus order, half-open; `approved` says which a reviewer vouches for."""

    start: np.ndarray
    stop: np.ndarray
    approved: np.ndarray


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One utterance on its way: `source` relative to the corpus root, `name` in the folder."""

    index: int
    source: bytes
    name: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFolder:
    """One speaker folder: a segment, or several that a reviewer said are one speaker.

    `segments` in corpus order. `reviewed`: all of them are approved. `indices` int64: the utterances that go into the
    folder, in corpus order.
    """

    name: str
    segments: tuple[Segment, ...]
    reviewed: bool
    indices: np.ndarray
    paths: pa.Array

    @property
    def start(self) -> int:
        """Where the first segment begins: no other folder has that."""
        return self.segments[0].start

    @property
    def n_utterances(self) -> int:
        """Utterances of the segments, those that go nowhere included."""
        return sum(map(len, self.segments))

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def files(self) -> list[PlannedFile]:
        """Make the files anew at each call; a million at once would cost 300 MB."""
        sources = self.paths.take(pa.array(self.indices, pa.int64())).to_pylist()
        names = name_apart([source.rpartition(b"/")[2] for source in sources])
        return list(map(PlannedFile, self.indices.tolist(), sources, names))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An utterance that goes into no folder; `folder` is where it would be, None in an undecided segment."""

    index: int
    source: bytes
    why: WhyLeftOut
    folder: str | None
    stage: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What an export would write.

    `folders` are written; `held_back` are the other current segments, not approved and therefore not written.
    """

    folders: tuple[PlannedFolder, ...]
    held_back: tuple[PlannedFolder, ...]
    left_out: tuple[LeftOut, ...]
    paths: pa.Array

    @property
    def n_files(self) -> int:
        return sum(map(len, self.folders))

    @property
    def n_held_back(self) -> int:
        return sum(map(len, self.held_back))


def plan_export(
    segments: PlannableSegments,
    names: Sequence[str],
    paths: pa.Array,
    unreadable: Sequence[Unreadable],
    excluded: Collection[int],
    *,
    same: Sequence[Sequence[int]] = (),
    include_undecided: bool = False,
) -> ExportPlan:
    """Give every approved segment (every one with `include_undecided`) its folder.

    Parameters
    ----------
    same : groups of positions of segments that are one speaker: all go into the folder of the first, once all of them
        are approved
    names : folder name of each segment, of all of them: a number is the segment's place among all current segments
    paths : relative paths of all utterances, binary, in corpus order
    """
    _check_names(names, n_segments=len(segments.start))
    goes = np.ones(len(paths), bool)
    goes[[each.index for each in unreadable]] = False
    goes[list(excluded)] = False
    folders = [
        PlannedFolder(
            name=names[group[0]],
            segments=tuple(Segment(int(segments.start[s]), int(segments.stop[s])) for s in group),
            reviewed=all(bool(segments.approved[s]) for s in group),
            indices=np.concatenate([_going(goes, int(segments.start[s]), int(segments.stop[s])) for s in group]),
            paths=paths,
        )
        for group in _groups(same, n_segments=len(names))
    ]
    written = tuple(folder for folder in folders if folder.reviewed or include_undecided)
    held_back = () if include_undecided else tuple(folder for folder in folders if not folder.reviewed)
    return ExportPlan(
        folders=written, held_back=held_back, left_out=_leave_out(written, paths, unreadable, excluded), paths=paths
    )


def _going(goes: np.ndarray, start: int, stop: int) -> np.ndarray:
    return start + np.flatnonzero(goes[start:stop])


def _groups(same: Sequence[Sequence[int]], *, n_segments: int) -> list[list[int]]:
    """All positions of segments: those of one speaker together, in the order of the first of each."""
    together = {group[0]: sorted(group) for group in map(sorted, same)}
    later = {position for group in together.values() for position in group[1:]}
    return [together.get(position, [position]) for position in range(n_segments) if position not in later]


def name_apart(names: Sequence[bytes]) -> list[bytes]:
    """Tell equal names apart: ``a.wav``, ``a__2.wav``, ... in the order given.

    A name that occurs keeps itself at its first occurrence, so ``a.wav, a.wav, a__2.wav`` becomes
    ``a.wav, a__3.wav, a__2.wav``.
    """
    taken = set(names)
    if len(taken) == len(names):
        return list(names)
    seen: dict[bytes, int] = {}
    apart = []
    for name in names:
        number = seen.get(name, 0) + 1
        chosen = name
        if number > 1:
            stem, suffix = os.path.splitext(name)
            while (chosen := b"%s__%d%s" % (stem, number, suffix)) in taken:
                number += 1
            taken.add(chosen)
        seen[name] = number
        apart.append(chosen)
    return apart


def _check_names(names: Sequence[str], *, n_segments: int) -> None:
    if len(names) != n_segments:
        raise ValueError(f"each segment needs a folder name: {n_segments} segments, {len(names)} names")
    if len(set(names)) != n_segments:
        raise ValueError("two segments have the same folder name")
    unfit = [name for name in names if not name or name.startswith(".") or "/" in name or "\0" in name]
    if unfit:
        raise ValueError(f"{unfit[0]!r} cannot be the name of a speaker folder")


def _leave_out(
    written: Sequence[PlannedFolder], paths: pa.Array, unreadable: Sequence[Unreadable], excluded: Collection[int]
) -> tuple[LeftOut, ...]:
    """List what goes nowhere, in corpus order; an utterance that somebody excluded counts as that."""
    parts = sorted((segment, folder.name) for folder in written for segment in folder.segments)
    starts = np.array([segment.start for segment, _ in parts], np.int64)

    def find_folder(index: int) -> str | None:
        at = int(np.searchsorted(starts, index, side="right")) - 1
        return parts[at][1] if at >= 0 and index in parts[at][0] else None

    found = {
        each.index: LeftOut(
            index=each.index,
            source=each.path,
            why="unreadable",
            folder=find_folder(each.index),
            stage=each.stage,
            reason=each.reason,
        )
        for each in unreadable
    }
    for index in excluded:
        source = paths[int(index)].as_py()
        found[index] = LeftOut(index=int(index), source=source, why="excluded", folder=find_folder(index))
    return tuple(found[index] for index in sorted(found))
