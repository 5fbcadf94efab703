"""Which corpus, read how, by how many workers? Settings of the Corpus page; its right side: assets/pages/corpus.js."""

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
        workers = gr.Number(label="Workers", minimum=1, precision=0, placeholder="one per physical core")
        gr.Textbox(label="Encoder", value="built-in, needs no weights", interactive=False)
        error = error_text()
        with gr.Column(elem_classes="settings-foot"):
            start = gr.Button("Start extraction", variant="primary", size="lg", elem_id="corpus-start")
            note("You may close this page. The workers go on; what is done stays done, also after a cancel or a crash.")
    own_html("pages/corpus.html", module="pages/corpus.js", version=version, elem_id="corpus-view")

    def fill() -> list:
        settings = workplace.settings()
        return [
            settings.input_dir or settings.manifest or "",
            settings.order or "path",
            str(settings.channel),
            settings.n_workers,
        ]

    def start_extraction(folder: str, order: str, channel: str, workers: float | None) -> dict:
        return tried(lambda: workplace.start("extract", _settings(folder, order, channel, workers)))

    fields = [folder, order, channel, workers]
    blocks.load(fill, None, fields, api_visibility="private", show_progress="hidden")
    start.click(
        start_extraction, fields, error, api_visibility="private", show_progress="hidden", trigger_mode="once"
    ).then(None, error, None, js=WATCH_WHEN_FINE)


def _settings(folder: str, order: str, channel: str, workers: float | None) -> dict:
    """The changes to the project's settings; `UsageError` for what cannot be."""
    if not folder.strip():
        raise UsageError("name the folder with the audio files")
    channel = str(channel).strip()
    if channel != "mean" and not channel.isdecimal():
        raise UsageError(f"the channel is a whole number from 0, or mean; found {channel!r}")
    return {
        "input_dir": folder.strip(),
        "order": order,
        "channel": channel if channel == "mean" else int(channel),
        "n_workers": None if workers is None else int(workers),
    }
