"""Which files does a list name? Kaldi ``wav.scp``, CSV or JSON lines; whether they exist is the extraction's question.

A manifest fixes the order. Relative paths count from its folder. Names need not be UTF-8.
"""

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from spkbound.corpus.columns import Corpus
from spkbound.corpus.sort import sort_paths
from spkbound.domain import Order, path_to_text, text_to_path
from spkbound.errors import CorpusError
from spkbound.words import Words, from_disk, words_of

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_JSON_SUFFIXES = (b".jsonl", b".json", b".ndjson")
_CSV_SUFFIXES = (b".csv", b".tsv")
_JSON_FIELDS = ("audio_filepath", "path")
_CSV_COLUMN = "path"


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    path: bytes


class _LineError(Exception):
    """One line cannot be read; the caller knows of which file."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(Words("line {line}: {what}", line=line, what=what))


def read_manifest(file: Path | str | bytes, *, order: Order = "manifest") -> Corpus:
    """Read the corpus that a manifest names.

    The corpus root is the manifest's folder; where entries lie outside of it, their common parent.

    Raises
    ------
    CorpusError : missing, empty or malformed (by line), a pipe, or a file named twice (both lines)
    """
    name = os.path.abspath(os.fsencode(file))
    try:
        with open(name, "rb") as opened:
            content = opened.read().removeprefix(_BYTE_ORDER_MARK)
    except OSError as error:
        raise CorpusError(
            Words(
                "cannot read the manifest {file}: {why}; check the path", file=path_to_text(name), why=from_disk(error)
            )
        ) from error
    folder = os.path.dirname(name)
    try:
        sources = _resolve(_read_entries(name, content), folder)
    except _LineError as error:
        raise CorpusError(
            Words("cannot read the manifest {file}: {why}", file=path_to_text(name), why=words_of(error))
        ) from error
    if not sources:
        raise CorpusError(
            Words("no corpus: the manifest {file} names no file; it needs one per line", file=path_to_text(name))
        )
    root = _find_root(sources, folder)
    start = len(root.rstrip(b"/")) + 1
    paths = [source[start:] for source in sources]
    return Corpus(root=root, paths=pa.array(sort_paths(paths, order), pa.binary()), order=order)


def _read_entries(name: bytes, content: bytes) -> Iterator[_Entry]:
    suffix = os.path.splitext(name)[1].lower()
    if suffix in _JSON_SUFFIXES or (suffix not in _CSV_SUFFIXES and content.lstrip().startswith(b"{")):
        return _read_json_lines(content, os.path.dirname(name))
    if suffix in _CSV_SUFFIXES or _delimiter(content) is not None:
        return _read_csv(content)
    return _read_kaldi(content)


def _read_kaldi(content: bytes) -> Iterator[_Entry]:
    for line, text in enumerate(content.split(b"\n"), start=1):
        fields = text.strip().split(maxsplit=1)
        if not fields:
            continue
        if len(fields) != 2:
            raise _LineError(line, Words("found one word, expected an identifier and a path"))
        if fields[1].endswith(b"|") or fields[1].startswith(b"|"):
            raise _LineError(
                line, Words("a pipe (a command whose output is the audio); run it and name the file it makes")
            )
        yield _Entry(line, fields[1])


def _read_csv(content: bytes) -> Iterator[_Entry]:
    delimiter = _delimiter(content)
    if delimiter is None:
        raise _LineError(1, Words("no column called {name} in the header", name=repr(_CSV_COLUMN)))
    text = io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        column = _columns(next(rows)).index(_CSV_COLUMN)
        first = rows.line_num + 1
        for row in rows:
            line, first = first, rows.line_num + 1
            if not row:
                continue
            if len(row) <= column or not row[column]:
                raise _LineError(line, Words("nothing in the column {name}", name=repr(_CSV_COLUMN)))
            yield _Entry(line, _encode(row[column], line))
    except csv.Error as error:
        raise _LineError(rows.line_num, Words("not CSV ({why})", why=str(error))) from error


def _delimiter(content: bytes) -> str | None:
    header = re.split(rb"[\r\n]", content, maxsplit=1)[0].decode("utf-8", "surrogateescape")
    try:
        fitting = (mark for mark in ",;\t" if _CSV_COLUMN in _columns(next(csv.reader([header], delimiter=mark), [])))
        return next(fitting, None)
    except csv.Error:
        return None


def _columns(header: list[str]) -> list[str]:
    return [name.strip().lower() for name in header]


def _read_json_lines(content: bytes, folder: bytes) -> Iterator[_Entry]:
    for line, text in enumerate(content.split(b"\n"), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError) as error:
            raise _LineError(line, Words("not JSON ({why})", why=str(error))) from error
        found = next((row[key] for key in _JSON_FIELDS if key in row), None) if isinstance(row, dict) else None
        if not isinstance(found, str) or not found:
            name, other = map(repr, _JSON_FIELDS)
            raise _LineError(line, Words("no field called {name} or {other}", name=name, other=other))
        yield _Entry(line, _unescape(_encode(found, line), found, folder))


def _encode(text: str, line: int) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise _LineError(line, Words("a path that no file can have ({why})", why=error.reason)) from error


def _unescape(literal: bytes, text: str, folder: bytes) -> bytes:
    r"""Take ``\xNN`` as the byte it stands for, as our own manifests write it, unless a file has just that name."""
    if b"\\x" not in literal or os.path.lexists(os.path.join(folder, literal)):
        return literal
    return text_to_path(text)


def _resolve(entries: Iterator[_Entry], folder: bytes) -> list[bytes]:
    lines: dict[bytes, int] = {}
    for entry in entries:
        if b"\0" in entry.path:
            raise _LineError(entry.line, Words("a path that no file can have ({why})", why=Words("a zero byte")))
        source = os.path.normpath(os.path.join(folder, entry.path))
        earlier = lines.setdefault(source, entry.line)
        if earlier != entry.line:
            name = path_to_text(entry.path)
            raise _LineError(
                entry.line,
                Words("{name} is already named in line {earlier}; keep one of the two", name=name, earlier=earlier),
            )
    return list(lines)


def _find_root(sources: list[bytes], folder: bytes) -> bytes:
    below = folder.rstrip(b"/") + b"/"
    if all(source.startswith(below) for source in sources):
        return folder
    return os.path.commonpath([os.path.dirname(source) for source in sources])
