"""How does Arrow start? Without pandas, which nothing of ours uses; to be imported before the first array is made.

At its first array Arrow looks for pandas, once, and loads it wherever it is installed: a quarter of the time that a
worker takes to start, and a quarter of its memory.
"""

import sys
import threading
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

import pyarrow as pa


class _WithoutPandas(MetaPathFinder):
    """Finds no pandas for the thread that made it; others import what they like."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name == "pandas" and threading.get_ident() == self._thread:
            raise ModuleNotFoundError("Arrow starts without pandas", name=name)


def start_without_pandas() -> None:
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(b"")
    finally:
        sys.meta_path.remove(finder)


start_without_pandas()
