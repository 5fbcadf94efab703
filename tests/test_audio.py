"""Any file is either read or refused in plain words."""

import os
import struct
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from spkbound.audio import SILENCE_DB, loudness_db, peaks, read_audio
from spkbound.errors import UnreadableAudio


def tone(duration_s: float = 0.5, rate_hz: int = 16_000, hz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(duration_s * rate_hz)) / rate_hz)).astype(np.float32)


def write_with_av(path: Path, codec: str, rate_hz: int, *, options: dict[str, str] | None = None) -> None:
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono", bit_rate=64_000)
        frame = av.AudioFrame.from_ndarray(tone(1.0, rate_hz)[None], format="fltp", layout="mono")
        frame.sample_rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def refusal(path: bytes | str | Path, **options: object) -> UnreadableAudio:
    with pytest.raises(UnreadableAudio) as caught:
        read_audio(path, **options)
    return caught.value


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert (refusal(tmp_path / "no.wav").stage, refusal(tmp_path / "no.wav").reason) == ("open", "no such file")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).reason == "this is a folder"


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert refusal(tmp_path / "pipe.wav").reason == "not a regular file"


@pytest.mark.parametrize(
    "text", [b"hello, this is no sound\n" * 50, b"#EXTM3U\n#EXTINF:1,\nother.wav\n", b"x", b"RIFF"]
)
def test_a_text_called_wav_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "text.wav").write_bytes(text)
    assert refusal(tmp_path / "text.wav").stage == "open"
    assert "not audio" in refusal(tmp_path / "text.wav").reason


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    assert refusal(tmp_path / "empty.wav").reason == "the file is empty (0 bytes)"


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "head.wav", np.zeros(0, np.float32), 16_000)
    assert (refusal(tmp_path / "head.wav").stage, refusal(tmp_path / "head.wav").reason) == ("decode", "0 samples")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, bad: float) -> None:
    samples = tone()
    samples[100] = bad
    soundfile.write(tmp_path / "nan.wav", samples, 16_000, subtype="FLOAT")
    assert refusal(tmp_path / "nan.wav").reason == "NaN or infinite samples"


def test_one_sample_is_audio(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "one.wav", np.array([0.5], np.float32), 44_100, subtype="FLOAT")
    assert read_audio(tmp_path / "one.wav").samples.tolist() == [0.5]
    assert len(read_audio(tmp_path / "one.wav", rate_hz=16_000).samples) == 1


def test_a_channel_that_is_not_there_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "mono.wav", tone(), 16_000)
    assert refusal(tmp_path / "mono.wav", channel=1).reason == "no channel 1: the file has 1, counted from 0"
    assert refusal(tmp_path / "mono.wav", channel=-1).stage == "decode"


def test_channels_are_told_apart(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "s.wav", np.stack([tone(), -0.5 * tone()], axis=1), 44_100, subtype="FLOAT")
    assert np.array_equal(read_audio(tmp_path / "s.wav").samples, tone())
    assert np.array_equal(read_audio(tmp_path / "s.wav", channel=1).samples, -0.5 * tone())
    assert np.allclose(read_audio(tmp_path / "s.wav", channel="mean").samples, 0.25 * tone())
    assert read_audio(tmp_path / "s.wav").n_channels == 2


@pytest.mark.parametrize(
    "name",
    [
        b"it's.wav",
        b'a "b".wav',
        b"two words .wav",
        b"new\nline.wav",
        b"${HOME} $(ls) `ls`.wav",
        b"caf\xe9\xff.wav",
        b"-",
    ],
)
def test_any_file_name_is_read(tmp_path: Path, name: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    soundfile.write(tmp_path / "plain.wav", tone(), 16_000)
    os.rename(tmp_path / "plain.wav", path)
    for form in (path, os.fsdecode(path), Path(os.fsdecode(path))):
        assert read_audio(form).duration_s == 0.5


def test_a_name_with_a_zero_byte_is_refused() -> None:
    assert refusal(b"a\0b.wav").stage == "open"


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.ogg", "x.mp3", "x.aiff", "x.opus"])
@pytest.mark.parametrize("rate_hz", [8_000, 48_000])
def test_formats_of_libsndfile_are_read_at_the_rate_asked_for(tmp_path: Path, name: str, rate_hz: int) -> None:
    soundfile.write(tmp_path / name, tone(1.0, rate_hz), rate_hz, format="OGG" if name == "x.opus" else None)
    audio = read_audio(tmp_path / name, rate_hz=16_000)
    assert (audio.rate_hz, audio.source_rate_hz) == (16_000, rate_hz)
    assert audio.duration_s == pytest.approx(1.0, abs=0.1)
    assert np.argmax(np.abs(np.fft.rfft(audio.samples[4000:12000]))) == 220
    assert audio.samples.dtype == np.float32


@pytest.mark.parametrize(("name", "codec"), [("x.m4a", "aac"), ("x.aac", "aac"), ("x.wma", "wmav2")])
def test_formats_of_pyav_are_read(tmp_path: Path, name: str, codec: str) -> None:
    write_with_av(tmp_path / name, codec, 44_100)
    audio = read_audio(tmp_path / name, rate_hz=16_000)
    assert (audio.source_rate_hz, audio.n_channels) == (44_100, 1)
    assert audio.duration_s == pytest.approx(1.0, abs=0.12)
    assert np.argmax(np.abs(np.fft.rfft(audio.samples[4000:12000]))) == 220
    assert refusal(tmp_path / name, channel=1).stage == "decode"


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_32", "FLOAT", "DOUBLE", "PCM_U8"])
def test_sample_formats_have_the_same_scale(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "x.wav", tone(), 16_000, subtype=subtype)
    assert np.abs(read_audio(tmp_path / "x.wav").samples - tone()).max() < 0.01


def test_float_samples_beyond_full_scale_are_scaled_not_clipped(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", tone() * 65_536, 16_000, subtype="FLOAT")
    assert np.allclose(read_audio(tmp_path / "x.wav").samples, tone() / np.abs(tone()).max(), atol=1e-6)


def test_a_truncated_wav_says_what_is_missing(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", tone(1.0), 16_000)
    os.truncate(tmp_path / "x.wav", 44 + 8_000)
    assert refusal(tmp_path / "x.wav").reason == "truncated: header says 1.00 s, data holds 0.25 s"


def test_a_wav_that_counts_its_header_as_data_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", tone(1.0), 16_000)
    with open(tmp_path / "x.wav", "r+b") as file:
        file.seek(40)
        file.write(struct.pack("<I", 32_000 + 44))
    assert read_audio(tmp_path / "x.wav").duration_s == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("size", [0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_wav_written_to_a_pipe_is_read(tmp_path: Path, size: int) -> None:
    soundfile.write(tmp_path / "x.wav", tone(1.0), 16_000)
    with open(tmp_path / "x.wav", "r+b") as file:
        file.seek(40)
        file.write(struct.pack("<I", size))
    assert read_audio(tmp_path / "x.wav").duration_s == pytest.approx(1.0)


def test_a_truncated_flac_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 32_000)
    soundfile.write(tmp_path / "x.flac", noise, 16_000)
    os.truncate(tmp_path / "x.flac", 30_000)
    assert refusal(tmp_path / "x.flac").stage == "decode"


def test_a_truncated_m4a_is_refused(tmp_path: Path) -> None:
    write_with_av(tmp_path / "x.m4a", "aac", 44_100, options={"movflags": "faststart"})
    os.truncate(tmp_path / "x.m4a", os.path.getsize(tmp_path / "x.m4a") // 2)
    assert refusal(tmp_path / "x.m4a").stage == "decode"


def test_a_flac_header_that_lies_takes_no_memory(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.flac", tone(), 16_000)
    with open(tmp_path / "x.flac", "r+b") as file:
        file.seek(8 + 13)
        byte = file.read(1)[0]
        file.seek(8 + 13)
        file.write(bytes([byte | 0x0F]) + b"\xff\xff\xff\xff")
    assert refusal(tmp_path / "x.flac").reason.startswith("truncated: header says 4294967.30 s")


@pytest.mark.parametrize("rate_hz", [1, 2_000_000_000])
def test_an_impossible_rate_is_refused(tmp_path: Path, rate_hz: int) -> None:
    soundfile.write(tmp_path / "x.wav", tone(), 16_000)
    with open(tmp_path / "x.wav", "r+b") as file:
        file.seek(24)
        file.write(struct.pack("<I", rate_hz))
    assert refusal(tmp_path / "x.wav").reason == f"the header says {rate_hz} Hz"


def test_peaks_are_scaled_to_the_loudest_bin() -> None:
    samples = np.concatenate([np.full(100, 0.1), np.full(100, -0.2), np.zeros(100)]).astype(np.float32)
    assert peaks(samples, 3).tolist() == [128, 255, 0]
    assert peaks(samples, 3).dtype == np.uint8
    assert len(peaks(samples[:2], 26)) == 26
    assert peaks(np.zeros(50, np.float32), 4).tolist() == [0, 0, 0, 0]
    assert peaks(np.zeros(0, np.float32), 4).tolist() == [0, 0, 0, 0]


def test_loudness_leaves_out_the_pauses() -> None:
    speech = tone(1.0)
    paused = np.concatenate([np.zeros(16_000, np.float32), speech, np.zeros(16_000, np.float32)])
    assert loudness_db(speech) == pytest.approx(-9.03, abs=0.05)
    assert loudness_db(paused) == pytest.approx(-9.03, abs=0.3)
    assert loudness_db(np.zeros(1000, np.float32)) == SILENCE_DB == loudness_db(np.zeros(0, np.float32))


def test_a_long_file_is_held_once(tmp_path):
    quiet = (1_000 * np.random.default_rng(0).standard_normal(300 * 16_000)).astype(np.int16)
    soundfile.write(tmp_path / "long.wav", quiet, 16_000)
    read_audio(tmp_path / "long.wav")
    tracemalloc.start()
    audio = read_audio(tmp_path / "long.wav")
    level_db = loudness_db(audio.samples)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(audio.samples) == len(quiet)
    assert level_db == pytest.approx(20 * np.log10(1_000 / 2**15), abs=0.1)
    assert peak_bytes < 1.7 * audio.samples.nbytes
