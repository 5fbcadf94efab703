"""Real speech: the built-in encoder and `global` together."""

from pathlib import Path

import numpy as np
import pytest

from spkbound.audio import read_audio
from spkbound.detection import detect_boundaries
from spkbound.detection.evaluate import score_boundaries
from spkbound.encoders.builtin import fit_builtin

RECORDINGS = Path(__file__).parents[2].parent / "shared/data/fsdd/recordings"
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")


@pytest.mark.speech
@pytest.mark.skipif(not RECORDINGS.exists(), reason="real speech is not beside the project")
def test_speakers_of_spoken_digits_are_found():
    rng = np.random.default_rng(0)
    names, boundaries = [], []
    for turn in range(2):
        for speaker in SPEAKERS:
            takes = [f"{digit}_{speaker}_{take}.wav" for digit in range(10) for take in range(5 * turn, 5 * turn + 5)]
            names += rng.permutation(takes)[: rng.integers(46, 51)].tolist()
            boundaries.append(len(names))
    audios = [read_audio(RECORDINGS / name, rate_hz=16_000) for name in names]
    embeddings = fit_builtin(audios).embed(audios)
    found = detect_boundaries(embeddings, segment_size=48, boundary_window=5)
    assert score_boundaries(boundaries[:-1], found.indices, tolerance=2).f1 == 1
    assert score_boundaries(boundaries[:-1], found.indices).f1 >= 0.9
