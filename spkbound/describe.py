"""What was done, in a few lines? For the terminal, the log and the report."""

from collections import Counter
from pathlib import Path

import numpy as np

from spkbound.detection import Detection
from spkbound.detection.changes import changes_of
from spkbound.embedding.extract import ExtractSummary


def describe_extraction(summary: ExtractSummary) -> str:
    """Say in a line what was done."""
    if not summary.n_new:
        return f"nothing left to do: {summary.n_total:,} utterances, {summary.n_failed:,} unreadable"
    rate = summary.n_new / max(summary.elapsed_s, 1e-3)
    return (
        f"{summary.n_total:,} utterances, {summary.n_failed:,} unreadable; "
        f"{summary.n_new:,} of them now, {rate:,.{0 if rate >= 10 else 1}f} per second"
    )


def describe_detection(detection: Detection, file: Path) -> str:
    """Say in a few lines what was found, doubts first."""
    doubtful = int(np.sum(detection.probabilities < 0.9))
    lines = [f"warning: {text}" for text in detection.warnings]
    lines.append(f"{detection.n_boundaries:,} boundaries among {detection.n_utterances:,} utterances: {file}")
    changes = changes_of(detection)
    if changes is not None:
        lines.append(f"since the detection before: {changes.text()}")
    if doubtful:
        lines.append(f"with a probability below 0.9, to be reviewed first: {doubtful:,}")
    if detection.suggestions:
        counts = Counter(each.kind for each in detection.suggestions)
        told = ", ".join(f"{kind.replace('_', ' ')} {n:,}" for kind, n in sorted(counts.items()))
        lines.append(f"suggestions beyond the boundaries: {told}")
    return "\n".join(lines)
