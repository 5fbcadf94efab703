"""What a reviewer hears: any form of file, at any speed, on through the segment, and past a file that is not there."""

import shutil

import pytest
from formats import SECONDS, writers

from spkbound.project import Project

pytestmark = pytest.mark.browser

READY = "window.__spk && window.__spk.ready && window.__spk.current().index !== null"
DRAWN = """[...document.querySelectorAll(".tiles canvas")].some(
  (canvas) => canvas.getContext("2d").getImageData(0, 0, 64, 32).data.some(Boolean))"""
NEAR = 20  # a boundary


@pytest.fixture
def page(project_copy, voices, tmp_path, serve, open_page):
    """The corpus with files of all forms round the first boundary, under their old names; one file is gone."""
    corpus = tmp_path / "corpus"
    shutil.copytree(voices.folder, corpus)
    for place, write_file in enumerate(writers().values(), start=NEAR - 9):
        write_file(corpus / voices.paths[place])
    (corpus / voices.paths[NEAR + 10]).unlink()
    Project.open(project_copy).change(corpus_root=str(corpus))
    page = open_page(f"{serve(project_copy).url}#review/{NEAR}")
    page.wait_for_function(READY)
    return page


def test_any_form_of_sound_is_heard_at_any_speed_and_a_missing_file_is_passed_over(page):
    forms = list(range(NEAR - 9, NEAR - 9 + len(writers())))

    # every form is decoded; nothing but the file that is gone counts as missing
    durations = page.evaluate("async (all) => Promise.all(all.map((i) => window.__spk.load(i)))", [*forms, NEAR + 10])
    assert durations[:-1] == pytest.approx([SECONDS] * len(forms), abs=0.12)
    assert durations[-1] is None
    assert page.evaluate("window.__spk.counters.missing") == 1

    # faster: shorter, by the keys; and remembered
    page.keyboard.press(">")
    page.keyboard.press(">")
    page.keyboard.press("-")
    assert page.evaluate("(i) => window.__spk.load(i)", NEAR) == pytest.approx(SECONDS / 1.5, abs=0.1)
    page.keyboard.press("Space")
    page.wait_for_function("window.__spk.counters.played > 0")
    page.keyboard.press("Space")

    # play on, past the file that is gone; cursor and strip go along, and Space stops it
    for _ in range(10):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("l")
    page.wait_for_function(f"window.__spk.current().cursor > {NEAR + 10}")
    gone = page.locator(f"[data-tile='{NEAR + 10}']")
    assert "file missing" in gone.inner_text()
    page.keyboard.press("Space")
    assert page.evaluate("window.__spk.sound().what") is None

    # spectrograms instead of waveforms
    page.keyboard.press("w")
    page.wait_for_function(DRAWN)
    page.reload()
    page.wait_for_function(READY)
    page.wait_for_function(DRAWN)
    sound = page.evaluate("window.__spk.sound()")
    assert (sound["speed"], sound["volume"]) == (1.5, 0.9)
