"""Where does the speaker change? Settings of a detection and charts of it; numbers: assets/pages/detect.js."""

import gradio as gr

from spkbound.errors import SpkboundError, UsageError
from spkbound.ui.components import own_html
from spkbound.ui.fields import WATCH, error_text, heading, note, tried
from spkbound.ui.language import finish_charts, show_error
from spkbound.ui.workplace import Workplace
from spkbound.words import Words

MAX_NUMBER = 10**9  # no corpus is larger
METHODS = [
    ("global: the corpus as a whole", "global"),
    ("cosine: as the baseline", "cosine"),
    ("gmm: as the baseline", "gmm"),
]


def build(workplace: Workplace, *, version: str) -> None:
    fields, error, start = _settings_panel()
    with gr.Column(elem_classes="detect-col"):
        view = own_html("pages/detect.html", module="pages/detect.js", version=version, elem_id="detect-view")
        with gr.Row(elem_classes="charts", elem_id="detect-charts"):
            charts = [_chart(label="Segment sizes"), _chart(label="Probabilities")]
        own_html("pages/warnings.html", module="pages/warnings.js", version=version, elem_id="detect-warnings")

    def fill() -> list:
        settings = workplace.settings()
        return [
            settings.method,
            str(settings.segment_size),
            settings.boundary_window,
            settings.speakers or "",
            gr.Button(interactive=True),
        ]

    def start_detection(method: str, size: str, window: float | None, speakers: str) -> dict:
        return tried(
            lambda: workplace.start(
                "detect", {**_settings(method, size, window), "speakers": workplace.list_of_speakers(speakers)}
            )
        )

    def draw() -> list:
        from spkbound.ui.charts import probability_chart, size_chart  # Plotly, for whoever looks at this page

        try:
            summary = workplace.detection_summary()
        except SpkboundError:
            return [None, None]
        return [size_chart(summary["sizes"]), probability_chart(summary["probabilities"])]

    private = {"api_visibility": "private", "show_progress": "hidden"}
    view.focus(fill, None, [*fields, start], **private)
    view.submit(draw, None, charts, **private).success(
        None, charts, charts, js=finish_charts(version=version), **private
    )
    start.click(start_detection, fields, error, **private).then(
        None, error, error, js=show_error(WATCH, version=version), **private
    )


def _settings_panel() -> tuple[list, gr.Textbox, gr.Button]:
    """The fields, where an error shows, and the button."""
    with gr.Column(elem_classes="panel settings", elem_id="detect-settings"):
        heading("Settings")
        method = gr.Dropdown(METHODS, label="Method", value="global")
        size = gr.Textbox(
            label="Expected utterances per speaker", info="a whole number, or auto", value="1000", max_lines=1
        )
        window = gr.Number(label="Window", info="how far from the expected place", value=10, precision=0)
        speakers = gr.Textbox(
            label="List of speakers",
            info="a CSV file with name and count (of files), in order; empty: none",
            max_lines=1,
        )
        error = error_text()
        with gr.Column(elem_classes="settings-foot"):
            # Not before the fields are filled: a click would send them empty.
            start = gr.Button("Detect", variant="primary", size="lg", elem_id="detect-start", interactive=False)
            note(
                "Run it again as often as you like: no decision is lost, and approved and rejected places are kept to."
            )
    return [method, size, window, speakers], error, start


def _chart(*, label: str) -> gr.Plot:
    return gr.Plot(show_label=False, container=False, elem_classes="panel chart", label=label)


def _settings(method: str, size: str, window: float | None) -> dict:
    size = str(size).strip()
    if size != "auto" and not (size.isdecimal() and 1 <= int(size) <= MAX_NUMBER):
        raise UsageError(
            Words(
                "the expected utterances per speaker are a whole number from 1, or auto; found {text}",
                text=repr(size[:40]),
            )
        )
    if window is None or not 0 <= window <= MAX_NUMBER:
        raise UsageError(Words("the window is a whole number from 0"))
    return {"method": method, "segment_size": size if size == "auto" else int(size), "boundary_window": int(window)}
