"""Keys that the other roads leave out: ten at once, back and forth, the cursor, what is heard, where to go."""

import pytest

pytestmark = pytest.mark.browser

READY = "window.__spk && window.__spk.ready && window.__spk.current().index !== null"
STORED = "window.__spk.pending() === 0"


@pytest.fixture
def page(project_copy, voices, serve, open_page):
    page = open_page(f"{serve(project_copy).url}#review/{voices.boundaries[1]}")
    page.wait_for_function(READY)
    return page


def cursor(page) -> int | None:
    return page.evaluate("window.__spk.current().cursor")


def press_and_wait(page, key: str, index: int, state: str) -> None:
    page.keyboard.press(key)
    page.wait_for_function(
        "([index, state]) => { const now = window.__spk.current(); return now.index === index && now.state === state }",
        arg=[index, state],
    )
    page.wait_for_function(STORED)


def test_keys_shift_by_ten_and_take_back_and_forth(page, voices):
    start = voices.boundaries[1]
    press_and_wait(page, "Shift+ArrowRight", start + 10, "shifted")
    press_and_wait(page, "Shift+ArrowLeft", start, "undecided")
    press_and_wait(page, "ArrowLeft", start - 1, "shifted")
    for back, forth in (("u", "Shift+U"), ("Control+z", "Control+Shift+Z")):
        press_and_wait(page, back, start, "undecided")
        press_and_wait(page, forth, start - 1, "shifted")


def test_keys_move_the_cursor_and_say_what_is_heard_and_where_to_go(page, voices):
    page.keyboard.press("ArrowDown")
    start = cursor(page)
    for key, place in (("ArrowDown", 1), ("Shift+ArrowDown", 11), ("Shift+ArrowUp", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        assert cursor(page) == start + place
    page.keyboard.press("Escape")
    assert cursor(page) is None

    for key, k in (("]", 3), (".", 4), ("[", 3), (",", 2)):
        page.keyboard.press(key)
        page.get_by_text(f"k = {k}").wait_for()
    for more, less, what in ((">", "<", "speed"), ("+", "-", "volume"), ("=", "_", "volume")):
        heard = []
        for key in (less, more, less):
            page.keyboard.press(key)
            heard.append(page.evaluate(f"window.__spk.sound().{what}"))
        assert heard[0] < heard[1], what
        assert heard[2] == heard[0], what

    there = page.evaluate("window.__spk.current().index")
    page.keyboard.press("p")
    assert page.evaluate("window.__spk.current().index") != there
    page.keyboard.press("n")
    assert page.evaluate("window.__spk.current().index") == there
    page.keyboard.press("Shift+E")
    page.get_by_text("Nothing is asked about utterances here.").wait_for()
