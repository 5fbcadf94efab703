"""What did earlier exports write, told quickly? The manifest in columns, per speaker folder, for as long as it stays.

Answers only whether a folder is as planned; of a folder that is not, its rows are read one by one (`reconcile`).
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from spkbound.domain import path_to_text, text_to_path
from spkbound.export.manifest import MANIFEST_NAME, line_to_row, manifest_lines, read_failed, read_manifest
from spkbound.export.plan import LeftOut, PlannedFolder
from spkbound.export.reconcile import ExportedFolder, collect_exported, describe_change

_SCHEMA = pa.schema(
    [
        ("audio_filepath", pa.string()),
        ("source", pa.string()),
        ("speaker", pa.string()),
        ("index", pa.int64()),
        ("reviewed", pa.bool_()),
    ]
)
_BLOCK_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchedFolder:
    """One exported folder without its files: `digest` of their sources in corpus order; `first` of these.

    `is_plain`: every file has the name of its source, so equal sources say that all is equal.
    """

    manifest: Path
    name: str
    first: bytes
    digest: bytes
    is_plain: bool
    reviewed: bool
    failed: frozenset[bytes] = frozenset()

    def difference(self, planned: PlannedFolder) -> str | None:
        """As `ExportedFolder.difference`."""
        if self.is_plain and self.digest == _digest(_texts(planned)):
            return None
        return describe_change(planned, self._load())

    def _load(self) -> ExportedFolder:
        """The rows of this folder alone; a line that names it is found before it is parsed."""
        mark = self.name.encode()
        rows = (line_to_row(line) for line in manifest_lines(self.manifest.parent) if mark in line)
        failed = [_failed_row(source, self.name) for source in self.failed]
        return collect_exported((row for row in rows if row.speaker == self.name), failed)[self.name]


class Ledger:
    """The manifests that were read last; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[object, dict[str, SketchedFolder]] = (None, {})

    def read(self, folder: Path) -> dict[str, SketchedFolder]:
        """The exported folders below `folder`, by name.

        Raises
        ------
        ExportError : the manifest, or the list of what failed, is broken
        """
        stamp = _stamp(folder)
        with self._lock:
            if self._kept[0] != stamp:
                self._kept = (stamp, _sketch(folder) if stamp[1] else {})
            found = self._kept[1]
        failed: dict[str, set[bytes]] = {}
        for row in read_failed(folder):
            failed.setdefault(row.folder, set()).add(row.source)
        return {name: replace(each, failed=frozenset(failed.get(name, ()))) for name, each in found.items()}


def _stamp(folder: Path) -> tuple:
    try:
        status = os.stat(folder / MANIFEST_NAME)
    except FileNotFoundError:
        return (folder, None)
    return (folder, (status.st_mtime_ns, status.st_size, status.st_ino))


def _sketch(folder: Path) -> dict[str, SketchedFolder]:
    manifest = folder / MANIFEST_NAME
    if not manifest.stat().st_size:
        return {}
    try:
        table = pyarrow.json.read_json(
            manifest,
            read_options=pyarrow.json.ReadOptions(block_size=_BLOCK_BYTES),
            parse_options=pyarrow.json.ParseOptions(explicit_schema=_SCHEMA, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowInvalid:
        table = None
    if table is None or table.select(_SCHEMA.names).drop_null().num_rows < table.num_rows:
        for _ in read_manifest(folder):  # says which line is broken
            pass
        raise AssertionError("a manifest that reads line by line reads as a table")
    return {each.name: each for each in _folders(manifest, table)}


def _folders(manifest: Path, table: pa.Table) -> Iterator[SketchedFolder]:
    table = table.sort_by([("speaker", "ascending"), ("index", "ascending")]).combine_chunks()
    names = table["speaker"].combine_chunks()
    file_name = pc.replace_substring_regex(table["source"], r"^.*/", "")
    plain = pc.equal(table["audio_filepath"], pc.binary_join_element_wise(names, file_name, "/"))
    plain = plain.to_numpy(zero_copy_only=False)
    changes = np.flatnonzero(pc.not_equal(names[1:], names[:-1]).to_numpy(zero_copy_only=False)) + 1
    edges = [0, *changes.tolist(), len(names)]
    for start, stop in zip(edges, edges[1:]):
        sources = table["source"].slice(start, stop - start).to_pylist()
        yield SketchedFolder(
            manifest=manifest,
            name=names[start].as_py(),
            first=text_to_path(sources[0]),
            digest=_digest(sources),
            is_plain=bool(plain[start:stop].all()),
            reviewed=table["reviewed"][start].as_py(),
        )


def _texts(planned: PlannedFolder) -> list[str]:
    """The sources as the manifest writes them."""
    sources = planned.paths.take(pa.array(planned.indices, pa.int64())).to_pylist()
    return [path_to_text(source) for source in sources]


def _digest(texts: Sequence[str]) -> bytes:
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=16).digest()


def _failed_row(source: bytes, folder: str) -> LeftOut:
    return LeftOut(index=-1, source=source, why="failed", folder=folder)
