"""How does a detection look at a glance? One PNG; numbers are left to the result file.

It draws at most a few thousand things whatever the size of the corpus: minimum and maximum per column of pixels.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from spkbound.whole_file import whole_file

_COLUMNS = 1200
_LINES_AT_MOST = 300
_INK, _FAINT, _BAND = "#1f2933", "#9aa5b1", "#7b93b3"
_PROBABILITY_COLORS = colormaps["RdYlGn"]


class Drawable(Protocol):
    """What the picture shows; `detection.Detection` is one.

    `similarity` float32 ``(n_utterances,)``, cosine in [-1, 1], NaN for gaps; `indices`, `probabilities` ``(n_b,)``.
    """

    n_utterances: int
    similarity: np.ndarray
    indices: np.ndarray
    probabilities: np.ndarray


def draw_picture(detection: Drawable, file: Path) -> None:
    """Draw similarity, probabilities and segment sizes over the corpus into the PNG `file`, replacing it as a whole."""
    figure = Figure(figsize=(14, 8.5), dpi=110, layout="constrained")
    upper, middle, lower = figure.subplots(3, 1, sharex=True, height_ratios=[3, 2, 2])
    n_segments = len(detection.indices) + (detection.n_utterances > 0)
    figure.suptitle(f"utterances: {detection.n_utterances:,}    speakers: {n_segments:,}", color=_INK)
    _draw_similarity(upper, detection)
    _draw_probabilities(middle, detection)
    _draw_sizes(lower, detection)
    lower.set_xlim(0, max(detection.n_utterances, 1))
    lower.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    lower.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    lower.set_xlabel("place in the corpus")
    for axes in (upper, middle, lower):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=_INK)
    with whole_file(Path(file), durable=False) as temporary, temporary.open("wb") as picture:
        # No version of matplotlib in the file: equal detections give equal bytes.
        FigureCanvasAgg(figure).print_png(picture, metadata={"Software": None})


def bin_extremes(values: np.ndarray, n_bins: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the places where bins start and the smallest and largest value in each; NaN where a bin has no value."""
    values = np.asarray(values, np.float32)
    n_bins = min(n_bins, len(values))
    if n_bins == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32)
    starts = np.arange(n_bins, dtype=np.int64) * len(values) // n_bins
    return starts, np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)


def _draw_similarity(axes: Axes, detection: Drawable) -> None:
    starts, low, high = bin_extremes(detection.similarity, _COLUMNS)
    if len(starts) == len(detection.similarity):
        axes.plot(starts, low, color=_INK, linewidth=0.7)
    else:
        axes.fill_between(starts, low, high, step="post", color=_BAND, alpha=0.7, linewidth=0)
        axes.set_title("from the smallest to the largest value per column of pixels", fontsize=8, loc="right")
    axes.set_ylabel("similarity of the two sides\n(a dip is a change)")
    axes.set_ylim(-1.05, 1.05)
    if not np.isfinite(low).any():
        axes.text(0.5, 0.5, "no similarity known", transform=axes.transAxes, ha="center", color=_FAINT)
        return
    axes.set_ylim(min(0.0, float(np.nanmin(low))) - 0.03, max(0.0, float(np.nanmax(high))) + 0.03)
    if len(detection.indices) <= _LINES_AT_MOST:
        colors = _PROBABILITY_COLORS(np.nan_to_num(detection.probabilities))
        axes.vlines(detection.indices, *axes.get_ylim(), colors=colors, linewidth=0.8, alpha=0.8)


def _draw_probabilities(axes: Axes, detection: Drawable) -> None:
    probabilities = np.nan_to_num(np.asarray(detection.probabilities, float))
    axes.vlines(detection.indices, probabilities, 1.0, color=_FAINT, linewidth=0.6)
    # The doubtful ones are drawn last, over the sure ones.
    order = np.argsort(-probabilities, kind="stable")
    axes.scatter(
        np.asarray(detection.indices)[order],
        probabilities[order],
        c=probabilities[order],
        cmap=_PROBABILITY_COLORS,
        vmin=0,
        vmax=1,
        s=14,
        edgecolors=_INK,
        linewidths=0.3,
    )
    axes.set_ylim(-0.03, 1.05)
    n_doubtful = int(np.sum(probabilities < 0.9))
    axes.set_ylabel(f"probability of the\nboundary ({n_doubtful:,} below 0.9)")


def _draw_sizes(axes: Axes, detection: Drawable) -> None:
    edges = np.concatenate(([0], detection.indices, [detection.n_utterances])).astype(np.int64)
    sizes = np.diff(edges)
    axes.stairs(sizes, edges, color=_BAND, fill=True, alpha=0.6)
    if len(sizes) > 1:
        median = float(np.median(sizes))
        axes.axhline(median, color=_INK, linewidth=0.7, linestyle="--")
        axes.text(
            1.0,
            median,
            f" median {median:,.0f}",
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=8,
            color=_INK,
        )
    axes.set_ylim(0, max(int(sizes.max(initial=1)), 1) * 1.08)
    axes.set_ylabel("utterances per\nspeaker")
