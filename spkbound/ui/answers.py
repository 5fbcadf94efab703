"""How do arrays and NaN become JSON for the page? One response class, and columns of the review."""

from typing import Any

import numpy as np
import orjson
from fastapi.responses import JSONResponse

from spkbound.review.queue import expected_misfiled, find_stop, measure_progress
from spkbound.review.state import ReviewState
from spkbound.review.tables import BoundaryTable

_CURVE_POINTS = 120


class Json(JSONResponse):
    """JSON with numpy arrays as lists and NaN as null."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, default=_as_list, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


def _as_list(value: object) -> list:
    """Arrays that orjson does not take as they lie in memory, such as a column of a matrix."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no place in an answer")


def boundary_columns(table: BoundaryTable, n_utterances: int) -> dict[str, Any]:
    """The columns of ``GET /x/boundaries``; ``revision`` is the version of a place, -1 becomes null."""
    return {
        "index": table.index,
        "state": table.state,
        "probability": table.probability,
        "existence": table.existence,
        "lo": table.lo,
        "hi": table.hi,
        "risk": risks(table, n_utterances),
        "proposed": _or_null(table.proposed_index),
        "origin": _or_null(table.origin_index),
        "user": table.user,
        "at": table.at,
        "revision": table.version,
        "warnings": table.warnings,
    }


def boundary_rows(columns: dict[str, Any], places: list[int]) -> list[dict[str, Any]]:
    """Rows `places` of the columns as objects."""
    return [{name: _plain(values[place]) for name, values in columns.items()} for place in places]


def risks(table: BoundaryTable, n_utterances: int) -> np.ndarray:
    """Expected misfiled files of each boundary."""
    return expected_misfiled(
        table.index,
        state=table.state,
        probability=table.probability,
        existence=table.existence,
        lo=table.lo,
        hi=table.hi,
        n_utterances=n_utterances,
    )


def review_summary(review: ReviewState, table: BoundaryTable, risk: np.ndarray) -> dict[str, Any]:
    """Progress and the stop-here curve, as the queue shows them."""
    progress = measure_progress(table.state, table.at)
    stop = find_stop(risk, table.state)
    last = len(stop.saved) - 1
    points = np.unique(np.linspace(0, last, min(last + 1, _CURVE_POINTS)).round().astype(int))
    return {
        "version": review.version,
        "excluded": sorted(review.excluded),
        "progress": {
            "decided": progress.decided,
            "left": progress.left,
            "total": progress.total,
            "pace_s": progress.pace_s,
            "ready_s": progress.ready_s,
        },
        "stop": {
            "decisions": stop.decisions,
            "saved": round(stop.saved_at_knee, 2),
            "curve": [[int(d), round(float(stop.saved[d]), 2)] for d in points],
        },
    }


def _or_null(indices: np.ndarray) -> list[int | None]:
    return [None if index < 0 else index for index in indices.tolist()]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
