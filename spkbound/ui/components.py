"""How does a page of ours stand inside Gradio? A constant template and a module that fills it; no data in a template.

Functions, not subclasses of `gr.HTML`: Gradio writes a stub file beside the source of every subclass.
"""

from pathlib import Path
from typing import Any

import gradio as gr

from spkbound.ui.assets import ASSETS, asset_url


def own_html(template: str, *, module: str, version: str, **options: Any) -> gr.HTML:
    """The template in `assets/<template>`, filled by ``mount(element, trigger)`` of `assets/<module>`.

    The template is constant: Gradio would run what looks like code in it, so names and numbers reach the page as JSON
    from our routes and enter the DOM as text.
    """
    return gr.HTML(
        html_template=_read(ASSETS / template),
        js_on_load=_loader(asset_url(module, version)),
        apply_default_css=False,
        container=False,
        padding=False,
        **options,
    )


def review_page(*, version: str, **options: Any) -> gr.HTML:
    """The Review page; everything inside it is in assets/review/."""
    return own_html("review/review.html", module="review/main.js", version=version, **options)


def _read(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if "${" in text or "{{" in text:
        raise ValueError(f"{file} is no constant template: it holds ${{ or {{{{")
    return text


def _loader(url: str) -> str:
    return (
        f'const url = new URL("{url}", document.baseURI).href;\n'
        "import(url).then((module) => module.mount(element, trigger));"
    )
