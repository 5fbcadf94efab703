"""How does the page start from a command? Checks first, then the heavy imports, then one line with the address."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spkbound.project import Project

# A thread that computes keeps the interpreter for so long; a request lets go of it, and waits for it, several times.
# Python's own 5 ms would add up to seconds while the page is loaded and the project opened.
_SWITCH_S = 0.0005


def serve_project(
    project: Project | None, *, host: str, port: int, auth_file: Path | None, no_auth: bool, root_path: str
) -> None:
    """Build the app for `project` (None: the page asks for one) and serve it until interrupted."""
    from spkbound.ui.address import check_host, check_port
    from spkbound.ui.workplace import Workplace

    check_host(host, open_to_all=no_auth or auth_file is not None)
    check_port(host, port)
    sys.setswitchinterval(_SWITCH_S)
    workplace = Workplace(project)
    with _staying():
        workplace.open_ahead()  # while Gradio is loaded, which takes seconds
        from spkbound.ui.server import build_app, serve

        app = build_app(project, auth_file=auth_file, no_auth=no_auth, root_path=root_path, workplace=workplace)
    name = f"[{host}]" if ":" in host else host
    print(f"spkbound: http://{name}:{port}{root_path}/", flush=True)
    serve(app, host, port)


@contextmanager
def _staying() -> Iterator[None]:
    """What is imported stays: to look through it for cycles takes a tenth of the start, and later stops everybody."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
