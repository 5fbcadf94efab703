"""Can everybody use the page? WCAG 2.2 AA as far as a machine can tell, by axe-core; and nothing moves for who asks so.

Nothing is left out: what Gradio draws is part of the page. What axe cannot decide is no violation: the contrast of text
on a drawing (see `tests/js/contrast.test.mjs`), and the gaps of 6 px between tiles, whose work the arrow keys do.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_review_in_browser import PAGES, READY
from test_suggestions_in_browser import suggest

from spkbound.project import Project
from spkbound.ui.auth import add_user

pytestmark = pytest.mark.browser

AXE = Axe()
ALL = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
NAMES = {**ALL, "rules": {"color-contrast": {"enabled": False}}}
DIALOGS = {"?": "help", "g": "goto", "m": "comment", "Shift+A": "bulk"}
MOVES = """() => [...document.querySelectorAll("*")].filter((one) => {
    const { animationName, transitionDuration } = getComputedStyle(one);
    return animationName !== "none" || /[1-9]/.test(transitionDuration);
}).map((one) => one.outerHTML.slice(0, 100))"""


@pytest.fixture
def page(project_copy, voices, tmp_path, start_app, open_page):
    """The login page of a project with one suggestion of each kind."""
    suggest(Project.open(project_copy), voices)
    add_user(tmp_path / "users", "ana", "a long password")
    app = start_app(project_copy, "--auth_file", tmp_path / "users")
    return open_page(app.url, color_scheme="light", reduced_motion="reduce")


def check(page, what: str, rules: dict = ALL, *, within: str | None = None) -> None:
    found = AXE.run(page, context=within, options=rules)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"


def check_both_themes(page, what: str) -> None:
    """In the dark only the colours are others."""
    check(page, what)
    page.emulate_media(color_scheme="dark")
    check(page, f"{what}, dark", COLOURS)
    page.emulate_media(color_scheme="light")


def log_in(page) -> None:
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password").fill("a long password")
    page.keyboard.press("Enter")
    page.wait_for_function(READY)


def show(page, name: str) -> None:
    page.evaluate(f"location.hash = '#{name}'")
    page.wait_for_function(f"document.body.dataset.page === '{name}'")
    page.locator(PAGES[name]).first.wait_for()


def test_axe_finds_nothing_wrong_and_nothing_moves_for_who_asks_so(page):
    check_both_themes(page, "login")
    log_in(page)
    for name in PAGES:
        show(page, name)
        check_both_themes(page, name)
    for key, name in DIALOGS.items():
        page.keyboard.press(key)
        page.locator(f"dialog[open][data-part={name}]").wait_for()
        check(page, name, within="dialog[open]")
        page.keyboard.press("Escape")
    assert page.evaluate(MOVES) == []

    page.get_by_role("button", name="中文").click()
    page.wait_for_function(f"document.documentElement.lang === 'zh-CN' && {READY}")
    for name in PAGES:
        show(page, name)
        check(page, f"{name} in Chinese", NAMES)
    show(page, "export")
    page.locator("[value=quality]").click()
    page.locator(".q-row").first.wait_for()
    check(page, "quality")

    page.set_viewport_size({"width": 640, "height": 400})  # a usual window, enlarged to 200 %: nothing is out of reach
    show(page, "review")
    for control in (".deck [data-action=approve]", "[data-action=approveMany]"):
        page.locator(control).scroll_into_view_if_needed()
        box = page.locator(control).bounding_box()
        assert 0 <= box["y"] <= 400 - box["height"], control
        assert 0 <= box["x"] <= 640 - box["width"], control
    check(page, "review, enlarged", NAMES)
