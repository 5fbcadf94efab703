"""What is there, and what is being done about it: /x/project, /x/job, /x/unreadable, /x/detection."""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from spkbound.domain import path_to_text
from spkbound.errors import SpkboundError
from spkbound.project import Project
from spkbound.session import Session
from spkbound.ui.answers import Json
from spkbound.ui.guard import current_user
from spkbound.ui.workplace import Workplace
from spkbound.words import pack_words, words_of

MAX_ROWS = 500


class ExportIn(BaseModel):
    """What was chosen for an export."""

    model_config = ConfigDict(extra="forbid")

    folder: str = ""
    mode: str = "copy"
    include_undecided: bool = False


class JobIn(BaseModel):
    """Which job to start; the other jobs take the settings of the project."""

    kind: Literal["extract", "detect", "export"]
    settings: ExportIn = ExportIn()


class RetryIn(BaseModel):
    """Which unreadable utterance to try again; None: all."""

    model_config = ConfigDict(extra="forbid")

    index: int | None = None


def router(workplace: Workplace) -> APIRouter:
    routes = APIRouter()

    @routes.get("/project")
    def project(request: Request) -> Json:
        who = {"user": current_user(request), "logged_in": request.state.logged_in}
        return Json({**describe_project(workplace), **who})

    _add_job(routes, workplace)
    _add_unreadable(routes, workplace)

    @routes.get("/detection")
    def detection() -> Json:
        return Json(workplace.detection_summary())

    return routes


def _add_job(routes: APIRouter, workplace: Workplace) -> None:
    """Start, watch and stop the project's one job."""

    @routes.get("/job")
    def job() -> Json:
        return Json(workplace.job())

    @routes.post("/job/start")
    def start(wanted: JobIn) -> Json:
        workplace.start(wanted.kind, wanted.settings.model_dump() if wanted.kind == "export" else {})
        return Json(workplace.job())

    @routes.post("/job/cancel")
    def cancel() -> Json:
        workplace.cancel()
        return Json(workplace.job())

    @routes.post("/job/pause")
    def pause() -> Json:
        workplace.pause()
        return Json(workplace.job())

    @routes.post("/job/resume")
    def resume() -> Json:
        workplace.resume()
        return Json(workplace.job())

    @routes.post("/job/retry")
    def retry(wanted: RetryIn) -> Json:
        workplace.retry(wanted.index)
        return Json(workplace.job())


def _add_unreadable(routes: APIRouter, workplace: Workplace) -> None:
    """List what could not be read, and why."""

    @routes.get("/unreadable")
    def unreadable(offset: int = Query(0, ge=0), limit: int = Query(100, ge=1), reason: str | None = None) -> Json:
        found = workplace.find_view()
        everything = found.unreadable_ones if found else []
        by_reason = Counter(short_reason(one.reason) for one in everything)
        chosen = [one for one in everything if reason is None or short_reason(one.reason) == reason]
        rows = [
            {
                "index": one.index,
                "path": path_to_text(one.path),
                "stage": one.stage,
                "reason": one.reason,
                "size": found.size(one.index),
            }
            for one in chosen[offset : offset + min(limit, MAX_ROWS)]
        ]
        return Json({"total": len(chosen), "rows": rows, "by_reason": dict(by_reason.most_common())})


def describe_project(workplace: Workplace) -> dict:
    """The state of the project in one object, as far as it can be opened; `trouble` says why not."""
    project = workplace.project
    settings = project.settings
    view, trouble = None, None
    try:
        view = workplace.find_view()
    except SpkboundError as error:
        trouble = pack_words(words_of(error))
    session = view.session if view else None
    review = session.review if session else None
    return {
        "name": project.name,
        "folder": path_to_text(os.fsencode(project.folder)),
        "export_dir": path_to_text(os.fsencode(_suggest_export_dir(project, session))),
        "n_utterances": len(view) if view else 0,
        "has_corpus": bool(settings.input_dir or settings.manifest or session),
        "has_embeddings": session is not None and session.embeddings is not None and not view.n_waiting,
        "has_detection": review is not None,
        "stale": session is not None and session.stale,
        "is_proposals": settings.proposals is not None,
        "n_unreadable": len(view.unreadable_ones) if view else 0,
        "n_waiting": view.n_waiting if view else 0,
        "segment_size": settings.segment_size,
        "boundary_window": settings.boundary_window,
        "method": settings.method,
        "corpus_root": path_to_text(session.corpus_root) if session and session.corpus_root else settings.input_dir,
        "corpus_root_exists": view.corpus_root_exists() if view else False,
        "version": review.version if review else 0,
        "detection_id": session.detection_id if session else "",
        "trouble": trouble,
    }


def _suggest_export_dir(project: Project, session: Session | None) -> Path:
    """The project's own, or beside the project where that would lie inside the corpus."""
    root = session.corpus_root if session else None
    inside = root is not None and project.export_dir.is_relative_to(Path(os.fsdecode(root)))
    return project.folder.with_name(f"{project.name}_export") if inside else project.export_dir


def short_reason(reason: str) -> str:
    """What reasons have in common that differ only in numbers: the words before the first colon."""
    return re.sub(r"(?<=\s)\d[\d.,]*", "…", reason.split(":")[0])
