"""The demo corpus is what its truth says, every time."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from spkbound.audio import read_audio
from spkbound.errors import UnreadableAudio, UsageError
from spkbound.synthetic import (
    DEMO_SEGMENT_SIZE,
    DemoTruth,
    make_demo_corpus,
    make_speech,
    random_voice,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoTruth]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, make_demo_corpus(folder)


def wavs(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.wav"))


def test_there_are_500_files_of_12_voices_in_order(demo: tuple[Path, DemoTruth]) -> None:
    folder, truth = demo
    names = [path.name for path in wavs(folder)]
    assert names == [f"utt_{index:06d}.wav" for index in range(500)]
    sizes = np.bincount(truth.labels)
    assert len(truth.voices) == len(sizes) == 12
    assert sizes.sum() == truth.n_utterances == 500
    assert np.median(sizes) == pytest.approx(DEMO_SEGMENT_SIZE, abs=3)
    assert sorted(sizes)[0] == 17
    assert sorted(sizes)[1] >= 30


def test_the_truth_stands_beside_the_files(demo: tuple[Path, DemoTruth]) -> None:
    folder, truth = demo
    written = json.loads((folder / "truth.json").read_text())
    assert written["boundaries"] == list(truth.boundaries)
    assert truth.hard_boundary in truth.boundaries
    assert [index for index in range(1, 500) if truth.labels[index] != truth.labels[index - 1]] == [*truth.boundaries]


def test_exactly_one_file_is_broken_and_far_from_any_boundary(demo: tuple[Path, DemoTruth]) -> None:
    folder, truth = demo
    files = wavs(folder)
    empty = [index for index, path in enumerate(files) if soundfile.info(path).frames == 0]
    assert empty == [truth.unreadable]
    assert min(abs(truth.unreadable - edge) for edge in truth.boundaries) > 12
    with pytest.raises(UnreadableAudio, match="0 samples"):
        read_audio(files[truth.unreadable])


def test_the_files_are_like_recordings(demo: tuple[Path, DemoTruth]) -> None:
    folder, truth = demo
    audios = [read_audio(path) for index, path in enumerate(wavs(folder)) if index != truth.unreadable]
    levels_db = [20 * np.log10(np.sqrt(np.mean(audio.samples**2))) for audio in audios]
    assert {audio.rate_hz for audio in audios} == {16_000}
    assert all(0.79 < audio.duration_s < 2.51 for audio in audios)
    assert max(float(np.abs(audio.samples).max()) for audio in audios) < 0.96
    assert 8 < max(levels_db) - min(levels_db) < 14


def test_an_interrupted_run_is_completed_with_the_same_bytes(demo: tuple[Path, DemoTruth]) -> None:
    folder, truth = demo
    lost = [wavs(folder)[index] for index in (0, 3, 499)]
    before = [path.read_bytes() for path in lost]
    kept = wavs(folder)[7].stat().st_mtime_ns
    for path in lost:
        path.unlink()
    assert make_demo_corpus(folder) == truth
    assert [path.read_bytes() for path in lost] == before
    assert wavs(folder)[7].stat().st_mtime_ns == kept
    assert not list(folder.rglob("*.tmp"))


def test_the_corpus_of_another_seed_is_not_mixed_in(demo: tuple[Path, DemoTruth]) -> None:
    with pytest.raises(UsageError, match="another demo corpus"):
        make_demo_corpus(demo[0], seed=1)


@pytest.mark.parametrize("duration_s", [0.05, 0.5, 2.0])
def test_speech_has_the_length_and_level_asked_for(duration_s: float) -> None:
    rng = np.random.default_rng(2)
    sound = make_speech(random_voice(rng), rng, duration_s)
    assert sound.dtype == np.float32
    assert len(sound) == duration_s * 16_000
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < 1
    if duration_s > 0.1:
        assert np.sqrt(np.mean(sound**2)) == pytest.approx(0.1, rel=0.2)


def test_speech_is_periodic_at_the_pitch_of_its_voice() -> None:
    rng = np.random.default_rng(3)
    for _ in range(4):
        voice = random_voice(rng)
        sound = make_speech(voice, rng, 2.0).astype(float)
        frames = sound[: len(sound) // 800 * 800].reshape(-1, 800)
        loud = frames[np.argsort((frames**2).mean(axis=1))[-20:]]
        spectra = np.abs(np.fft.rfft(loud * np.hanning(800), 4096)) ** 2
        lags = np.fft.irfft(spectra)[:, 40:250]
        pitch_hz = np.median(16_000 / (40 + lags.argmax(axis=1)))
        assert abs(12 * np.log2(pitch_hz / voice.pitch_hz)) < 4


def test_the_same_generator_state_gives_the_same_speech() -> None:
    voice = random_voice(np.random.default_rng(0))
    assert voice == random_voice(np.random.default_rng(0))
    first, second = (make_speech(voice, np.random.default_rng(1), 0.5) for _ in range(2))
    assert np.array_equal(first, second)
