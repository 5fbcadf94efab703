"""Who does a list of speakers name, with how many files? A CSV as spreadsheets write it: columns name and count.

Names come out as folders can have them; how many of which speaker are in the corpus is detection's question.
"""

import codecs
import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from spkbound.detection.roster import Roster
from spkbound.domain import path_to_text, text_to_path
from spkbound.errors import RosterError
from spkbound.words import Words, from_disk, words_of

_NAME, _COUNT = "name", "count"
_DELIMITERS = ",;\t"
_MOST_BYTES = 200  # of a folder's name; file systems allow 255, and an unfinished folder is called more
_MOST_DIGITS = 9
# What no folder can be called here or on a disk that is shared with Windows, controls, and files of ours beside it.
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.(jsonl?|png)", re.IGNORECASE)


class _LineError(Exception):
    """One line cannot be read; the caller knows of which file."""

    def __init__(self, line: int, what: Words) -> None:
        super().__init__(Words("line {line}: {what}", line=line, what=what))


def read_roster_file(file: Path) -> Roster:
    """Read a list of speakers in corpus order; entries with a count of 0 take no part.

    Raises
    ------
    RosterError : missing, empty, in another encoding, without either column, a count that is none, or a name that
        stands twice (by line)
    """
    where = path_to_text(bytes(file))
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RosterError(
            Words("cannot read the list of speakers {where}: {why}; check the path", where=where, why=from_disk(error))
        ) from error
    try:
        entries = [(name, count) for name, count in _read_entries(_decode(content)) if count != 0]
    except _LineError as error:
        raise RosterError(
            Words("cannot read the list of speakers {where}: {why}", where=where, why=words_of(error))
        ) from error
    if not entries:
        raise RosterError(
            Words(
                "the list of speakers {where} names nobody; it needs a header (name,count) and a line each", where=where
            )
        )
    names, counts = zip(*entries)
    return Roster(names=tuple(folder_names(names)), counts=counts)


def roster_setting(file: Path) -> str:
    """What a project keeps of a list of speakers: where it is; raises as `read_roster_file` where it cannot be read."""
    read_roster_file(file)
    return path_to_text(os.path.abspath(os.fsencode(file)))


def open_roster(setting: str | None) -> Roster | None:
    """Read the list that a project keeps; None for none."""
    return None if setting is None else read_roster_file(Path(os.fsdecode(text_to_path(setting))))


def folder_names(names: Sequence[str]) -> list[str | None]:
    """Make names that folders can have, no two equal where case is not told apart; None for an empty one.

    What a folder cannot be called is replaced by ``_``, names that come out equal get ``__2``, ``__3``, ...
    """
    fit = [_fit(name) for name in names]
    taken = {_folded(name) for name in fit if name}
    seen: set[str] = set()
    apart = []
    for name in fit:
        chosen, number = name, 2
        if name and _folded(name) in seen:
            while _folded(chosen := f"{_cut(name, _MOST_BYTES - 2 - len(str(number)))}__{number}") in taken:
                number += 1
            taken.add(_folded(chosen))
        seen.add(_folded(chosen))
        apart.append(chosen or None)
    return apart


def _fit(name: str) -> str:
    name = _UNFIT.sub("_", unicodedata.normalize("NFC", name)).strip().rstrip(". ")
    if name.startswith("."):
        name = "_" + name.lstrip(".")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _cut(name, _MOST_BYTES)


def _cut(name: str, n_bytes: int) -> str:
    return name.encode()[:n_bytes].decode(errors="ignore").rstrip(". ")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


# reading ---------------------------------------------------------------------------------------------------------


def _decode(content: bytes) -> str:
    """As the mark at the beginning says, else UTF-8."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _LineError(line, Words("neither UTF-8 nor UTF-16; save the list as CSV UTF-8")) from error


def _read_entries(text: str) -> Iterator[tuple[str, int | None]]:
    header = text.splitlines()[0] if text.strip() else ""
    delimiter = next((mark for mark in _DELIMITERS if mark in header), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip().casefold() for column in next(rows, [])]
        at = {column: columns.index(column) for column in (_NAME, _COUNT) if column in columns}
        if not at:
            raise _LineError(1, Words("the header has no column {name} or {count}", name=_NAME, count=_COUNT))
        lines: dict[str, int] = {}
        first = rows.line_num + 1
        for row in rows:
            line, first = first, rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[len(columns) :]):
                raise _LineError(
                    line, Words("more cells than the header; a name with the delimiter in it needs quotes")
                )
            name = _cell(row, at.get(_NAME))
            if name and (earlier := lines.setdefault(name, line)) != line:
                raise _LineError(
                    line,
                    Words("{name} is in line {earlier} already; tell the two apart", name=repr(name), earlier=earlier),
                )
            yield name, _read_count(_cell(row, at.get(_COUNT)), line)
    except csv.Error as error:
        raise _LineError(rows.line_num, Words("not CSV ({why})", why=str(error))) from error


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _read_count(cell: str, line: int) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and len(cell) <= _MOST_DIGITS):
        raise _LineError(
            line,
            Words("the count {cell} is no whole number; write digits only, or nothing where unknown", cell=repr(cell)),
        )
    return int(cell)
