"""The page in Chinese, as a Chinese browser gets it, and back in English by the switch."""

import re

import pytest

pytestmark = pytest.mark.browser

READY = "window.__spk && window.__spk.ready && window.__spk.current().index !== null"
CONTROLS = ".topbar, .tl-head, .headline h1, .stats, .strip-head, .deck, .prog, .filters, .many"
# Words that a reader sees in `within`, without caps of keys.
WORDS = """(within) => [...document.querySelectorAll(within)].flatMap((part) => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const { parentElement, data } = walker.currentNode;
        if (!parentElement.closest("kbd, option") && parentElement.checkVisibility()) found.push(data);
    }
    return found;
})"""
NAMES = re.compile(r"spkbound|English|speaker_\d+|\S+\.wav|project\S*|WeSpeaker|Hugging Face hub|\.onnx|GPU|cpu")


def english_words(page, within: str) -> list[str]:
    said = [NAMES.sub("", text) for text in page.evaluate(WORDS, within)]
    assert any(re.search("[一-鿿]", text) for text in said), within
    return [text for text in said if re.search("[A-Za-z]{3}", text)]


def test_a_chinese_browser_gets_chinese_and_may_switch_to_english(project_copy, serve, open_page):
    url = serve(project_copy).url + "#review"
    page = open_page(url, locale="zh-CN")
    page.wait_for_function(READY)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert english_words(page, CONTROLS) == []
    page.keyboard.press("?")
    assert english_words(page, "dialog[open]") == [
        "焦点在审阅区域或无焦点时快捷键有效。Tab 始终移动焦点；Enter 和 Space 属于有焦点的按钮或链接。"
    ]
    page.keyboard.press("Escape")
    for name, settings in (
        ("corpus", "#corpus-settings"),
        ("detect", "#detect-settings"),
        ("export", ".where :is(.field, .radio, .switch)"),
    ):
        page.evaluate(f"location.hash = '#{name}'")
        page.wait_for_function(f"document.body.dataset.page === '{name}'")
        page.locator(settings).first.wait_for()
        words = [text for text in english_words(page, settings) if "CSV" not in text and "auto" not in text]
        assert words == [], name
    page.get_by_role("button", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")  # of the page that was loaded again
    page.get_by_role("button", name="中文").wait_for()
    page.evaluate("location.hash = '#review'")
    page.wait_for_function(READY)
    page.get_by_role("button", name="Undo").wait_for()
    assert page.evaluate("document.querySelector('.review').innerText.match(/[一-鿿]/)") is None
    assert page.evaluate("document.documentElement.lang") == "en"
