"""Small parts that several pages are made of: headings, notes, and errors that stand where they arose."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

import gradio as gr

from spkbound.errors import SpkboundError
from spkbound.words import pack_words, words_of

# What the browser does when an action of ours went well.
RELOAD = "() => location.reload()"
WATCH = "() => document.dispatchEvent(new CustomEvent('spkbound:job'))"

CHANNELS = [("0, the first", "0"), ("1, the second", "1"), ("mean of all", "mean")]
ORDERS = [
    ("by path, byte-wise", "path"),
    ("natural: x2 before x10", "natural"),
    ("as the manifest lists them", "manifest"),
]


def heading(text: str) -> gr.HTML:
    """A constant heading: `text` is ours, never data."""
    return _constant(f"<h2>{escape(text)}</h2>")


def note(text: str) -> gr.HTML:
    """A constant explanation."""
    return _constant(f'<p class="muted small">{escape(text)}</p>')


def error_text() -> gr.Textbox:
    """Where an error shows: a text box, for its content is text and nothing else, whatever a file is called."""
    return gr.Textbox(
        visible=False,
        interactive=False,
        show_label=False,
        container=False,
        lines=1,
        max_lines=8,
        elem_classes="error-text",
    )


def tried(action: Callable[[], Any]) -> dict:
    """The update of an `error_text` after `action`, still hidden: what went wrong, as JSON, or nothing."""
    try:
        action()
    except (SpkboundError, OSError) as error:
        return gr.update(value=json.dumps(pack_words(words_of(error))), visible=False)
    return gr.update(value="", visible=False)


def _constant(html: str) -> gr.HTML:
    return gr.HTML(
        html_template=f'<div class="sb">{html}</div>',
        js_on_load=None,
        apply_default_css=False,
        container=False,
        padding=False,
    )
