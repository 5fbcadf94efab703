"""Is what was exported still what the manifest says? Reads every file; changes nothing."""

import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from spkbound.domain import path_to_text
from spkbound.errors import ExportError
from spkbound.export.manifest import MANIFEST_NAME, BrokenLine, ManifestRow, line_to_row, manifest_lines
from spkbound.export.place import SourceFailed, hash_file
from spkbound.export.staging import UNFINISHED_SUFFIX
from spkbound.words import Words, from_disk, words_of

WhatDiffers = Literal["missing", "extra", "size differs", "content differs", "unreadable", "broken line", "unfinished"]
_WHAT: dict[WhatDiffers, Words] = {
    "missing": Words("missing"),
    "extra": Words("extra"),
    "size differs": Words("size differs"),
    "content differs": Words("content differs"),
    "unreadable": Words("unreadable"),
    "broken line": Words("broken line"),
    "unfinished": Words("unfinished"),
}

_THREADS = 4
_AT_A_TIME = 256


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a folder is not as its manifest says; `path` is relative to it, `detail` a text for people."""

    what: WhatDiffers
    path: bytes
    detail: str = ""

    def words(self) -> Words:
        what, path = _WHAT[self.what], path_to_text(self.path)
        if not self.detail:
            return Words("{what}: {path}", what=what, path=path)
        return Words("{what}: {path} ({detail})", what=what, path=path, detail=self.detail)

    def __str__(self) -> str:
        return str(self.words())


def verify_export(folder: Path, *, on_progress: Callable[[int], None] | None = None) -> list[Difference]:
    """Compare every exported file with the manifest, and look for files that the manifest does not name.

    Files beside the speaker folders (result, picture, lists) are not exported files and not looked at.
    `on_progress` gets the number of files compared so far.

    Raises
    ------
    ExportError : there is no manifest
    """
    root = os.path.abspath(os.fsencode(folder))
    if not os.path.isfile(os.path.join(root, os.fsencode(MANIFEST_NAME))):
        raise ExportError(
            Words("no {name} in {folder}; name a folder that `export` wrote", name=MANIFEST_NAME, folder=str(folder))
        )
    named: set[bytes] = set()
    differences: list[Difference] = []
    rows = _usable_rows(Path(folder), named, differences)
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="verify") as pool:
        while batch := list(islice(rows, _AT_A_TIME)):
            found = pool.map(lambda row: _compare(root, row), batch)
            differences.extend(difference for difference in found if difference is not None)
            if on_progress:
                on_progress(len(named))
    differences.extend(_find_extra(root, named))
    return differences


def _usable_rows(folder: Path, named: set[bytes], differences: list[Difference]) -> Iterator[ManifestRow]:
    """Give the rows that can be compared; what cannot goes to `differences`, the names to `named`."""
    for number, line in enumerate(manifest_lines(folder), start=1):
        try:
            row = line_to_row(line)
        except BrokenLine as error:
            differences.append(
                Difference(
                    "broken line",
                    os.fsencode(MANIFEST_NAME),
                    Words("line {n}: {error}", n=number, error=words_of(error)),
                )
            )
            continue
        if row.audio in named:
            differences.append(Difference("broken line", row.audio, Words("line {n} names it again", n=number)))
            continue
        named.add(row.audio)
        yield row


def _compare(root: bytes, row: ManifestRow) -> Difference | None:
    path = os.path.join(root, row.audio)
    try:
        found = os.stat(path)
    except OSError as error:
        return Difference("missing", row.audio, from_disk(error))
    if stat.S_ISREG(found.st_mode) and found.st_size != row.size:
        return Difference(
            "size differs",
            row.audio,
            Words(
                "{n} byte, the manifest says {told}|{n} bytes, the manifest says {told}", n=found.st_size, told=row.size
            ),
        )
    try:
        _, sha256 = hash_file(path)
    except SourceFailed as error:
        return Difference("unreadable", row.audio, words_of(error))
    return None if sha256 == row.sha256 else Difference("content differs", row.audio)


def _find_extra(root: bytes, named: set[bytes]) -> Iterator[Difference]:
    with os.scandir(root) as listing:
        folders = sorted(entry.name for entry in listing if entry.is_dir(follow_symlinks=False))
    for folder in folders:
        if folder.startswith(b".") and folder.endswith(UNFINISHED_SUFFIX):
            yield Difference("unfinished", folder, Words("an export was interrupted; export again"))
        if folder.startswith(b"."):
            continue
        for path, _, names in os.walk(os.path.join(root, folder)):
            inside = os.path.relpath(path, root)
            yield from (
                Difference("extra", os.path.join(inside, name))
                for name in sorted(names)
                if os.path.join(inside, name) not in named
            )
