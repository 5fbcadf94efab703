"""What do the lists beside the speaker folders say? Reads and writes ``manifest.jsonl`` and ``left_out.jsonl``."""

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from spkbound.domain import path_to_text, text_to_path
from spkbound.errors import ExportError
from spkbound.export.plan import LeftOut
from spkbound.whole_file import whole_file

MANIFEST_NAME = "manifest.jsonl"
LEFT_OUT_NAME = "left_out.jsonl"
# Writing the list again may take this share of the time at most: it grows with every folder.
_SHARE_OF_TIME = 0.1


class BrokenLine(ValueError):
    """A line that is no row of the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    """One exported file. `audio` is relative to the manifest, `source` to the corpus root; `sha256` in hex."""

    audio: bytes
    source: bytes
    speaker: str
    index: int
    size: int
    sha256: str
    reviewed: bool

    @property
    def name(self) -> bytes:
        return self.audio.rpartition(b"/")[2]


def row_to_line(row: ManifestRow) -> bytes:
    fields = {
        "audio_filepath": path_to_text(row.audio),
        "source": path_to_text(row.source),
        "speaker": row.speaker,
        "index": row.index,
        "size": row.size,
        "sha256": row.sha256,
        "reviewed": row.reviewed,
    }
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


def line_to_row(line: bytes) -> ManifestRow:
    """Read a line.

    Raises
    ------
    BrokenLine : no JSON object, a field missing or of another type, or a path that leads out of the folder
    """
    try:
        fields = orjson.loads(line)
        row = ManifestRow(
            audio=text_to_path(fields["audio_filepath"]),
            source=text_to_path(fields["source"]),
            speaker=fields["speaker"],
            index=fields["index"],
            size=fields["size"],
            sha256=fields["sha256"],
            reviewed=fields["reviewed"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenLine(f"no row of a manifest ({type(error).__name__}: {error})") from error
    expected = (row.speaker, str), (row.index, int), (row.size, int), (row.sha256, str), (row.reviewed, bool)
    if any(type(value) is not kind for value, kind in expected):
        raise BrokenLine("a field is of another type than it should be")
    if os.path.isabs(row.audio) or b".." in row.audio.split(b"/") or b"\0" in row.audio or not row.name:
        raise BrokenLine(f"{path_to_text(row.audio)} leads out of the folder")
    return row


def manifest_lines(folder: Path) -> Iterator[bytes]:
    """Give the lines of the manifest in `folder`; none where there is no manifest."""
    try:
        with (Path(folder) / MANIFEST_NAME).open("rb") as file:
            yield from file
    except FileNotFoundError:
        return


def read_manifest(folder: Path) -> Iterator[ManifestRow]:
    """Read the manifest in `folder` row by row.

    Raises
    ------
    ExportError : a line is broken
    """
    for number, line in enumerate(manifest_lines(folder), start=1):
        try:
            yield line_to_row(line)
        except BrokenLine as error:
            raise ExportError(
                f"{Path(folder) / MANIFEST_NAME}, line {number}: {error}; restore the file, or export into a new folder"
            ) from error


class ManifestWriter:
    """Adds rows to the manifest in `folder`, which is whole at every moment: a longer one takes its place."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)
        self._pending: list[bytes] = []
        self._next_write = 0.0

    def add(self, rows: Sequence[ManifestRow]) -> None:
        """Take the rows of a finished folder; they are written soon, at the latest by `flush`."""
        self._pending.extend(map(row_to_line, rows))
        if time.monotonic() >= self._next_write:
            self.flush()

    def flush(self) -> None:
        """Write what is pending; a manifest that has nothing to add and is there is not touched."""
        path = self._folder / MANIFEST_NAME
        if not self._pending and path.exists():
            return
        started = time.monotonic()
        with whole_file(path) as temporary, temporary.open("wb") as file:
            if path.exists():
                with path.open("rb") as present:
                    shutil.copyfileobj(present, file, 1 << 20)
            file.writelines(self._pending)
        self._pending.clear()
        now = time.monotonic()
        self._next_write = now + (now - started) / _SHARE_OF_TIME


def mark_reviewed(folder: Path, reviewed: dict[str, bool]) -> None:
    """Say anew which speaker folders a reviewer vouches for."""
    with whole_file(Path(folder) / MANIFEST_NAME) as temporary, temporary.open("wb") as file:
        for row in read_manifest(folder):
            fields = {name: getattr(row, name) for name in ManifestRow.__slots__}
            fields["reviewed"] = reviewed.get(row.speaker, row.reviewed)
            file.write(row_to_line(ManifestRow(**fields)))


def write_left_out(folder: Path, rows: Iterable[LeftOut]) -> None:
    """Write the list of what went nowhere; the same list again changes nothing."""
    path = Path(folder) / LEFT_OUT_NAME
    content = b"".join(
        orjson.dumps(
            {
                "source": path_to_text(row.source),
                "index": row.index,
                "why": row.why,
                "speaker": row.folder,
                "stage": row.stage,
                "reason": row.reason,
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for row in rows
    )
    if path.exists() and path.read_bytes() == content:
        return
    with whole_file(path) as temporary, temporary.open("wb") as file:
        file.write(content)


def read_failed(folder: Path) -> list[LeftOut]:
    """Read which files an earlier export could not write, from its list of what went nowhere.

    Raises
    ------
    ExportError : the list is broken
    """
    path = Path(folder) / LEFT_OUT_NAME
    try:
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
        return [
            LeftOut(
                index=row["index"],
                source=text_to_path(row["source"]),
                why="failed",
                folder=row["speaker"],
                stage=row["stage"],
                reason=row["reason"],
            )
            for row in rows
            if row["why"] == "failed"
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportError(f"{path} is broken: {error}; remove it, or export into a new folder") from error
