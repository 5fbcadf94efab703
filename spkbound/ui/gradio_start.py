"""How is Gradio imported? Without calls home, without stub files (a third of its import), without windows for plots.

To be imported before Gradio, for that is when Gradio reads its settings. At every start it also parses the source of
each of its components, twice, to write a `.pyi` for editors beside it; `gradio.component_meta.create_or_modify_pyi`
does nothing here. A Gradio without that function is left as it is. At its first event it asks matplotlib what it
draws with, which is half a second of looking for windows unless that is said before.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE, _FUNCTION = "gradio.component_meta", "create_or_modify_pyi"


class _Finder(MetaPathFinder):
    """Finds one module, as everybody would, and has something done when it has run."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == _MODULE else None
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = _without_stubs(spec.loader.exec_module)
        return spec


def _without_stubs(run: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    def run_and_replace(module: ModuleType) -> None:
        run(module)
        if hasattr(module, _FUNCTION):
            setattr(module, _FUNCTION, _write_no_stub)

    return run_and_replace


def _write_no_stub(component: type, name: str, events: Sequence[object]) -> None:
    pass


os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("MPLBACKEND", "agg")
sys.meta_path.insert(0, _Finder())
