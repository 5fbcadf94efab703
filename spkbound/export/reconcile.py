"""How does a plan fit what was exported before? Exported segments keep their folders; what changed is a conflict."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.export.manifest import ManifestRow
from spkbound.export.plan import ExportPlan, LeftOut, PlannedFolder
from spkbound.words import Words

_NUMBERED = re.compile(r"speaker_([0-9]+)_*", re.IGNORECASE)  # as `speaker_names` writes them

SoFar = Literal["new", "exported", "incomplete", "changed"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A folder that cannot be as planned without touching what is there; `why` is a text for people."""

    folder: str
    why: str

    def words(self) -> Words:
        return Words("{folder}: {why}", folder=self.folder, why=self.why)

    def __str__(self) -> str:
        return str(self.words())


@dataclass(slots=True)
class ExportedFolder:
    """What the manifest says of one folder, by source; `failed` are sources that an earlier export could not write."""

    names: dict[bytes, bytes] = field(default_factory=dict)
    sizes: dict[bytes, int] = field(default_factory=dict)
    sha256s: dict[bytes, str] = field(default_factory=dict)
    failed: set[bytes] = field(default_factory=set)
    reviewed: bool = False

    @property
    def first(self) -> bytes:
        return next(iter(self.names))

    def difference(self, planned: PlannedFolder) -> str | None:
        """Say how the segments differ from what was exported; None if they do not."""
        return describe_change(planned, self)


class Exported(Protocol):
    """What is to be known of an exported folder; `first` is one of its sources."""

    first: bytes
    failed: Collection[bytes]
    reviewed: bool

    def difference(self, planned: PlannedFolder) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderWork:
    """A folder of the plan under the name that it has or will have; `exported` is None for a new one."""

    folder: PlannedFolder
    so_far: SoFar
    exported: Exported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What is to do, what cannot be done, and whose `reviewed` in the manifest is out of date."""

    works: tuple[FolderWork, ...]
    conflicts: tuple[Conflict, ...]
    reviewed: dict[str, bool]


def collect_exported(rows: Iterable[ManifestRow], failed: Iterable[LeftOut]) -> dict[str, ExportedFolder]:
    """Gather the rows of a manifest by folder."""
    exported: dict[str, ExportedFolder] = {}
    for row in rows:
        folder = exported.setdefault(row.speaker, ExportedFolder())
        folder.names[row.source] = row.name
        folder.sizes[row.source] = row.size
        folder.sha256s[row.source] = row.sha256
        folder.reviewed = row.reviewed
    for row in failed:
        if row.folder in exported:
            exported[row.folder].failed.add(row.source)
    return exported


def reconcile(plan: ExportPlan, exported: Mapping[str, Exported]) -> Reconciled:
    """Find for every exported folder the current segment that it is; unchanged ones keep their name."""
    current = sorted((*plan.folders, *plan.held_back), key=lambda folder: folder.start)
    kept: dict[int, str] = {}
    conflicts: list[Conflict] = []
    changed: set[int] = set()
    for name, at in _match(current, exported, plan.paths).items():
        why = Words("its files are no longer in the corpus") if at is None else exported[name].difference(current[at])
        if why is None:
            kept[current[at].start] = name
        else:
            conflicts.append(Conflict(name, why))
            changed.update(() if at is None else (current[at].start,))
    works = _give_names(plan, kept, changed, exported)
    reviewed = {
        kept[folder.start]: folder.reviewed
        for folder in current
        if folder.start in kept and exported[kept[folder.start]].reviewed != folder.reviewed
    }
    return Reconciled(works=works, conflicts=tuple(conflicts), reviewed=reviewed)


def _match(current: list[PlannedFolder], exported: Mapping[str, Exported], paths: pa.Array) -> dict[str, int | None]:
    """Find by its first file which current folder each exported one is about."""
    first = {name: folder.first for name, folder in exported.items()}
    if not first:
        return {}
    wanted = pa.array(sorted(first.values()), paths.type)
    indices = np.flatnonzero(pc.is_in(paths, value_set=wanted).to_numpy(zero_copy_only=False))
    index_of = dict(zip(paths.take(pa.array(indices, pa.int64())).to_pylist(), indices.tolist()))
    parts = sorted((segment.start, at) for at, folder in enumerate(current) for segment in folder.segments)
    starts = [start for start, _ in parts]
    return {
        name: parts[bisect_right(starts, index_of[source]) - 1][1] if source in index_of else None
        for name, source in first.items()
    }


def describe_change(planned: PlannedFolder, exported: ExportedFolder) -> str | None:
    """Say how the segments of a folder differ from what was exported; None if they do not.

    Files that the earlier export could not write may be missing: they are tried again.
    """
    now = {file.source: file.name for file in planned.files}
    gone = sum(source not in now for source in exported.names)
    added = sum(source not in exported.names and source not in exported.failed for source in now)
    renamed = sum(now.get(source, name) != name for source, name in exported.names.items())
    if not (gone or added or renamed):
        return None
    parts = [Words("{first} to {last}", first=part.start, last=part.stop - 1) for part in planned.segments]
    now_at = reduce(lambda one, other: Words("{one} and {other}", one=one, other=other), parts)
    return Words(
        "exported with {files}, its segment is now {now_at} with {n_now}: "
        "{gone} gone, {added} added, {renamed} under another name",
        files=Words("{n} file|{n} files", n=len(exported.names)),
        now_at=now_at,
        n_now=len(planned),
        gone=gone,
        added=added,
        renamed=renamed,
    )


def _give_names(
    plan: ExportPlan, kept: dict[int, str], changed: set[int], exported: Mapping[str, Exported]
) -> tuple[FolderWork, ...]:
    """Give each folder its name; one whose name is taken by an exported segment gets the next number that nobody has.

    Names are equal where only case tells them apart: some disks do not.
    """
    taken = {name.casefold() for name in exported}
    spare = _spare_names({folder.name for folder in (*plan.folders, *plan.held_back)} | exported.keys())
    works = []
    for folder in plan.folders:
        name = kept.get(folder.start)
        if name is not None:
            so_far = "incomplete" if exported[name].failed else "exported"
            works.append(FolderWork(folder=replace(folder, name=name), so_far=so_far, exported=exported[name]))
        elif folder.start in changed:
            works.append(FolderWork(folder=folder, so_far="changed"))
        else:
            name = next(spare) if folder.name.casefold() in taken else folder.name
            works.append(FolderWork(folder=replace(folder, name=name), so_far="new"))
    return tuple(works)


def _spare_names(names: set[str]) -> Iterator[str]:
    """Count on after the largest number of `names`, written as wide as they are."""
    numbers = [found[1] for name in names if (found := _NUMBERED.fullmatch(name))]
    largest, width = max(map(int, numbers), default=0), max(map(len, numbers), default=3)
    return (f"speaker_{number:0{width}d}" for number in itertools.count(largest + 1))
