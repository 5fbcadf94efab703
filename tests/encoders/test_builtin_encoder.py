"""The built-in encoder tells voices apart, always the same way, and never fails on a file."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.audio import Audio, read_audio
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.builtin import MAX_HEARD_S, BuiltinEncoder, fit_builtin
from spkbound.encoders.open import open_encoder
from spkbound.errors import EncoderError
from spkbound.synthetic import make_speech, random_voice

RATE_HZ = 16_000


def as_audio(samples: np.ndarray, source_rate_hz: int = RATE_HZ) -> Audio:
    return Audio(samples=samples.astype(np.float32), rate_hz=RATE_HZ, source_rate_hz=source_rate_hz)


@pytest.fixture(scope="module")
def speech() -> list[Audio]:
    """Two voices, 30 utterances each."""
    rng = np.random.default_rng(5)
    voices = [random_voice(rng), random_voice(rng)]
    return [as_audio(make_speech(voices[i // 30], rng, 1.0)) for i in range(60)]


@pytest.fixture(scope="module")
def encoder(speech: list[Audio]) -> BuiltinEncoder:
    return fit_builtin(speech)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_voices_are_told_apart(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    rows = encoder.embed(speech)
    first, second = rows[:15].mean(axis=0), rows[30:45].mean(axis=0)
    assert rows.dtype == np.float32
    assert rows.shape == (60, encoder.identity.dim)
    assert all(cosine(row, first) > cosine(row, second) for row in rows[15:30])
    assert all(cosine(row, second) > cosine(row, first) for row in rows[45:])


def test_batches_give_the_same_bytes_as_one_by_one(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    together = encoder.embed(speech[:8])
    assert all(np.array_equal(together[i], encoder.embed([speech[i]])[0]) for i in range(8))


def test_another_process_gives_the_same_bytes(speech: list[Audio], encoder: BuiltinEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path / "background.npz")
    np.save(tmp_path / "samples.npy", speech[3].samples)
    program = (
        "import sys, numpy as np\n"
        "from spkbound.audio import Audio\n"
        "from spkbound.encoders.open import open_encoder\n"
        "encoder = open_encoder({'kind': 'builtin', 'background': 'background.npz'})\n"
        "audio = Audio(samples=np.load('samples.npy'), rate_hz=16000, source_rate_hz=16000)\n"
        "np.save('row.npy', encoder.embed([audio])[0])\n"
        "assert 'torch' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    assert np.array_equal(np.load(tmp_path / "row.npy"), encoder.embed([speech[3]])[0])


def test_fitting_twice_gives_the_same_identity(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    assert fit_builtin(iter(speech)).identity == encoder.identity
    assert fit_builtin(speech[:50]).identity != encoder.identity


def test_level_does_not_matter(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    loud, quiet = encoder.embed([as_audio(speech[0].samples * gain) for gain in (1.0, 0.01)])
    assert np.abs(loud - quiet).max() < 0.01


def test_silence_around_the_speech_hardly_matters(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    pause = np.zeros(RATE_HZ * 2, np.float32)
    plain, padded = encoder.embed([speech[0], as_audio(np.concatenate([pause, speech[0].samples, pause]))])
    assert cosine(plain, padded) > 0.95


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.ones(1),
        0.1 * np.ones(399),
        np.zeros(RATE_HZ),
        0.5 * np.ones(RATE_HZ),
        1e-6 * np.random.default_rng(0).standard_normal(RATE_HZ),
    ],
    ids=["nothing", "one sample", "under 25 ms", "digital silence", "a constant", "below 16 bits"],
)
def test_too_short_or_silent_audio_is_a_row_of_nan(
    samples: np.ndarray, encoder: BuiltinEncoder, speech: list[Audio]
) -> None:
    rows = encoder.embed([as_audio(samples), speech[0]])
    assert np.isnan(rows[0]).all()
    assert np.isfinite(rows[1]).all()


def test_strange_audio_gives_whole_rows_or_none(encoder: BuiltinEncoder) -> None:
    rng = np.random.default_rng(1)
    click = np.zeros(RATE_HZ)
    click[8000] = 1
    strange = [
        click,
        rng.standard_normal(800) * 0.1,
        np.sign(rng.standard_normal(RATE_HZ)),
        np.sin(np.arange(RATE_HZ) * 0.5),
        np.full(RATE_HZ, np.nan),
    ]
    finite = np.isfinite(encoder.embed([as_audio(samples) for samples in strange]))
    assert np.array_equal(finite.all(axis=1), finite.any(axis=1))


@pytest.mark.parametrize("n_files", [1, 2, 10])
def test_a_few_files_are_enough_to_fit(n_files: int, speech: list[Audio]) -> None:
    encoder = fit_builtin(speech[:n_files])
    assert np.isfinite(encoder.embed(speech)).all()


def test_fitting_without_speech_is_an_error() -> None:
    with pytest.raises(EncoderError, match="no speech in any of the 2 sampled files"):
        fit_builtin([as_audio(np.zeros(16_000))] * 2)
    with pytest.raises(EncoderError, match="0 sampled files"):
        fit_builtin([])


def test_a_corpus_of_telephone_speech_leaves_out_the_bands_that_it_lacks(speech: list[Audio]) -> None:
    narrow = [as_audio(audio.samples, 8_000) for audio in speech[:5]]
    assert fit_builtin(speech[:30] + narrow).identity.details["highest_hz"] == 3_800
    assert fit_builtin(speech[:30]).identity.details["highest_hz"] == 7_600


def test_saving_and_loading_keeps_everything(speech: list[Audio], encoder: BuiltinEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path / "a.npz")
    loaded = open_encoder({"kind": "builtin", "background": str(tmp_path / "a.npz")})
    assert loaded.identity == encoder.identity == EncoderIdentity.from_dict(encoder.identity.to_dict())
    assert np.array_equal(loaded.embed(speech[:3]), encoder.embed(speech[:3]))
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_a_damaged_or_foreign_background_is_refused(encoder: BuiltinEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path / "a.npz")
    whole = (tmp_path / "a.npz").read_bytes()
    np.savez(tmp_path / "foreign.npz", x=np.zeros(3))
    np.save(tmp_path / "b.npy", np.zeros(3))
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.npz").write_text("no background")
    with np.load(tmp_path / "a.npz") as file:
        np.savez(tmp_path / "changed.npz", **{**file, "highest_hz": np.array(4_000.0)})
    for name in ("foreign.npz", "b.npy", "cut.npz", "text.npz", "changed.npz", "missing.npz"):
        with pytest.raises(EncoderError):
            BuiltinEncoder.load(tmp_path / name)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(EncoderError, match="no encoder of the kind 'magic'"):
        open_encoder({"kind": "magic"})


def test_another_rate_is_refused(encoder: BuiltinEncoder) -> None:
    with pytest.raises(EncoderError, match="wants 16000 Hz, found 8000 Hz"):
        encoder.embed([Audio(samples=np.zeros(8_000, np.float32), rate_hz=8_000, source_rate_hz=8_000)])


@given(gain=st.floats(1e-3, 5.0), offset=st.floats(-0.5, 0.5))
@settings(max_examples=25, deadline=None)
def test_neither_gain_nor_offset_says_anything_of_the_voice(
    speech: list[Audio], encoder: BuiltinEncoder, gain: float, offset: float
) -> None:
    plain, changed = encoder.embed([speech[1], as_audio(gain * speech[1].samples + offset)])
    assert cosine(plain, changed) > 0.99


def test_the_order_of_the_files_says_nothing(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    order = np.random.default_rng(2).permutation(len(speech))
    assert np.array_equal(encoder.embed([speech[i] for i in order]), encoder.embed(speech)[order])


def test_short_and_clipped_speech_has_an_embedding(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    short = [as_audio(audio.samples[4_800:9_600]) for audio in speech[:10]]
    clipped = [as_audio(np.clip(20 * audio.samples, -1, 1)) for audio in speech[:10]]
    assert np.isfinite(encoder.embed(short + clipped)).all()


@pytest.mark.parametrize("rate_hz", [11_025, 44_100, 48_000])
def test_the_same_speech_at_another_rate_is_the_same_voice(rate_hz: int, speech: list[Audio], tmp_path: Path) -> None:
    encoder = fit_builtin([as_audio(audio.samples, min(rate_hz, RATE_HZ)) for audio in speech])
    soundfile.write(tmp_path / "a.wav", soxr.resample(speech[0].samples, RATE_HZ, rate_hz), rate_hz)
    rows = encoder.embed([speech[0], read_audio(tmp_path / "a.wav", rate_hz=RATE_HZ)])
    assert cosine(rows[0], rows[1]) > 0.98


def test_of_an_hour_the_middle_is_heard(speech: list[Audio], encoder: BuiltinEncoder) -> None:
    silence = np.zeros(int(MAX_HEARD_S) * RATE_HZ // 2, np.float32)
    voice = np.concatenate([audio.samples for audio in speech[:20]])
    row = encoder.embed([as_audio(np.concatenate([speech[40].samples, silence, voice, silence, speech[41].samples]))])
    alone = encoder.embed([as_audio(np.concatenate([silence, voice, silence]))])
    assert cosine(row[0], alone[0]) > 0.9999
