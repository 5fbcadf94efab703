"""A reviewer's road through the real page, from the first sound to speaker folders that equal the truth."""

import json
import shutil
from pathlib import Path

import pytest
from machine import link_speech

from spkbound import pipeline
from spkbound.corpus_choice import CorpusChoice
from spkbound.project import Project

pytestmark = pytest.mark.browser

HOSTILE = "${alert(1)}<img src=x onerror=alert(2)>.wav"
READY = "window.__spk && window.__spk.ready && window.__spk.current().index !== null"
STORED = "window.__spk.pending() === 0"
FILLED = "['corpus', 'detect'].every((name) => document.getElementById(`${name}-start`)?.disabled === false)"
PAGES = {
    "corpus": "#corpus-settings",
    "detect": "#detect-charts.shown .gtitle",
    "export": ".where .field",
    "review": "[data-part=headline] h1",
}


def current(page) -> dict:
    return page.evaluate("window.__spk.current()")


def go_to(page, index: int) -> None:
    """By the address; first away from it, for the browser tells of changes only."""
    page.evaluate(f"history.replaceState(null, '', '#review'); location.hash = '#review/{index}'")
    page.wait_for_function(f"window.__spk.current().index === {index}")


def wait_for_state(page, index: int, state: str) -> None:
    page.wait_for_function(
        "([index, state]) => { const now = window.__spk.current(); return now.index === index && now.state === state }",
        arg=[index, state],
    )


@pytest.fixture
def page(project_copy, serve, open_page):
    page = open_page(serve(project_copy).url + "#review")
    page.wait_for_function(READY)
    return page


def exported(folder: Path) -> dict[str, list[int]]:
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    speakers: dict[str, list[int]] = {}
    for row in rows:
        assert (folder / row["audio_filepath"]).stat().st_size == row["size"]
        speakers.setdefault(row["speaker"], []).append(row["index"])
    return speakers


def test_a_corpus_is_reviewed_and_exported_to_the_truth(page, project_copy, voices):
    first, second, third = voices.boundaries

    # listen round the boundary, and to both voices
    go_to(page, first)
    for key in ("Space", "1", "2"):
        before = page.evaluate("window.__spk.counters.played")
        page.keyboard.press(key)
        page.wait_for_function(f"window.__spk.counters.played > {before}")

    # shift it away by keys and back, then approve
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    wait_for_state(page, first + 1, "shifted")
    page.wait_for_function(STORED)
    page.keyboard.press("ArrowLeft")
    wait_for_state(page, first, "undecided")
    page.keyboard.press("a")
    page.wait_for_function(f"window.__spk.current().index !== {first}")
    page.wait_for_function(STORED)

    # drag another to the right, see it shifted, undo
    go_to(page, second)
    handle = page.locator("[data-part=closeup] [role=slider]")
    handle.wait_for()
    box = handle.bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + 14
    page.mouse.move(*place)
    page.mouse.down()
    page.mouse.move(place[0] + 60, place[1], steps=5)
    page.mouse.up()
    page.wait_for_function("window.__spk.current().state === 'shifted'")
    assert current(page)["index"] > second
    page.wait_for_function(STORED)
    page.keyboard.press("u")
    wait_for_state(page, second, "undecided")

    # reject and take it back; what was decided outlives a reload
    page.keyboard.press("x")
    page.wait_for_function(STORED)
    page.keyboard.press("u")
    page.wait_for_function(STORED)
    for index in (second, third):
        go_to(page, index)
        page.keyboard.press("a")
        page.wait_for_function(STORED)
    page.reload()
    page.wait_for_function("window.__spk && window.__spk.ready")
    for index in voices.boundaries:
        go_to(page, index)
        wait_for_state(page, index, "approved")

    # one click
    page.evaluate("location.hash = '#export'")
    button = page.get_by_role("button", name="Export 4 new speaker folders")
    button.click()
    page.get_by_role("button", name="Nothing new to export").wait_for()
    page.wait_for_function("document.querySelector('[data-root=export] [data-slot=result]').textContent !== ''")
    edges = [0, *voices.boundaries, len(voices.paths)]
    assert exported(project_copy / "export") == {
        f"speaker_{n:03d}": [i for i in range(a, b) if i != voices.broken]
        for n, (a, b) in enumerate(zip(edges[:-1], edges[1:]), start=1)
    }


def test_keys_are_stored_in_order_and_not_while_somebody_types(page, voices):
    index = voices.boundaries[1]
    go_to(page, index)
    page.keyboard.press("g")
    page.locator("[data-part=goto] input").wait_for()
    page.keyboard.type("axu")
    assert page.locator("[data-part=goto] input").input_value() == "axu"
    page.keyboard.press("Escape")
    assert current(page)["state"] == "undecided"
    page.keyboard.press("Shift+?")
    page.get_by_role("heading", name="Keys").wait_for()
    page.keyboard.press("Escape")

    for _ in range(12):
        page.keyboard.press("ArrowRight")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("a")
    page.wait_for_function(STORED)
    page.reload()
    page.wait_for_function("window.__spk && window.__spk.ready")
    go_to(page, index + 7)
    wait_for_state(page, index + 7, "approved")


def test_the_server_may_die_in_the_middle(project_copy, voices, start_app, open_page):
    app = start_app(project_copy)
    page = open_page(app.url + "#review")
    page.wait_for_function(READY)
    go_to(page, voices.boundaries[0])
    page.keyboard.press("a")
    page.wait_for_function(STORED)
    page.wait_for_function(FILLED)  # Gradio loads the page again where a server died before it answered an event
    app.kill()
    go_to(page, voices.boundaries[1])
    page.keyboard.press("a")
    go_to(page, voices.boundaries[2])
    page.keyboard.press("x")
    assert page.evaluate("window.__spk.pending()") > 0
    start_app(project_copy, port=app.port)
    page.wait_for_function(STORED)
    page.reload()
    page.wait_for_function("window.__spk && window.__spk.ready")
    for index, state in zip(voices.boundaries, ("approved", "approved", "rejected")):
        go_to(page, index)
        wait_for_state(page, index, state)


def test_go_to_the_strip_and_the_window_of_a_size_found_by_the_machine(project_copy, voices, serve, open_page):
    Project.open(project_copy).change(segment_size="auto")
    page = open_page(serve(project_copy).url + "#review")
    page.wait_for_function(READY)
    page.get_by_text(f"0 to {len(voices.paths)}", exact=True).wait_for()
    page.keyboard.press("g")
    page.keyboard.type(str(voices.broken + 1))
    page.get_by_role("button", name="Go", exact=True).click()
    page.wait_for_function(f"window.__spk.current().index === {voices.broken + 1}")
    page.keyboard.press("Escape")
    page.get_by_text(f"plays {voices.broken - 2} to {voices.broken - 1} | tick").wait_for()


def test_a_hostile_name_is_shown_as_text(voices, tmp_path, serve, open_page):
    corpus = tmp_path / "corpus"
    shutil.copytree(voices.folder, corpus)
    victim = corpus / voices.paths[voices.boundaries[0]]
    hostile = victim.with_name(victim.name.removesuffix(".wav") + HOSTILE)
    victim.rename(hostile)
    project = pipeline.open_or_create_project(tmp_path / "p", CorpusChoice(input_dir=corpus))
    pipeline.extract_project(project)
    pipeline.detect_project(project.change(segment_size=20, boundary_window=5))
    page = open_page(f"{serve(project.folder).url}#review/{voices.boundaries[0]}")
    page.wait_for_function(READY)
    page.locator('[data-part=tiles] [title*="onerror=alert"]').first.wait_for()
    for other in ("corpus", "detect", "export", "review"):
        page.evaluate(f"location.hash = '#{other}'")
        page.wait_for_function(f"document.body.dataset.page === '{other}'")
        page.locator(PAGES[other]).first.wait_for()
    page.keyboard.press("Space")
    page.wait_for_function("window.__spk.counters.played > 0")


def test_extraction_and_detection_go_on_when_the_tab_closes(voices, tmp_path, start_app, open_page):
    app = start_app()
    folder = tmp_path / "from_the_page"
    page = open_page(app.url)
    page.get_by_label("Folder with the audio files").fill(str(voices.folder))
    page.get_by_label("Project folder, to be made").fill(str(folder))
    assert page.locator(".toast-body").count() == 0
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="Start extraction").click()
    page.get_by_text("Extracting", exact=False).or_(page.get_by_text("Embeddings are ready")).first.wait_for()
    page.context.close()
    page = open_page(app.url + "#corpus")
    page.get_by_text("Embeddings are ready").wait_for()
    page.evaluate("location.hash = '#detect'")
    page.get_by_label("Expected utterances per speaker").fill("20")
    page.get_by_label("Window").fill("5")
    page.get_by_role("button", name="Detect", exact=True).click()
    page.get_by_text("3 boundaries, 4 speakers").wait_for()
    found = json.loads(Project.open(folder).result_file.read_text())
    assert found["boundaries"][1:-1] == voices.boundaries


@pytest.mark.speech
def test_real_speech_is_reviewed_by_one_key_and_exported(tmp_path, serve, open_page):
    truth = link_speech(tmp_path / "corpus", n_each=50)
    project = pipeline.open_or_create_project(tmp_path / "p", CorpusChoice(input_dir=tmp_path / "corpus"))
    pipeline.extract_project(project)
    pipeline.detect_project(project.change(segment_size=50, boundary_window=6))
    page = open_page(serve(project.folder).url + "#review")
    page.wait_for_function(READY)
    for decided in range(1, 6):
        page.keyboard.press("a")
        page.wait_for_function(f"window.__spk.counters.stored === {decided}")
    page.get_by_role("button", name="Go to Export").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Export 6 new speaker folders").click()
    page.get_by_role("button", name="Nothing new to export").wait_for()
    folders = exported(project.export_dir)
    assert [{truth[i] for i in indices} for indices in folders.values()] == [{who} for who in sorted(set(truth))]
    assert sum(map(len, folders.values())) == len(truth)
