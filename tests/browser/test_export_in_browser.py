"""What an owner does before and after the export: look at quality, listen blind, export, try again; all by keyboard."""

import json
import shutil
import urllib.request

import pytest

from spkbound.project import Project

pytestmark = pytest.mark.browser

READY = "window.__spkListen && !document.querySelector('[data-slot=listen]').disabled"


@pytest.fixture
def app(project_copy, voices, tmp_path, serve):
    """All boundaries are approved; one file of the corpus is gone."""
    corpus = tmp_path / "corpus"
    shutil.copytree(voices.folder, corpus)
    (corpus / voices.paths[30]).unlink()
    Project.open(project_copy).change(corpus_root=str(corpus))
    app = serve(project_copy)
    operations = [{"key": f"a{i}", "kind": "approve", "index": i} for i in voices.boundaries]
    headers = {"content-type": "application/json", "x-spkbound": "1", "origin": app.url.rstrip("/")}
    urllib.request.urlopen(urllib.request.Request(f"{app.url}x/ops", json.dumps(operations).encode(), headers))
    app.corpus = corpus
    return app


def test_quality_a_blind_sample_and_an_export_that_is_tried_again(app, open_page, voices):
    page = open_page(f"{app.url}#export")
    page.wait_for_function(READY)

    # listen blind: nothing on the page says which place it is; the keys answer
    page.locator("[data-slot=listen]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("window.__spkListen.state().place !== null")
    page.wait_for_function("window.__spkListen.state().played > 0")
    while (state := page.evaluate("window.__spkListen.state()"))["left"]:
        box = page.locator("[data-slot=listen-box]").inner_text()
        assert "utt_" not in box
        assert str(state["place"]) not in box
        page.keyboard.press("1" if state["place"] in voices.boundaries else "2")
        page.wait_for_function(f"window.__spkListen.state().answered > {state['answered']}")
    page.keyboard.press("Enter")
    page.wait_for_function("!window.__spkListen.state().open")
    assert "All 3 approved boundaries were heard blind: 0 wrong" in page.locator("[data-slot=guarantee]").inner_text()

    # a file cannot be read: the folder is incomplete; once it is back, "try again" completes it
    page.locator("[data-slot=start]").click()
    page.get_by_text("incomplete, 1 failed").wait_for()
    shutil.copy(voices.folder / voices.paths[30], app.corpus / voices.paths[30])
    page.get_by_role("button", name="Try again: 1 failed file").click()
    page.get_by_role("button", name="Nothing new to export").wait_for()

    # the worst segment first; Enter leads to it
    page.locator("[value=quality]").click()
    page.locator(".q-row").first.wait_for()
    shown = [float(text) for text in page.locator(".q-row .cohesion").all_inner_texts()]
    assert shown == sorted(shown)
    assert len(shown) == 4
    page.get_by_role("grid", name="Quality of the segments").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.startsWith('#review/')")
    page.wait_for_function("window.__spk?.ready")
