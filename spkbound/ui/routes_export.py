"""What would an export write, and is what it wrote still right? /x/export/plan, /x/export/verify."""

from fastapi import APIRouter
from pydantic import BaseModel

from spkbound.export.ledger import Ledger
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

    @routes.post("/export/verify")
    def start_verifying(wanted: VerifyIn) -> Json:
        wish = workplace.export_wish(folder=wanted.folder, mode="copy", include_undecided=False)
        verifier.start(wish.folder)
        return Json(verifier.state())

    @routes.get("/export/verify")
    def verified() -> Json:
        return Json(verifier.state())

    return routes
