"""How do files reach the browser? Ours from `assets/`, under /assets/; what is not ours is left to Gradio.

But to a browser on the same machine Gradio's files are given as they are, and kept there as ours are: it would read
each with a thread and compress it every time, which is a quarter of a second in which nobody sees anything.
"""

import hashlib
import mimetypes
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from spkbound.errors import ProjectError

ASSETS = Path(__file__).resolve().parents[2] / "assets"
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
_VERSIONED = re.compile(r"~[0-9a-f]{12}/")
_NAMED_BY_CONTENT = re.compile(r"-[\w-]{8}\.\w+$")  # as Gradio's bundler does
_THIS_MACHINE = ("127.0.0.1", "::1")


def assets_version(folder: Path = ASSETS) -> str:
    """Twelve hex digits that change with any byte of any file in `folder`."""
    if not folder.is_dir():
        raise ProjectError(f"the page's files are not in {folder}; install with `pip install -e` from a clone")
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def asset_url(name: str, version: str) -> str:
    """Where the page finds `name`, relative to the page; modules that it imports carry the same version."""
    return f"assets/~{version}/{name}"


class AssetRoute(Route):
    """``/assets/name`` (checked again each time) and ``/assets/~version/name`` (kept for a year)."""

    def __init__(self, folder: Path = ASSETS, *, version: str) -> None:
        super().__init__("/assets/{name:path}", self.answer, methods=["GET", "HEAD"])
        self.folder = folder
        self.version = version

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match != Match.NONE:
            file = self.find(child["path_params"]["name"])
            if file is None:
                return Match.NONE, {}  # Gradio has files of its own under /assets/
            child["path_params"]["file"] = file
        return match, child

    def find(self, name: str) -> Path | None:
        try:
            file = (self.folder / _VERSIONED.sub("", name, count=1)).resolve()
            return file if file.is_relative_to(self.folder) and file.is_file() else None
        except (OSError, ValueError):  # a name that no file can have
            return None

    def stays(self, name: str, request: Request) -> bool:
        """Whether under this name nothing else will ever be."""
        return name.startswith(f"~{self.version}/") or request.query_params.get("v") == self.version

    async def answer(self, request: Request) -> Response:
        """Read here and now: a hundred small files are asked for at once, and a thread for each would take longer."""
        name, file = request.path_params["name"], request.path_params["file"]
        try:
            content = file.read_bytes()
        except OSError:  # gone since it was found
            return Response(status_code=404)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if self.stays(name, request) else "no-cache",
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        media_type = _MEDIA_TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Response(content, media_type=media_type, headers=headers)


class LocalRoute(AssetRoute):
    """Gradio's files below ``/assets/``, for browsers on this machine."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        client = scope.get("client") or ("",)
        return super().matches(scope) if client[0] in _THIS_MACHINE else (Match.NONE, {})

    def stays(self, name: str, request: Request) -> bool:
        return _NAMED_BY_CONTENT.search(name) is not None
