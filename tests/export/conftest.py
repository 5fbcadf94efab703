"""A small corpus on disk and a short way to plan and export it."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from spkbound.domain import Unreadable, folder_name
from spkbound.export.copy import run_export
from spkbound.export.plan import plan_export


@dataclass
class Segments:
    start: np.ndarray
    stop: np.ndarray
    approved: np.ndarray


@dataclass
class Exporter:
    """A corpus folder, its boundaries and where it is exported to."""

    root: Path
    target: Path
    names: list[bytes]
    cuts: list[int]
    undecided: set[int] = field(default_factory=set)  # segments, counted from 0
    excluded: set[int] = field(default_factory=set)
    unreadable: list[int] = field(default_factory=list)
    folders: list[str] | None = None  # by number where None
    same: tuple[tuple[int, ...], ...] = ()  # segments of one speaker

    def plan(self, *, include_undecided=False):
        edges = np.array([0, *self.cuts, len(self.names)])
        approved = np.array([s not in self.undecided for s in range(len(edges) - 1)])
        return plan_export(
            Segments(edges[:-1], edges[1:], approved),
            self.folders or [folder_name(number + 1, len(approved)) for number in range(len(approved))],
            pa.array(self.names, pa.binary()),
            [Unreadable(index=i, path=self.names[i], stage="decode", reason="broken") for i in self.unreadable],
            self.excluded,
            same=self.same,
            include_undecided=include_undecided,
        )

    def run(self, *, include_undecided=False, **options):
        return run_export(self.plan(include_undecided=include_undecided), self.root, self.target, **options)

    def source(self, index) -> Path:
        return self.root / Path(self.names[index].decode("utf-8", "surrogateescape"))


def photograph(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def make_exporter(tmp_path):
    def make(names=None, cuts=(4, 7), **fields):
        names = names or [b"a/u%d.wav" % i for i in range(10)]
        exporter = Exporter(tmp_path / "corpus", tmp_path / "out", list(names), list(cuts), **fields)
        for index in range(len(names)):
            path = exporter.source(index)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"sound of %d" % index + b"." * index)
        return exporter

    return make


@pytest.fixture
def look():
    return photograph
