"""The boundaries as they stand, and what a reviewer does with them: /x/boundaries, /x/ops, /x/undo, /x/redo."""

from collections.abc import Callable

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from spkbound.detection.changes import changes_of
from spkbound.errors import DecisionRefused
from spkbound.review.tables import Conflict, Operation, OperationKind, Outcome
from spkbound.ui.answers import Json
from spkbound.ui.guard import current_user
from spkbound.ui.view import View
from spkbound.ui.workplace import Workplace
from spkbound.words import Words, pack_words, words_of

MAX_OPERATIONS = 5000
MAX_INDEX = 2**53  # what a browser counts exactly


class OperationIn(BaseModel):
    """One operation as the page sends it; see `review.tables.Operation`."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    key: str = Field(min_length=1, max_length=200)
    kind: OperationKind
    index: int = Field(ge=0, lt=MAX_INDEX)
    from_index: int | None = Field(None, ge=0, lt=MAX_INDEX, alias="from")
    other_index: int | None = Field(None, ge=0, lt=MAX_INDEX, alias="other")  # an utterance of the other segment
    revision: int | None = None
    corpus: str | None = Field(None, max_length=200)  # the order of files that `index` counts in
    text: str | None = Field(None, max_length=10_000)
    batch: str | None = Field(None, max_length=200)

    def operation(self) -> Operation:
        return Operation(
            key=self.key,
            kind=self.kind,
            index=self.index,
            from_index=self.from_index,
            other_index=self.other_index,
            version=self.revision,
            text=self.text,
            batch=self.batch,
        )


class Step(BaseModel):
    """An undo or redo, with the key that keeps it from happening twice."""

    key: str = Field(min_length=1, max_length=200)


def router(workplace: Workplace) -> APIRouter:
    routes = APIRouter()

    @routes.get("/boundaries")
    def boundaries(
        request: Request,
        since: int | None = None,
        detection_id: str | None = None,
        at: int | None = Query(None, ge=0, lt=MAX_INDEX),
    ) -> Json:
        view, user = workplace.view(), current_user(request)
        workplace.presence.note(user, at)
        here = {"detection_id": view.session.detection_id, "others": workplace.presence.others(user)}
        view.review.refresh()
        picture = view.picture()
        if since == picture.version and detection_id in (None, here["detection_id"]):
            return Json({**here, "version": since, "unchanged": True})
        changes = None if since is None or detection_id != here["detection_id"] else view.changes(since)
        if changes is not None:
            return Json({**changes, **here})
        return Json(
            {
                **picture.whole(),
                **here,
                "corpus_id": view.session.corpus_id,
                "n_utterances": len(view),
                "suggestions": view.suggested.whole,
                "names": view.suggested.names(picture),
            }
        )

    @routes.get("/agreement")
    def agreement() -> Json:
        return Json(workplace.view().agreement())

    @routes.get("/changes")
    def changes() -> Json:
        found = changes_of(workplace.view().session.detection)
        return Json(found and {"moved": found.moved, "new": found.new, "gone": found.gone})

    _add_decisions(routes, workplace)
    return routes


def _add_decisions(routes: APIRouter, workplace: Workplace) -> None:
    """Store what a reviewer decides, and take it back."""

    @routes.post("/ops")
    def operations(wanted: list[OperationIn], request: Request) -> Json:
        view = workplace.view()
        if len(wanted) > MAX_OPERATIONS:
            return Json({"error": f"at most {MAX_OPERATIONS} operations at once; found {len(wanted)}"}, 413)
        fits = [one.corpus in (None, view.session.corpus_id) for one in wanted]
        operations = [one.operation() for one, fit in zip(wanted, fits) if fit]
        before = view.moment()
        outcomes = iter(view.review.apply(operations, user=current_user(request)))
        changes = view.changes(before)
        results = [_result(next(outcomes)) if fit else _lost(one) for one, fit in zip(wanted, fits)]
        return Json({**changes, "results": results})

    @routes.post("/undo")
    def undo(step: Step, request: Request) -> Json:
        view = workplace.view()
        return _take_step(view, lambda: view.review.undo(current_user(request), key=step.key))

    @routes.post("/redo")
    def redo(step: Step, request: Request) -> Json:
        view = workplace.view()
        return _take_step(view, lambda: view.review.redo(current_user(request), key=step.key))


def _take_step(view: View, take: Callable[[], list[Outcome]]) -> Json:
    before = view.moment()
    try:
        outcomes = take()
    except DecisionRefused as refused:
        theirs = getattr(refused, "theirs", None)
        conflict = {"mine": _decision(getattr(refused, "mine", None)), "theirs": _decision(theirs)}
        body = {
            **view.changes(before),
            "results": [],
            "error": str(refused),
            "words": pack_words(words_of(refused)),
            "conflict": conflict,
            "index": None,
        }
        return Json(body, 409)
    results = [_result(outcome) for outcome in outcomes]
    index = next((outcome.index for outcome in outcomes if outcome.index is not None), None)
    return Json({**view.changes(before), "results": results, "index": index})


def _result(outcome: Outcome) -> dict:
    return {
        "key": outcome.key,
        "ok": outcome.ok,
        "index": outcome.index,
        "version": outcome.version,
        "error": outcome.error,
        "words": outcome.error and pack_words(outcome.error),
        "conflict": _conflict(outcome.conflict),
    }


def _lost(wanted: OperationIn) -> dict:
    """The answer to an edit that counts in another order of files: it would land on another utterance."""
    error = Words("the corpus has other files now, so this edit was not stored; look at the place again")
    return {
        "key": wanted.key,
        "ok": False,
        "index": None,
        "version": 0,
        "error": error,
        "words": pack_words(error),
        "conflict": None,
    }


def _conflict(conflict: Conflict | None) -> dict | None:
    if conflict is None:
        return None
    mine = {"kind": conflict.mine.kind, "index": conflict.mine.index, "from": conflict.mine.from_index}
    return {"mine": mine, "theirs": {**_decision(conflict.theirs), "index": conflict.theirs_index}}


def _decision(decision: object) -> dict | None:
    if decision is None:
        return None
    return {"kind": decision.kind, "user": decision.user, "at": decision.at, "version": decision.version}
