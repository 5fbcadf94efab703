"""What is asked beside the boundaries is answered by keys alone, and two reviewers see each other's work."""

import dataclasses

import pytest
from test_review_in_browser import READY, STORED, current, go_to, wait_for_state

from spkbound.detection_file import ARRAYS_NAME, load_detection, save_detection
from spkbound.domain import Suggestion
from spkbound.project import Project
from spkbound.review.log import DecisionLog
from spkbound.ui.auth import add_user

pytestmark = pytest.mark.browser

NO_ASK = "!document.querySelector('[data-part=headline]').classList.contains('asking')"


def suggest(project: Project, voices) -> None:
    """One suggestion of each kind, and a note of what detecting again changed."""
    first, second, third = voices.boundaries
    rows = [
        ("second_change", (first + 9,), 30.0),
        ("outlier", (2,), 20.0),
        ("outlier", (4,), 5.0),
        ("same_voice", (0, second), 15.0),
        ("same_speaker_beside", (third,), 10.0),
    ]
    suggestions = tuple(
        Suggestion(kind=kind, indices=at, interval=(at[0], at[-1]), probability=0.6, cost=cost)
        for kind, at, cost in rows
    )
    file = project.detection_dir / ARRAYS_NAME
    stored = load_detection(file)
    debug = {**stored.detection.debug, "changes": {"moved": [[second - 1, second]], "new": [], "gone": [first + 3]}}
    save_detection(
        dataclasses.replace(stored.detection, suggestions=suggestions, debug=debug),
        file,
        fingerprint=stored.fingerprint,
    )


def decisions(project: Project) -> list[tuple[str, str | None]]:
    with DecisionLog.open(project.review_db) as log:
        return [(row.kind, row.text) for row in log.all()]


def test_what_is_asked_is_answered_by_keys_alone(project_copy, voices, serve, open_page):
    project = Project.open(project_copy)
    suggest(project, voices)
    first, second, third = voices.boundaries
    page = open_page(serve(project_copy).url + "#review")
    page.wait_for_function(READY)

    # two speakers in one folder come first: S adds what is missing
    page.get_by_role("heading", name="Second change inside speaker_002?").wait_for()
    page.keyboard.press("s")
    wait_for_state(page, first + 9, "added")
    page.keyboard.press("n")

    # both voices are heard, then they are one
    page.get_by_role("heading", name="The same voice?").wait_for()
    for key in ("1", "2"):
        before = page.evaluate("window.__spk.counters.played")
        page.keyboard.press(key)
        page.wait_for_function(f"window.__spk.counters.played > {before}")
    page.keyboard.press("x")

    # a doubt about a boundary stands on the boundary
    page.wait_for_function(f"window.__spk.current().index === {third}")
    page.locator(".remarks").get_by_text("X joins them").wait_for()
    page.keyboard.press("m")
    page.keyboard.type("twins?")
    page.keyboard.press("Control+Enter")
    page.locator(".remarks").get_by_text("twins? (you").wait_for()
    page.keyboard.press("x")
    page.wait_for_function(STORED)
    page.keyboard.press("u")
    wait_for_state(page, third, "undecided")
    page.keyboard.press("n")

    # E takes the first out, A keeps the second and goes on
    page.get_by_role("heading", name="2 utterances that do not belong").wait_for()
    page.keyboard.press("e")
    page.get_by_role("heading", name="1 utterance that does not belong").wait_for()
    assert current(page)["cursor"] == 4
    page.keyboard.press("a")
    page.wait_for_function(STORED)

    # all that is sure in one step, and back; the doubted one is left out
    page.keyboard.press("Shift+A")
    page.get_by_role("radio", name="90 % and above").check()
    page.get_by_role("button", name="Approve 2 boundaries").click()
    page.wait_for_function(STORED)
    assert page.locator("[data-part=queue] [data-part=left]").inner_text() == "1"
    page.keyboard.press("u")
    page.wait_for_function("document.querySelector('[data-part=queue] [data-part=left]').textContent === '3'")

    # what detecting again changed leads to its places and is put away for good
    page.get_by_text("Detected again: 1 moved, 1 gone.").wait_for()
    page.get_by_role("button", name=f"{second} moved from {second - 1}").click()
    page.wait_for_function(f"window.__spk.current().index === {second}")
    page.get_by_role("button", name="Close the list").click()
    page.wait_for_function(STORED)
    page.reload()
    page.wait_for_function(READY)
    page.get_by_role("img", name="with comment").wait_for()
    assert page.get_by_text("Detected again").is_hidden()
    assert page.evaluate(NO_ASK)
    assert decisions(project)[:7] == [
        ("add", None),
        ("same_speaker", None),
        ("comment", "twins?"),
        ("reject", None),
        ("undo", None),
        ("exclude", None),
        ("dismiss", "outlier"),
    ]


def log_in(open_page, url: str, name: str):
    page = open_page(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("a long password")
    page.keyboard.press("Enter")
    page.wait_for_url(url)
    page.goto(url + "#review")
    page.wait_for_function(READY)
    return page


def test_two_reviewers_see_each_other(project_copy, voices, tmp_path, start_app, open_page):
    users = tmp_path / "users"
    for name in ("ana", "ben"):
        add_user(users, name, "a long password")
    first, _, third = voices.boundaries
    app = start_app(project_copy, "--auth_file", users)
    ana, ben = (log_in(open_page, app.url, name) for name in ("ana", "ben"))
    go_to(ana, first)
    go_to(ben, third)
    for page, name, index in ((ben, "ana", first), (ana, "ben", third)):
        page.locator(f"[data-part=list] [data-index='{index}']").get_by_text(f"{name} is here").wait_for()

    # what one decides the other sees, and is not sent where the other stands
    ana.keyboard.press("x")
    ana.wait_for_function(STORED)
    ben.wait_for_function("document.querySelector('[data-part=decided]').textContent === '1'")
    ana.keyboard.press("u")
    wait_for_state(ana, first, "undecided")
    ana.locator(f"[data-part=list] [data-index='{third}']").get_by_text("ben is here").wait_for()
    for _ in range(3):
        ana.keyboard.press("n")
        assert current(ana)["index"] != third
