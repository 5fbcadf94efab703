"""What an utterance tells of a voice can be halved, and whispers tell something too."""

import numpy as np
import pytest

from spkbound.audio import Audio
from spkbound.encoders.builtin import fit_builtin
from spkbound.encoders.speech import find_speech, voice_statistics
from spkbound.synthetic import make_speech, random_voice

RATE_HZ = 16_000
WIDE_HZ = 7_600.0


def voiced(seed: int, duration_s: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return make_speech(random_voice(rng), rng, duration_s)


def unvoiced(seed: int) -> np.ndarray:
    """Noise that comes and goes like words."""
    rng = np.random.default_rng(seed)
    envelope = np.repeat(rng.uniform(0.2, 1, 20), RATE_HZ // 20)
    return (0.1 * envelope * np.diff(rng.standard_normal(RATE_HZ + 1))).astype(np.float32)


@pytest.mark.parametrize("duration_s", [0.3, 0.5, 1.0, 2.0])
def test_halves_hold_all_of_an_utterance(duration_s: float) -> None:
    speech = find_speech(voiced(0, duration_s), WIDE_HZ)
    first, second = speech.first_half(), speech.second_half()
    assert first.frames.places[0] == speech.frames.places[0]
    assert second.frames.places[-1] == speech.frames.places[-1]
    assert len(speech) <= len(first) + len(second) <= len(speech) + 1
    assert np.isfinite(voice_statistics(first)[:-4]).all()


def test_only_the_pitch_can_be_unknown() -> None:
    known, unknown = (voice_statistics(find_speech(samples, WIDE_HZ)) for samples in (voiced(1), unvoiced(1)))
    assert known.dtype == np.float32
    assert np.isfinite(known).all()
    assert np.flatnonzero(~np.isfinite(unknown)).tolist() in ([], [len(unknown) - 4, len(unknown) - 3])


def test_a_corpus_of_whispers_is_a_corpus() -> None:
    whispers = [Audio(samples=unvoiced(seed), rate_hz=RATE_HZ, source_rate_hz=RATE_HZ) for seed in range(30)]
    speech = Audio(samples=voiced(2), rate_hz=RATE_HZ, source_rate_hz=RATE_HZ)
    assert np.isfinite(fit_builtin(whispers).embed([*whispers, speech])).all()
