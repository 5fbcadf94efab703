"""Logging in and out: our own small page, a signed cookie, nothing of Gradio's."""

import asyncio
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from spkbound.ui.assets import ASSETS, asset_url
from spkbound.ui.auth import COOKIE_AGE_S, COOKIE_NAME, Sessions

_MAX_FORM_BYTES = 4096
_CHECKS_AT_ONCE = 2  # each takes 32 MiB and a core for a while, and anybody may ask
_PAUSE_AFTER_FAILURE_S = 0.5


def router(sessions: Sessions | None, *, version: str) -> APIRouter:
    routes = APIRouter()
    checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    @routes.get("/login")
    def login_page() -> Response:
        if sessions is None:
            return RedirectResponse("./", 303)
        page = (ASSETS / "login.html").read_text(encoding="utf-8").replace('"assets/', f'"{asset_url("", version)}')
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    @routes.post("/login")
    async def log_in(request: Request) -> Response:
        if sessions is None:
            return RedirectResponse("./", 303)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_FORM_BYTES:
                return JSONResponse({"error": "this is no login form"}, 413)
        form = parse_qs(body.decode("utf-8", "replace"))
        name, password = form.get("name", [""])[0], form.get("password", [""])[0]
        async with checks:
            accepted = await run_in_threadpool(sessions.users.accept, name, password)
        if not accepted:
            await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)
            return JSONResponse({"error": "Name or password is wrong."}, 401)
        answer = RedirectResponse("./", 303)
        answer.set_cookie(
            COOKIE_NAME,
            sessions.cookie(name),
            max_age=COOKIE_AGE_S,
            path=request.scope.get("root_path", "") or "/",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    @routes.get("/logout")
    def log_out(request: Request) -> Response:
        answer = RedirectResponse("login", 303)
        answer.delete_cookie(COOKIE_NAME, path=request.scope.get("root_path", "") or "/")
        return answer

    return routes
