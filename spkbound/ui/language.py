"""How do Gradio's fields come to speak the language of the page? Their words go to assets/fields.js once, on load.

`gr.I18n` would follow the browser alone, whatever the switch of the top bar says, and knows no choices.
"""

import json
from typing import Any

import gradio as gr

from spkbound.ui.assets import asset_url

_FIELDS = (gr.Textbox, gr.Number, gr.Dropdown, gr.Button)


def speak_the_language(blocks: gr.Blocks, *, version: str) -> None:
    """Labels, notes, choices and buttons of all fields in `blocks`, within which this is called."""
    fields = [block for block in blocks.blocks.values() if isinstance(block, _FIELDS)]
    call = _call("fieldsInOurLanguage", json.dumps([_words(field) for field in fields]), version=version)
    blocks.load(None, None, fields, js=f"() => {call}", api_visibility="private", show_progress="hidden")


def finish_charts(*, version: str) -> str:
    """JavaScript from charts to charts with the words and sizes of the page."""
    return f"(...charts) => {_call('finishCharts', 'charts', module='charts.js', version=version)}"


def show_error(when_fine: str, *, version: str) -> str:
    """JavaScript that shows what `fields.tried` left, in the language of the page, or does `when_fine`."""
    return f"(packed) => {_call('showError', f'packed, {when_fine}', version=version)}"


def _words(field: Any) -> dict[str, Any]:
    names = ("label", "info", "placeholder", "choices")
    words = {name: getattr(field, name, None) for name in names}
    is_constant = isinstance(field, gr.Button) or field.interactive is False
    return words | ({"value": field.value} if is_constant else {})


def _call(function: str, argument: str, *, version: str, module: str = "fields.js") -> str:
    url = asset_url(module, version)
    return f'import(new URL("{url}", document.baseURI).href).then((module) => module.{function}({argument}))'
