"""How is the page served? Our own routes first, Gradio mounted last, one guard around both, uvicorn beneath."""

import getpass
from pathlib import Path

import spkbound.ui.gradio_start  # noqa: F401 before gradio

# isort: split
import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from spkbound.errors import SpkboundError
from spkbound.project import Project
from spkbound.ui import routes_corpus, routes_export, routes_guarantee, routes_listen, routes_login, routes_review
from spkbound.ui.address import check_host
from spkbound.ui.assets import AssetRoute, LocalRoute, assets_version
from spkbound.ui.auth import Sessions, Users, session_secret
from spkbound.ui.early import EarlyLinks
from spkbound.ui.guard import Guard, current_user
from spkbound.ui.shell import build_blocks, early_head, page_head
from spkbound.ui.status import status_of
from spkbound.ui.theme import our_theme
from spkbound.ui.workplace import Workplace
from spkbound.words import pack_words, words_of

OWN_ROUTES = (routes_corpus, routes_review, routes_listen, routes_guarantee, routes_export)  # all below /x


def build_app(
    project: Project | None,
    *,
    auth_file: Path | str | None = None,
    no_auth: bool = False,
    root_path: str = "",
    workplace: Workplace | None = None,
) -> FastAPI:
    """The whole app: our routes, the shell, the login when there is an `auth_file`.

    `no_auth` says that anybody who reaches the port may use it, under whatever host name; see `serve`. `workplace` is
    one at which `project` is being opened already.
    """
    workplace = workplace or Workplace(project)
    sessions = _sessions(project, auth_file)
    version = assets_version()
    app = FastAPI(title="spkbound", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.workplace = workplace
    app.state.open_to_all = no_auth or sessions is not None
    app.state.root_path = root_path.rstrip("/")
    app.add_middleware(CORSMiddleware, allow_origins=[])  # or Gradio would reflect any Origin
    app.add_middleware(EarlyLinks, links=early_head(version))
    app.add_middleware(Guard, sessions=sessions, any_host=no_auth, local_user=_local_user())
    app.router.routes.append(AssetRoute(version=version))
    app.router.routes.append(LocalRoute(Path(gr.__file__).parent / "templates/frontend/assets", version=version))
    app.include_router(routes_login.router(sessions, version=version))
    for routes in OWN_ROUTES:
        app.include_router(routes.router(workplace), prefix="/x")
    _answer_errors_as_json(app)
    gr.mount_gradio_app(
        app,
        build_blocks(workplace, version=version),
        path="/",
        auth_dependency=current_user,
        theme=our_theme(),
        head=page_head(version),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
    )
    return app


def serve(app: FastAPI, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve until interrupted; a host that others can reach needs an auth file, or `no_auth` said on purpose."""
    check_host(host, open_to_all=app.state.open_to_all)
    uvicorn.run(
        app, host=host, port=port, log_level="warning", root_path=app.state.root_path, timeout_graceful_shutdown=2
    )


def _sessions(project: Project | None, auth_file: Path | str | None) -> Sessions | None:
    if auth_file is None:
        return None
    return Sessions(Users(auth_file), session_secret(project.folder if project else None))


def _answer_errors_as_json(app: FastAPI) -> None:
    @app.exception_handler(SpkboundError)
    async def known(request: Request, error: SpkboundError) -> JSONResponse:
        return JSONResponse({"error": str(error), "words": pack_words(words_of(error))}, status_of(error))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"{where}: {first['msg']}"}, 422)

    @app.exception_handler(OSError)
    async def not_on_this_disk(request: Request, error: OSError) -> JSONResponse:
        where = f"{str(error.filename)[:300]}: " if error.filename else ""
        return JSONResponse({"error": f"{where}{error.strerror or error}"}, 500)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        """The server's log has the trace; the page only learns that it is not its fault."""
        return JSONResponse({"error": f"the server stumbled ({type(error).__name__}); its log says more"}, 500)


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "local"
