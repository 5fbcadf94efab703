"""What may be said of the approved boundaries, and what is to be heard for it? /x/guarantee and below.

The page learns only where to listen: not which places are decoys, nor anything else of them.
"""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from spkbound.review.listening import Listening, ListeningLog, survey_listening
from spkbound.ui.answers import Json
from spkbound.ui.guard import current_user
from spkbound.ui.status import NotThere
from spkbound.ui.view import View
from spkbound.ui.workplace import Workplace
from spkbound.words import pack_words

AHEAD = 12  # places that the page is told at once, to fetch their sound


class GoalIn(BaseModel):
    """To say "fewer than `error_rate`" at `confidence`."""

    error_rate: float = Field(gt=0.0005, le=0.5)
    confidence: float = Field(ge=0.5, le=0.999)


class AnswerIn(BaseModel):
    """What was heard at the place `index`: the change is here, elsewhere (or nowhere), or who knows."""

    index: int = Field(ge=1, lt=2**53)
    answer: Literal["here", "elsewhere", "unsure"]


def router(workplace: Workplace) -> APIRouter:
    routes = APIRouter()

    @routes.get("/guarantee")
    def guarantee() -> Json:
        return Json(_describe(*_survey(workplace.view())))

    @routes.post("/guarantee/goal")
    def set_goal(wanted: GoalIn, request: Request) -> Json:
        view = workplace.view()
        log, found = _survey(view)
        if found.goal is None or (found.goal.error_rate, found.goal.confidence) != (
            wanted.error_rate,
            wanted.confidence,
        ):
            log.set_goal(wanted.error_rate, wanted.confidence, user=current_user(request))
        return Json(_describe(*_survey(view)))

    @routes.post("/guarantee/answer")
    def answer(heard: AnswerIn, request: Request) -> Json:
        view = workplace.view()
        log, found = _survey(view)
        item = next((item for item in found.items if item.index == heard.index), None)
        if item is None:
            raise NotThere("this place is no longer in the sample: its boundary was changed meanwhile")
        log.answer(item, heard.answer, user=current_user(request))
        return Json(_describe(*_survey(view)))

    return routes


def _survey(view: View) -> tuple[ListeningLog, Listening]:
    view.review.refresh()
    log = ListeningLog(view.session.project.review_db)
    return log, survey_listening(log, view.review, view.session.paths)


def _describe(_log: ListeningLog, found: Listening) -> dict:
    waiting = [item.index for item in found.items if not found.answered(item)]
    return {
        **found.guarantee.to_dict(),
        "text": pack_words(found.guarantee.text()),
        "goal": found.goal and {"error_rate": found.goal.error_rate, "confidence": found.goal.confidence},
        "n_items": len(found.items),
        "n_left": len(waiting),
        "next": waiting[:AHEAD],
    }
