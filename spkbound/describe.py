"""What was done, in a few lines? For the terminal, the log and the report."""

from collections import Counter
from pathlib import Path

import numpy as np

from spkbound.detection import Detection
from spkbound.detection.changes import changes_of
from spkbound.extraction import describe_extraction as describe_extraction


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
