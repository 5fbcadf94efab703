"""Which corpus, read how, by how many workers? Settings of the Corpus page; its right side: assets/pages/corpus.js."""

import os

import gradio as gr

from spkbound.errors import UsageError
from spkbound.ui.components import own_html
from spkbound.ui.fields import CHANNELS, ORDERS, WATCH_WHEN_FINE, error_text, heading, note, tried
from spkbound.ui.workplace import Workplace


def build(workplace: Workplace, *, version: str, blocks: gr.Blocks) -> None:
    with gr.Column(elem_classes="panel settings", elem_id="corpus-settings"):
        heading("Settings")
        folder = gr.Textbox(label="Folder", max_lines=1, placeholder="/data/voices_2024")
        order = gr.Dropdown(ORDERS, label="Order", value="path")
        channel = gr.Dropdown(CHANNELS, label="Channel", value="0", allow_custom_value=True)
        workers = gr.Number(label="Workers", precision=0, placeholder="one per physical core")
        gr.Textbox(label="Encoder", value="built-in, needs no weights", interactive=False)
        error = error_text()
        with gr.Column(elem_classes="settings-foot"):
            start = gr.Button("Start extraction", variant="primary", size="lg", elem_id="corpus-start")
            note("You may close this page. The workers go on; what is done stays done, also after a cancel or a crash.")
    own_html("pages/corpus.html", module="pages/corpus.js", version=version, elem_id="corpus-view")

    def fill() -> list:
        settings = workplace.settings()
        return [
            settings.manifest or settings.input_dir or "",
            settings.order or ("manifest" if settings.manifest else "path"),
            str(settings.channel),
            settings.n_workers,
        ]

    def start_extraction(folder: str, order: str, channel: str, workers: float | None) -> dict:
        return tried(
            lambda: workplace.start(
                "extract", {**workplace.corpus_choice(folder), **_settings(order, channel, workers)}
            )
        )

    fields = [folder, order, channel, workers]
    blocks.load(fill, None, fields, api_visibility="private", show_progress="hidden")
    start.click(
        start_extraction, fields, error, api_visibility="private", show_progress="hidden", trigger_mode="once"
    ).then(None, error, None, js=WATCH_WHEN_FINE)


def _settings(order: str, channel: str, workers: float | None) -> dict:
    """How the corpus is read, as settings of the project; `UsageError` for what cannot be."""
    n_cores = os.cpu_count() or 1
    if workers is not None and not 1 <= workers <= n_cores:
        raise UsageError(f"give 1 to {n_cores} workers, for this machine has {n_cores} cores; found {workers:,.0f}")
    channel = str(channel).strip()
    if channel != "mean" and not channel.isdecimal():
        raise UsageError(f"the channel is a whole number from 0, or mean; found {channel!r}")
    return {
        "order": order,
        "channel": channel if channel == "mean" else int(channel),
        "n_workers": None if workers is None else int(workers),
    }
