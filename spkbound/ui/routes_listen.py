"""What is drawn and heard: /x/timeline, /x/closeup, /x/peaks, /x/spectrograms, /x/audio, /x/find; all by index."""

from fastapi import APIRouter, Query, Request, Response

from spkbound.domain import path_to_text
from spkbound.errors import UnreadableAudio
from spkbound.ui.answers import Json
from spkbound.ui.workplace import Workplace

MAX_PIXELS = 8192
MAX_TILES = 64


def router(workplace: Workplace) -> APIRouter:
    routes = APIRouter()

    @routes.get("/timeline")
    def timeline(
        lo: float = Query(allow_inf_nan=False), hi: float = Query(allow_inf_nan=False), px: int = Query(ge=1)
    ) -> Response:
        rows = workplace.view().pyramid.window(int(lo), int(-(-hi // 1)), n_pixels=min(px, MAX_PIXELS))
        return Response(rows.tobytes(), media_type="application/octet-stream", headers={"Cache-Control": "no-store"})

    @routes.get("/closeup")
    def closeup(index: int, half: int = 25) -> Json:
        return Json(workplace.view().closeup(index, half))

    @routes.get("/voice")
    def voice(index: int) -> Json:
        return Json(workplace.view().voice(index))

    @routes.get("/peaks")
    def peaks(lo: int, hi: int) -> Json:
        view = workplace.view()
        lo, hi = max(0, lo), min(hi, len(view))
        return Json({str(i): view.peaks(i) for i in range(lo, min(hi, lo + MAX_TILES))})

    @routes.get("/spectrograms")
    def spectrograms(lo: int, hi: int) -> Response:
        """One picture after the other, as `media.spectrogram` gives them."""
        view = workplace.view()
        lo, hi = max(0, lo), min(hi, len(view))
        pictures = b"".join(view.media.spectrogram(i).tobytes() for i in range(lo, min(hi, lo + MAX_TILES)))
        return Response(pictures, media_type="application/octet-stream", headers={"Cache-Control": "private"})

    @routes.api_route("/audio/{index}", methods=["GET", "HEAD"])
    def audio(index: int, request: Request) -> Response:
        view = workplace.view()
        try:
            return view.media.answer(index, request)
        except UnreadableAudio as error:
            return Json({"error": str(error), "reason": error.reason}, 404)

    @routes.get("/find")
    def find(q: str = Query(max_length=1000)) -> Json:
        view = workplace.view()
        index = view.find(q)
        return Json({"index": index, "path": path_to_text(view.path(index))})

    return routes
