"""What does the page say before Gradio starts? Theme and language, and which modules and styles will be asked for.

Gradio inserts its `head` by script, a second after the page came, and modules are found one import at a time; so what
is needed is fetched meanwhile. The first scripts decide how all is drawn, and run before any module.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spkbound.ui.assets import ASSETS, asset_url

_IMPORT = re.compile(r'^(?:import|export)\b[^"]*"(\.[^"]+)";', re.MULTILINE)
_END_OF_HEAD = b"</head>"


def imported_modules(first: Iterable[str], folder: Path = ASSETS) -> list[str]:
    """Names of the modules `first`, and of all that they import, breadth first."""
    found = list(dict.fromkeys(first))
    for name in found:  # grows meanwhile
        file = folder / name
        for other in _IMPORT.findall(file.read_text("utf-8")):
            imported = (file.parent / other).resolve().relative_to(folder.resolve()).as_posix()
            if imported not in found:
                found.append(imported)
    return found


def early_links(*, scripts: Iterable[str], modules: Iterable[str], styles: Iterable[str], version: str) -> str:
    """Lines for the head of the page: `scripts` that run at once, `modules` with all that they import, `styles`.

    Gradio's own files come first where both are asked for: without them ours have nothing to stand in.
    """
    links = [f'<script src="{asset_url(name, version)}"></script>' for name in scripts]
    links += [f'<link rel="preload" as="style" href="{asset_url(name, version)}">' for name in styles]
    links += [_module_link(asset_url(name, version)) for name in imported_modules(modules)]
    return "\n".join(links)


def _module_link(url: str) -> str:
    return f'<link rel="modulepreload" fetchpriority="low" href="{url}">'


class EarlyLinks:
    """Around the app: puts `links` into the head of the page at ``/``, and lets everything else pass."""

    def __init__(self, app: ASGIApp, *, links: str) -> None:
        self._app, self._links = app, links.encode() + b"\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] == "GET" and _path_of(scope) == "/"
        await self._app(scope, receive, _Inserting(send, self._links) if is_page else send)


class _Inserting:
    """Holds the start of an answer back until its first, and only, piece of HTML is there."""

    def __init__(self, send: Send, links: bytes) -> None:
        self._send, self._links = send, links
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None:
            message = self._with_links(message)
            await self._send(self._start)
            self._start = None
        await self._send(message)

    def _with_links(self, message: Message) -> Message:
        headers, body = MutableHeaders(scope=self._start), message.get("body", b"")
        is_whole = not message.get("more_body", False)
        if not is_whole or not headers.get("content-type", "").startswith("text/html") or _END_OF_HEAD not in body:
            return message
        body = body.replace(_END_OF_HEAD, self._links + _END_OF_HEAD, 1)
        headers["content-length"] = str(len(body))
        return {**message, "body": body}


def _path_of(scope: Scope) -> str:
    return scope["path"].removeprefix(scope.get("root_path", "")) or "/"
