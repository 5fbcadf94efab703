"""What should be known of a detection before it is trusted? One HTML page that holds all it shows; no network."""

from html import escape
from pathlib import Path

import numpy as np

from spkbound.detection import Detection
from spkbound.detection.evaluate import calibration_error, matched, score_boundaries
from spkbound.detection.length import LengthPrior
from spkbound.detection.twin import TwinAnswer
from spkbound.domain import Suggestion, path_to_text
from spkbound.review.queue import expected_harm, find_stop
from spkbound.whole_file import write_whole

REPORT_NAME = "report.html"
_FRAME = Path(__file__).with_suffix(".html")
_COLUMNS = 1500
_MOST_ROWS = 100
_BINS = 10
_HEIGHT = 300
_LEFT, _RIGHT, _GREY = "#2f7fd6", "#d9741a", "#8a94a3"
_BANDS = ((0.0, 0.5, "x", "#c2318f"), (0.5, 0.9, "diamond", _RIGHT), (0.9, 1.01, "circle", "#16946a"))
_KINDS = {
    "outlier": "does not belong to its segment",
    "same_speaker_beside": "one speaker on both sides of this boundary",
    "second_change": "a change of speaker inside this segment",
    "same_voice": "one voice in two segments far apart",
}


def write_report(
    detection: Detection,
    file: Path,
    *,
    paths: list[bytes],
    twin: TwinAnswer | None,
) -> None:
    """Write the page, replacing it as a whole; `paths` ``(n_utterances,)`` name the places."""
    from plotly.offline import get_plotlyjs

    sections = [
        _headline(detection),
        _section("Similarity of what lies before and after each place", _timeline(detection)),
        _section("Utterances per segment", _sizes(detection)),
        _section("Probabilities, lowest first", _probabilities(detection)),
        _twin_section(twin),
        _section("What reviewing saves, worst first", _stop_curve(detection)),
        _doubtful_table(detection, paths),
        _suggestions_table(detection.suggestions, paths),
    ]
    page = _FRAME.read_text(encoding="utf-8").replace("{{sections}}", "\n".join(sections))
    write_whole(file, page.replace("{{plotly}}", get_plotlyjs()).encode())


def _section(title: str, figure: object | None, *, note: str = "") -> str:
    if figure is None:
        return ""
    note = f"<p>{escape(note)}</p>" if note else ""
    return f"<section><h2>{escape(title)}</h2>{note}{_draw(figure)}</section>"


def _draw(figure: object) -> str:
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 60, "r": 20, "t": 10, "b": 45},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _GREY, "size": 12},
        legend={"orientation": "h", "y": 1.12},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": _GREY},
    )
    figure.update_xaxes(gridcolor="rgba(128,136,150,.25)", zeroline=False)
    figure.update_yaxes(gridcolor="rgba(128,136,150,.25)", zeroline=False)
    return figure.to_html(full_html=False, include_plotlyjs=False, config={"displaylogo": False, "responsive": True})


def _headline(detection: Detection) -> str:
    p = detection.probabilities
    facts = {
        "utterances": f"{detection.n_utterances:,}",
        "boundaries": f"{detection.n_boundaries:,}",
        "with a probability below 0.9": f"{int((p < 0.9).sum()):,}",
        "expected to be wrong": f"{float((1 - p).sum()):.1f}",
        "suggestions": f"{len(detection.suggestions):,}",
        "method": f"{detection.method}, segment_size {detection.settings['segment_size']}",
    }
    boxes = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    warnings = "".join(f"<li>{escape(warning)}</li>" for warning in detection.warnings)
    return f"<dl>{boxes}</dl>{f'<ul class=warnings>{warnings}</ul>' if warnings else ''}"


def _timeline(detection: Detection) -> object | None:
    from plotly import graph_objects as go

    if not detection.n_utterances or not np.isfinite(detection.similarity).any():
        return None
    columns = np.array_split(np.arange(detection.n_utterances), min(_COLUMNS, detection.n_utterances))
    at, values = [], []
    for column in columns:
        known = detection.similarity[column]
        known = known[np.isfinite(known)]
        if len(known):
            at += [int(column[0]), int(column[0])]
            values += [float(known.min()), float(known.max())]
    figure = go.Figure(go.Scatter(x=at, y=values, mode="lines", line={"width": 1, "color": _LEFT}, name="similarity"))
    for lowest, highest, symbol, color in _BANDS:
        chosen = (detection.probabilities >= lowest) & (detection.probabilities < highest)
        figure.add_scatter(
            x=detection.indices[chosen],
            y=np.full(chosen.sum(), -1.05),
            mode="markers",
            marker={"symbol": symbol, "color": color, "size": 9},
            name=f"boundary, probability {lowest:g} to {min(highest, 1):g}",
            text=[f"{p:.3f}" for p in detection.probabilities[chosen]],
            hovertemplate="%{x}: %{text}",
        )
    figure.update_xaxes(title="place in the corpus")
    figure.update_yaxes(title="cosine", range=[-1.15, 1.05])
    return figure


def _sizes(detection: Detection) -> object | None:
    from plotly import graph_objects as go

    if not detection.n_boundaries:
        return None
    sizes = np.diff(np.concatenate([[0], detection.indices, [detection.n_utterances]]))
    figure = go.Figure(go.Histogram(x=sizes, nbinsx=80, marker={"color": _LEFT}, name="found"))
    fitted = detection.debug.get("fitted_segment_size")
    if fitted:
        lengths = np.unique(np.linspace(1, sizes.max() * 1.1, 400).round())
        prior = LengthPrior(float(fitted), float(detection.settings["boundary_window"]))
        density = np.exp(prior.log_density(lengths))
        figure.add_scatter(
            x=lengths,
            y=density / density.max(),
            yaxis="y2",
            line={"color": _RIGHT, "dash": "dot"},
            name="how likely a priori (relative)",
        )
        figure.update_layout(yaxis2={"overlaying": "y", "side": "right", "showgrid": False, "range": [0, 1.05]})
    figure.update_xaxes(title="utterances")
    figure.update_yaxes(title="segments", selector={"side": None})
    return figure


def _probabilities(detection: Detection) -> object | None:
    from plotly import graph_objects as go

    if not detection.n_boundaries:
        return None
    order = np.argsort(detection.probabilities)
    figure = go.Figure()
    for values, name, color, dash in (
        (detection.existence[order], "a change inside the interval", _RIGHT, "dot"),
        (detection.probabilities[order], "a change exactly here", _LEFT, "solid"),
    ):
        figure.add_scatter(y=values, mode="lines", line={"color": color, "dash": dash}, name=name)
    figure.update_xaxes(title="boundaries")
    figure.update_yaxes(title="probability", range=[0, 1.03])
    return figure


def _twin_section(twin: TwinAnswer | None) -> str:
    from plotly import graph_objects as go

    if twin is None or not twin.detection.n_boundaries:
        return ""
    p, hits = twin.detection.probabilities, matched(twin.boundaries, twin.detection.indices)
    parts = np.array_split(np.argsort(p), min(_BINS, len(p)))
    figure = go.Figure(
        go.Scatter(
            x=[p[part].mean() for part in parts],
            y=[hits[part].mean() for part in parts],
            mode="markers",
            marker={"size": 11, "color": _LEFT},
            name="a tenth of the boundaries each",
        )
    )
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": _GREY, "dash": "dot"}, name="as said")
    figure.update_xaxes(title="probability said", range=[-0.02, 1.02])
    figure.update_yaxes(title="share that was right", range=[-0.02, 1.05])
    exact = score_boundaries(twin.boundaries, twin.detection.indices)
    note = (
        "The found segments with their voices shuffled: a corpus like this one whose boundaries are known. Of "
        f"{exact.n_reference:,} boundaries {exact.n_matched:,} were found exactly, {exact.n_hypothesis:,} in all "
        f"(F1 {exact.f1:.4f}); expected calibration error {calibration_error(p, hits):.4f}. The twin believes the "
        "segments that were found: what is missing or superfluous throughout the corpus does not show here."
    )
    return _section("On a simulated twin of this corpus", figure, note=note)


def _stop_curve(detection: Detection) -> object | None:
    from plotly import graph_objects as go

    if not detection.n_boundaries:
        return None
    state = ["undecided"] * detection.n_boundaries
    harm = expected_harm(
        detection.indices,
        state=state,
        probability=detection.probabilities,
        existence=detection.existence,
        lo=detection.intervals[:, 0],
        hi=detection.intervals[:, 1],
        n_utterances=detection.n_utterances,
    )
    stop = find_stop(harm, state)
    figure = go.Figure(go.Scatter(y=stop.saved, mode="lines", line={"color": _LEFT}, name="saved so far"))
    figure.add_vline(x=stop.decisions, line={"color": _RIGHT, "dash": "dot"})
    figure.add_annotation(
        x=stop.decisions, y=stop.saved_at_knee, text=f"stop here: {stop.decisions:,} decisions", ay=30
    )
    figure.update_xaxes(title="decisions")
    figure.update_yaxes(title="misfiled utterances saved")
    return figure


def _doubtful_table(detection: Detection, paths: list[bytes]) -> str:
    chosen = np.argsort(detection.probabilities, kind="stable")[:_MOST_ROWS]
    chosen = chosen[detection.probabilities[chosen] < 0.99]
    rows = [
        (
            f"{detection.indices[b]:,}",
            f"{detection.probabilities[b]:.3f}",
            f"{detection.existence[b]:.3f}",
            f"{detection.intervals[b, 0]:,} to {detection.intervals[b, 1]:,}",
            path_to_text(paths[detection.indices[b]]),
            "; ".join(detection.boundary_warnings[b]),
        )
        for b in chosen.tolist()
    ]
    names = ("index", "probability", "existence", "interval", "first utterance after it", "warnings")
    return _table("Boundaries to look at first", names, rows)


def _suggestions_table(suggestions: tuple[Suggestion, ...], paths: list[bytes]) -> str:
    rows = [
        (
            _KINDS[each.kind],
            ", ".join(f"{index:,}" for index in each.indices),
            f"{each.probability:.2f}",
            f"{each.cost:.1f}",
            path_to_text(paths[each.indices[0]]),
        )
        for each in suggestions[:_MOST_ROWS]
    ]
    title = "Suggestions" + (
        f" (the first {_MOST_ROWS} of {len(suggestions):,})" if len(suggestions) > len(rows) else ""
    )
    return _table(title, ("what", "where", "probability", "expected misfiled", "utterance"), rows)


def _table(title: str, names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<section><h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"
    )
