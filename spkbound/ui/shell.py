"""What stands where? The Gradio blocks: top bar, four pages, and the page to open a project; what they do is theirs."""

import gradio as gr

from spkbound.ui import page_corpus, page_detect, page_open
from spkbound.ui.assets import asset_url
from spkbound.ui.components import own_html, review_page
from spkbound.ui.early import early_links
from spkbound.ui.language import speak_the_language
from spkbound.ui.workplace import Workplace

_FIRST_SCRIPTS = ("theme.js", "language.js", "early.js")  # how the page is drawn, before it is, and what of
_STYLES = ("tokens.css", "shell.css")
_LAYERED_STYLES = (
    "parts.css",
    "topbar.css",
    "pages/pages.css",
    "review/queue.css",
    "review/review.css",
    "large.css",
    "small.css",
)
# What the parts of the page and `language` import when Gradio shows them.
_MODULES = (
    "shell.js",
    "review/main.js",
    "pages/corpus.js",
    "pages/detect.js",
    "pages/warnings.js",
    "pages/export.js",
    "fields.js",
)


def build_blocks(workplace: Workplace, *, version: str) -> gr.Blocks:
    """The whole page. CSS shows the one page that `document.body.dataset.page` names; see assets/shell.js."""
    with gr.Blocks(title="spkbound", fill_width=True, fill_height=True, analytics_enabled=False) as blocks:
        own_html("shell.html", module="shell.js", version=version, elem_id="shell")
        with gr.Column(elem_id="page-open", elem_classes="page"):
            page_open.build(workplace, version=version)
        with gr.Column(elem_id="page-corpus", elem_classes="page"):
            page_corpus.build(workplace, version=version)
        with gr.Column(elem_id="page-detect", elem_classes="page"):
            page_detect.build(workplace, version=version)
        with gr.Column(elem_id="page-review", elem_classes="page"):
            review_page(version=version, elem_id="review-page")
        with gr.Column(elem_id="page-export", elem_classes="page"):
            own_html("pages/export.html", module="pages/export.js", version=version, elem_id="export-page")
        speak_the_language(blocks, version=version)
    blocks.queue(default_concurrency_limit=8)
    return blocks


def early_head(version: str) -> str:
    """What runs before Gradio starts, and what is fetched meanwhile; see `early`."""
    return early_links(scripts=_FIRST_SCRIPTS, modules=_MODULES, styles=(*_STYLES, *_LAYERED_STYLES), version=version)


def page_head(version: str) -> str:
    """Icon and stylesheets, all of our own server; what is in the layer is safe from Gradio's reset."""
    links = [f'<link rel="stylesheet" href="{asset_url(name, version)}">' for name in _STYLES]
    imports = [f'@import url("{asset_url(name, version)}") layer(spkbound);' for name in _LAYERED_STYLES]
    icon = f'<link rel="icon" type="image/svg+xml" href="{asset_url("icon.svg", version)}">'
    return "\n".join([icon, *links, "<style>", *imports, "</style>"])
