"""How do arrays and NaN become JSON for the page? One response class; what is in an answer is decided elsewhere."""

from typing import Any

import numpy as np
import orjson
from fastapi.responses import JSONResponse


class Json(JSONResponse):
    """JSON with numpy arrays as lists and NaN as null."""

    def render(self, content: Any) -> bytes:
        return as_json(content)


def as_json(content: Any) -> bytes:
    return orjson.dumps(content, default=_as_list, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


def _as_list(value: object) -> list:
    """Arrays that orjson does not take as they lie in memory, such as a column of a matrix."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no place in an answer")
