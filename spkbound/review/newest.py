"""Which decision holds at a place? Asked of the log's indices, so that a long history costs nothing.

At one place versions grow from decision to decision, so the newest active row is found from the end of an index.
"""

import sqlite3
from dataclasses import dataclass

from spkbound.review.rows import COLUMNS, REMARKS, PlaceKey, Row

_REMARKS = ", ".join(f"'{kind}'" for kind in sorted(REMARKS))
_HOLDS = f"d.kind NOT IN ('undo', {_REMARKS}) AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.id)"
# What is said without deciding leaves the version as it was, also when it is taken back.
_COUNTS = f"""d.kind NOT IN ({_REMARKS}) AND NOT (
    d.kind = 'undo' AND EXISTS (SELECT 1 FROM decisions AS u WHERE u.id = d.undoes AND u.kind IN ({_REMARKS}))
)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What holds at one moment.

    Attributes
    ----------
    last_id : of the newest row, 0 for an empty log
    rows : the decision that holds at each place
    versions : of each place that somebody decided on, also where all was taken back
    remarks : what was said without deciding on a place, and not taken back; by id
    """

    last_id: int
    rows: dict[PlaceKey, Row]
    versions: dict[PlaceKey, int]
    remarks: dict[int, Row]


def _newest(column: str, left: str, right: str, which: str) -> str:
    """SQL: `column` of the newest row about the place that `left` and `right` tell, 0 without any."""
    here, from_here = (
        f"(SELECT d.{column} FROM decisions AS d WHERE d.{lefts} = {left} AND d.{rights} = {right} AND {which} "
        "ORDER BY d.version DESC LIMIT 1)"
        for lefts, rights in (("left_path", "right_path"), ("from_left", "from_right"))
    )
    return f"max(coalesce({here}, 0), coalesce({from_here}, 0))"


_AT = f"SELECT {COLUMNS} FROM decisions WHERE id = {_newest('id', ':left', ':right', f'{_HOLDS} AND d.id < :before')}"
_EVERYWHERE = f"""
WITH places(l, r) AS (
    SELECT left_path, right_path FROM decisions GROUP BY left_path, right_path
    UNION
    SELECT from_left, from_right FROM decisions WHERE from_left IS NOT NULL GROUP BY from_left, from_right
)
SELECT p.l, p.r, {_newest("version", "p.l", "p.r", _COUNTS)}, {", ".join(f"n.{name}" for name in Row._fields)}
FROM places AS p LEFT JOIN decisions AS n ON n.id = {_newest("id", "p.l", "p.r", _HOLDS)}"""
_SAID = f"SELECT {COLUMNS} FROM active_decisions WHERE kind IN ({_REMARKS}) ORDER BY id"
_LAST_ID = "SELECT coalesce(max(id), 0) FROM decisions"
_LARGEST_ID = 2**63 - 1  # of SQLite


def find_newest(connection: sqlite3.Connection, place: PlaceKey, *, before: int = _LARGEST_ID) -> Row | None:
    """Find the decision that holds at `place`, of the rows before `before`; None where nobody decided."""
    found = connection.execute(_AT, {"left": place[0], "right": place[1], "before": before}).fetchone()
    return found and Row._make(found)


def read_opening(connection: sqlite3.Connection) -> Opening:
    """Read what holds at every place; call it in a transaction, or it may mix two moments."""
    rows: dict[PlaceKey, Row] = {}
    versions: dict[PlaceKey, int] = {}
    for left, right, version, *row in connection.execute(_EVERYWHERE):
        if version:
            versions[left, right] = version
        if row[0] is not None:
            rows[left, right] = Row._make(row)
    said = map(Row._make, connection.execute(_SAID))
    return Opening(
        last_id=connection.execute(_LAST_ID).fetchone()[0],
        rows=rows,
        versions=versions,
        remarks={row.id: row for row in said},
    )
