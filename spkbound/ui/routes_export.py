"""What would an export write, is what it wrote still right, and how good is it? /x/export/…, /x/quality."""

import math

from fastapi import APIRouter, Response
from pydantic import BaseModel

from spkbound.export.ledger import Ledger
from spkbound.results import QUALITY_NAME
from spkbound.review.quality import QualityRow, quality_csv
from spkbound.ui.answers import Json
from spkbound.ui.export_view import describe_export
from spkbound.ui.verifier import Verifier
from spkbound.ui.workplace import Workplace


class VerifyIn(BaseModel):
    """Which exported folder to compare with its manifest; empty: the project's own."""

    folder: str = ""


def router(workplace: Workplace) -> APIRouter:
    routes = APIRouter()
    verifier, ledger = Verifier(), Ledger()

    @routes.get("/export/plan")
    def plan(include_undecided: bool = False, mode: str = "copy", folder: str = "") -> Json:
        wish = workplace.export_wish(folder=folder, mode=mode, include_undecided=include_undecided)
        return Json(describe_export(workplace.view(), wish, ledger))

    @routes.get("/quality")
    def quality() -> Json:
        view = workplace.view()
        view.review.refresh()
        return Json({"rows": [_quality(row) for row in view.quality()]})

    @routes.get("/quality.csv")
    def quality_table() -> Response:
        view = workplace.view()
        view.review.refresh()
        name = {"Content-Disposition": f'attachment; filename="{QUALITY_NAME}"', "Cache-Control": "no-store"}
        text = quality_csv(view.quality()).encode("utf-8", "backslashreplace")
        return Response(text, media_type="text/csv; charset=utf-8", headers=name)

    @routes.post("/export/verify")
    def start_verifying(wanted: VerifyIn) -> Json:
        wish = workplace.export_wish(folder=wanted.folder, mode="copy", include_undecided=False)
        verifier.start(wish.folder)
        return Json(verifier.state())

    @routes.get("/export/verify")
    def verified() -> Json:
        return Json(verifier.state())

    return routes


def _quality(row: QualityRow) -> dict:
    measured = row.quality
    return {
        "speaker": row.speaker,
        "start": row.segment.start,
        "stop": row.segment.stop,
        "approved": row.approved,
        "n": measured.n_utterances,
        "hours": measured.seconds / 3600,
        "cohesion": measured.cohesion if math.isfinite(measured.cohesion) else None,
        "outliers": measured.n_outliers,
        "worst": measured.worst if measured.worst >= 0 else None,
        "unreadable": measured.n_unreadable,
        "excluded": measured.n_excluded,
    }
