"""What do sizes and probabilities look like? Plotly figures, as large as there is room.

Colours are those of assets/shell.css; words and sizes of text come from assets/charts.js.
"""

from typing import Literal

import numpy as np
import plotly.graph_objects as go

N_SIZE_BINS = 40
_PROBABILITY_EDGES = np.linspace(0, 1, 21)


def size_chart(sizes: list[int]) -> go.Figure:
    """How many segments have how many utterances."""
    values = np.asarray(sizes, dtype=float)
    lo, hi = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    width = max(1.0, np.ceil((hi - lo + 1) / N_SIZE_BINS))
    edges = np.arange(np.floor(lo) - 0.5, hi + width + 0.5, width)
    figure = _bars(values, edges, title="Utterances per segment", kind="sizes")
    margin = max(0.0, 12 - (edges[-1] - edges[0])) / 2  # few sizes get room, so that the axis counts in whole ones
    figure.update_xaxes(tickformat=",d", range=[edges[0] - margin, edges[-1] + margin])
    return figure


def probability_chart(probabilities: list[float]) -> go.Figure:
    """How many boundaries are how sure to stand exactly where they were put."""
    values = np.asarray(probabilities, dtype=float)
    figure = _bars(values, _PROBABILITY_EDGES, title="Probability of exactly this place", kind="shares")
    shares = np.linspace(0, 1, 6)
    figure.update_xaxes(tickvals=shares, ticktext=[f"{share:.0%}".replace("%", " %") for share in shares])
    figure.update_xaxes(range=[-0.01, 1.01])
    return figure


def _bars(values: np.ndarray, edges: np.ndarray, *, title: str, kind: Literal["sizes", "shares"]) -> go.Figure:
    """`kind` says of what a bar counts: that decides the words that the page has for it."""
    counts, edges = np.histogram(values, edges)
    middles = (edges[:-1] + edges[1:]) / 2
    bars = go.Bar(
        x=middles,
        y=counts,
        width=np.diff(edges) * 0.92,
        customdata=np.stack([edges[:-1], edges[1:], counts], axis=1).tolist(),
        meta=kind,
        hoverinfo="none",  # until it has words
        marker_line_width=0,
    )
    figure = go.Figure(bars)
    figure.update_layout(
        title={"text": title, "x": 0, "xref": "container", "pad": {"l": 16}, "font": {"size": 13}},
        margin={"l": 44, "r": 16, "t": 40, "b": 32},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        bargap=0,
        autosize=True,
        dragmode=False,
        font={"size": 11},
        modebar={
            "remove": ["zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale", "toImage"]
        },
    )
    dtick = _round_step(int(counts.max(initial=0)))
    figure.update_xaxes(showgrid=False, zeroline=False, fixedrange=True, ticks="outside", ticklen=4)
    figure.update_yaxes(
        ticks="outside",
        ticklen=6,
        tickcolor="rgba(0,0,0,0)",
        zeroline=False,
        fixedrange=True,
        dtick=dtick,
        tickformat=",d",
        rangemode="tozero",
    )
    return figure


def _round_step(largest: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that makes at most five lines."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if largest <= 5 * step:
                return step
        power *= 10
