"""How do decisions travel between machines? Rows of the log as lines of JSON, and back without losing or doubling any.

A row is known again by its key. One is added when it goes on from the same version of its place as it did there; when
somebody decided otherwise here meanwhile, it is a clash: listed, not applied, and so is what was built upon it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, get_args

import orjson

from spkbound.domain import DECISION_KINDS, path_to_text, text_to_path
from spkbound.errors import StoreCorrupt
from spkbound.review.log import DecisionLog
from spkbound.review.rows import REMARKS, PlaceKey, Row
from spkbound.review.writer import LogWriter

_PATHS = ("left_path", "right_path", "from_left", "from_right")
# Where a boundary began is found anew from the rows before: what a file says of it could not be trusted.
_FIELDS = tuple(name for name in Row._fields if name not in ("began_left", "began_right"))
_TYPES = {name: get_args(kind) or (kind,) for name, kind in Row.__annotations__.items() if name != "kind"}
_INTEGER_LIMIT = 2**63  # of SQLite


class Foreign(NamedTuple):
    """A row of another log: its ids mean nothing here, so `undoes_key` names the row that it takes back or repeats."""

    row: Row
    undoes_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A row that was not applied; `here` is the newest row of its place in this log, None where there is none."""

    theirs: Row
    here: Row | None
    why: str

    def __str__(self) -> str:
        row = self.theirs
        place = f"{path_to_text(row.left_path)} | {path_to_text(row.right_path)}"
        by = f"; here {self.here.user} said {self.here.kind} ({self.here.at})" if self.here else ""
        return f"{place}: {row.user} said {row.kind} ({row.at}): {self.why}{by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the rows of another log."""

    n_added: int
    n_known: int
    clashes: tuple[Clash, ...]


def rows_to_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """Write rows as they are, oldest first; `undoes_key` names the row that `undoes` numbers."""
    keys: dict[int, str] = {}
    for row in rows:
        keys[row.id] = row.key
        fields = {name: getattr(row, name) for name in _FIELDS}
        fields |= {name: None if fields[name] is None else path_to_text(fields[name]) for name in _PATHS}
        yield orjson.dumps(fields | {"undoes_key": keys.get(row.undoes)}, option=orjson.OPT_APPEND_NEWLINE)


def lines_to_rows(lines: Iterable[bytes]) -> list[Foreign]:
    """Read what `rows_to_lines` wrote, or the end of it.

    Raises
    ------
    StoreCorrupt : a line is no row
    """
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            fields = orjson.loads(line)
            row = Row(**{name: _value(name, fields[name]) for name in _FIELDS})
            if row.kind not in DECISION_KINDS:
                raise ValueError(f"there is no kind {row.kind!r}")
            undoes_key = fields["undoes_key"]
            if not isinstance(undoes_key, str if row.undoes is not None else type(None)):
                raise TypeError(f"undoes_key is {undoes_key!r}")
            rows.append(Foreign(row, undoes_key))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreCorrupt(f"line {number} is no decision ({error}); nothing was imported") from error
    return rows


def import_rows(log: DecisionLog, rows: Iterable[Foreign]) -> Imported:
    """Add the rows of another log to `log`, in their order and in one transaction; see above for what clashes."""
    n_known, added = 0, 0
    clashes: list[Clash] = []
    lost: set[PlaceKey] = set()  # places whose story there is another than here
    with log.writing() as writer:
        for row, undoes_key in rows:
            if writer.by_key(row.key) is not None:
                n_known += 1
                continue
            try:
                clash = _adopt(writer, row, undoes_key, lost)
            except sqlite3.IntegrityError as error:
                raise StoreCorrupt(f"decision {row.key} cannot be stored ({error}); nothing was imported") from error
            if clash is None:
                added += 1
            else:
                clashes.append(clash)
                lost.update(row.keys)
    return Imported(n_added=added, n_known=n_known, clashes=tuple(clashes))


def _adopt(writer: LogWriter, row: Row, undoes_key: str | None, lost: set[PlaceKey]) -> Clash | None:
    """Add `row` under an id of this log, or say why not."""
    here = writer.last_at(row.place)
    undone = None
    if row.undoes is not None:
        undone = writer.by_key(undoes_key)
        if undone is None or undone.keys != row.keys or (undone.kind == "undo") == (row.kind == "undo"):
            return Clash(theirs=row, here=here, why="what it takes back or repeats is not in this log")
        if writer.taken_back(undone.id):
            return Clash(theirs=row, here=here, why="that was taken back here already")
    is_remark = (undone.kind if row.kind == "undo" else row.kind) in REMARKS
    if not is_remark:
        if not lost.isdisjoint(row.keys):
            return Clash(theirs=row, here=here, why="it builds on a decision that was not taken over")
        if writer.next_version(row.keys) != row.version:
            return Clash(theirs=row, here=here, why="the same place was decided on here meanwhile")
    writer.adopt(row, undoes=undone and undone.id)
    return None


def _value(name: str, value: object) -> object:
    if name in _PATHS and value is not None:
        value = text_to_path(value)
    if name != "kind" and not isinstance(value, _TYPES[name]):
        raise TypeError(f"{name} is {value!r}")
    if isinstance(value, int) and value >= _INTEGER_LIMIT:
        raise ValueError(f"{name} is {value}")
    return value
