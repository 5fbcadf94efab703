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
    """One speaker folder. `indices` int64: the utterances of the segment that go into it, in corpus order."""

    name: str
    segment: Segment
    reviewed: bool
    indices: np.ndarray
    paths: pa.Array

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
    include_undecided: bool = False,
) -> ExportPlan:
    """Give every approved segment (every one with `include_undecided`) its folder.

    Parameters
    ----------
    names : folder name of each segment, of all of them: a number is the segment's place among all current segments
    paths : relative paths of all utterances, binary, in corpus order
    """
    _check_names(names, n_segments=len(segments.start))
    goes = np.ones(len(paths), bool)
    goes[[each.index for each in unreadable]] = False
    goes[list(excluded)] = False
    folders = [
        PlannedFolder(
            name=name,
            segment=Segment(int(start), int(stop)),
            reviewed=bool(approved),
            indices=int(start) + np.flatnonzero(goes[start:stop]),
            paths=paths,
        )
        for name, start, stop, approved in zip(names, segments.start, segments.stop, segments.approved)
    ]
    written = tuple(folder for folder in folders if folder.reviewed or include_undecided)
    held_back = () if include_undecided else tuple(folder for folder in folders if not folder.reviewed)
    return ExportPlan(
        folders=written, held_back=held_back, left_out=_leave_out(written, paths, unreadable, excluded), paths=paths
    )


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
    starts = np.array([folder.segment.start for folder in written], np.int64)

    def find_folder(index: int) -> str | None:
        at = int(np.searchsorted(starts, index, side="right")) - 1
        return written[at].name if at >= 0 and index in written[at].segment else None

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
