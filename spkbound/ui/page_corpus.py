"""Which corpus, read how, by which encoder? Settings of the Corpus page; its right side: assets/pages/corpus.js."""

import os
import re
from pathlib import Path

import gradio as gr

from spkbound.encoders.archives import is_model_directory
from spkbound.encoders.hub import is_hub_name
from spkbound.encoders.wespeaker.directory import CONFIG_NAME, WEIGHTS_NAME
from spkbound.errors import UsageError
from spkbound.ui.components import own_html
from spkbound.ui.fields import CHANNELS, ORDERS, WATCH, error_text, heading, note, tried
from spkbound.ui.language import show_error
from spkbound.ui.workplace import Workplace
from spkbound.words import Words


def build(workplace: Workplace, *, version: str) -> None:
    with gr.Column(elem_classes="panel settings", elem_id="corpus-settings"):
        heading("Settings")
        folder = gr.Textbox(label="Folder", max_lines=1, placeholder="/data/voices_2024")
        order = gr.Dropdown(ORDERS, label="Order", value="path")
        channel = gr.Dropdown(CHANNELS, label="Channel", value="0", allow_custom_value=True)
        encoder = gr.Textbox(
            label="Encoder",
            info="a WeSpeaker folder, an .onnx file, or a name of the Hugging Face hub",
            placeholder="built-in, needs no weights",
            max_lines=1,
        )
        gpus = gr.Textbox(label="GPUs", info="numbers such as 0,1; or cpu", placeholder="all of them", max_lines=1)
        workers = gr.Number(label="Workers", precision=0, placeholder="one per physical core")
        error = error_text()
        with gr.Column(elem_classes="settings-foot"):
            # Not before the fields are filled: a click would send them empty.
            start = gr.Button(
                "Start extraction", variant="primary", size="lg", elem_id="corpus-start", interactive=False
            )
            note("You may close this page. The workers go on; what is done stays done, also after a cancel or a crash.")
    view = own_html("pages/corpus.html", module="pages/corpus.js", version=version, elem_id="corpus-view")

    def fill() -> list:
        settings = workplace.settings()
        return [
            settings.manifest or settings.input_dir or "",
            settings.order or ("manifest" if settings.manifest else "path"),
            str(settings.channel),
            settings.n_workers,
            workplace.encoder(),
            "",
            gr.Button(interactive=True),
        ]

    def start_extraction(folder: str, order: str, channel: str, workers: float | None, encoder: str, gpus: str) -> dict:
        def start() -> None:
            settings = {**workplace.corpus_choice(folder), **_settings(order, channel, workers)}
            workplace.start_extraction(settings, model_dir=name_encoder(encoder), gpus=name_gpus(gpus))

        return tried(start)

    fields = [folder, order, channel, workers, encoder, gpus]
    view.focus(fill, None, [*fields, start], api_visibility="private", show_progress="hidden")
    start.click(
        start_extraction, fields, error, api_visibility="private", show_progress="hidden", trigger_mode="once"
    ).then(None, error, error, js=show_error(WATCH, version=version), api_visibility="private", show_progress="hidden")


def name_encoder(text: str) -> str:
    """What ``--model_dir`` takes; `UsageError` for what is neither here nor a name."""
    text = text.strip()
    is_file = text.lower().endswith(".onnx") and os.path.isfile(text)
    is_name = is_hub_name(text) and not os.path.exists(text)
    if text and not (is_file or is_name or is_model_directory(Path(text))):
        raise UsageError(
            Words(
                "no encoder: {text}; give a folder with {config} and {weights}, an .onnx file, or a hub's name",
                text=text,
                config=CONFIG_NAME,
                weights=WEIGHTS_NAME,
            )
        )
    return text


def name_gpus(text: str) -> str:
    text = text.replace(" ", "")
    if not re.fullmatch(r"(cpu|\d{1,3}(,\d{1,3})*)?", text):
        raise UsageError(Words("GPUs are numbers with commas between, or cpu; found {text}", text=repr(text)))
    return text


def _settings(order: str, channel: str, workers: float | None) -> dict:
    """How the corpus is read, as settings of the project; `UsageError` for what cannot be."""
    n_cores = os.cpu_count() or 1
    if workers is not None and not 1 <= workers <= n_cores:
        raise UsageError(
            Words(
                "give 1 to {n} workers, for this machine has {n} cores; found {found}", n=n_cores, found=round(workers)
            )
        )
    channel = str(channel).strip()
    if channel != "mean" and not channel.isdecimal():
        raise UsageError(Words("the channel is a whole number from 0, or mean; found {text}", text=repr(channel)))
    return {
        "order": order,
        "channel": channel if channel == "mean" else int(channel),
        "n_workers": None if workers is None else int(workers),
    }
