"""Which requests go through? Origin, Host and length of every POST, a login for all but the login page and assets."""

import ipaddress
from urllib.parse import quote, unquote, urlsplit

from fastapi import Request
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from spkbound.ui.auth import COOKIE_NAME, Sessions
from spkbound.words import Words, pack_words

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_PUBLIC = ("/login", "/assets/", "/favicon.ico")
_OURS = ("/x/", "/login")
MAX_BODY_BYTES = 8 * 2**20  # fifty comments of the longest kind, or every operation of one step, and room to spare


class Guard:
    """Around the whole app, Gradio's part included.

    Without login (`sessions` is None) and unless `any_host`, the Host must be an address or a name without dots: a
    foreign site can make a name of its own point at this machine, and would then read what the page reads.
    """

    def __init__(self, app: ASGIApp, *, sessions: Sessions | None, any_host: bool, local_user: str) -> None:
        self.app = app
        self.sessions = sessions
        self.any_host = any_host or sessions is not None
        self.local_user = local_user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        refusal = self._refuse(request, method=scope.get("method", "GET"), path=path)
        await (refusal or self.app)(scope, receive, send)

    def _refuse(self, request: HTTPConnection, *, method: str, path: str) -> Response | None:
        host = request.headers.get("host", "")
        if not self.any_host and not _is_local_name(host):
            return _error(403, f"this page is not served under the name {host}; start it with --auth_file or --no_auth")
        if method not in _SAFE_METHODS and not _same_origin(request.headers.get("origin"), host):
            return _error(403, "this request comes from another site")
        if method not in _SAFE_METHODS and path.startswith("/x/") and request.headers.get("x-spkbound") != "1":
            return _error(403, "the header x-spkbound: 1 is missing")
        refusal = _refuse_body(request) if method not in _SAFE_METHODS and path.startswith(_OURS) else None
        if refusal is not None:
            return refusal
        user = self.user(request)
        if user is None and not path.startswith(_PUBLIC):
            wants_page = method == "GET" and path == "/"
            return RedirectResponse("login", 303) if wants_page else _error(401, Words("not logged in"))
        if unquote(request.headers.get("x-spkbound-user", quote(user or ""))) != (user or ""):
            return _error(401, Words("somebody else is logged in now"))
        request.state.user = user
        request.state.logged_in = self.sessions is not None
        return None

    def user(self, request: HTTPConnection) -> str | None:
        if self.sessions is None:
            return self.local_user
        return self.sessions.user(request.cookies.get(COOKIE_NAME))


def current_user(request: Request) -> str | None:
    """Who asks, as the guard found; None means nobody, and Gradio refuses as well."""
    return getattr(request.state, "user", None)


def _refuse_body(request: HTTPConnection) -> Response | None:
    """What is sent to our routes says how long it is before it is read, and is no longer than `MAX_BODY_BYTES`."""
    if "transfer-encoding" in request.headers:
        return _error(411, "send it in one piece, with its length in content-length")
    length = request.headers.get("content-length", "0")
    if length.isascii() and length.isdecimal() and int(length) <= MAX_BODY_BYTES:
        return None
    return _error(413, f"the request is {length[:20]} bytes long; at most {MAX_BODY_BYTES} are read at once: send less")


def _error(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": str(text), "words": pack_words(text)}, status)


def _same_origin(origin: str | None, host: str) -> bool:
    try:
        return bool(origin) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _is_local_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if "." not in name or name.endswith(".localhost"):
            return True
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
