"""What does one audio file sound like? One file → mono float32 samples at the rate asked for, and peaks for drawing.

Says why a file cannot be used (`UnreadableAudio`); what a too short or silent one is worth is left to the encoders.
A decode takes memory for what the file holds, never for what its header claims.
"""

import math
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import soxr

from spkbound.errors import UnreadableAudio
from spkbound.words import Words, from_disk

Channel = int | Literal["mean"]

# fmt: off
READABLE_SUFFIXES: frozenset[str] = frozenset((
    ".wav", ".wave", ".w64", ".rf64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".sph", ".nist",
    ".flac", ".mp3", ".mp2", ".ogg", ".oga", ".opus",
    ".m4a", ".mp4", ".m4b", ".aac", ".wma", ".amr", ".webm", ".mka", ".ape", ".wv", ".tta", ".3gp", ".ac3",
))
# fmt: on

MAX_SAMPLES = 1 << 28  # per channel: 1 GiB of float32, 4.6 h at 16 kHz
BLOCK_SAMPLES = 1 << 18  # decoded at a time, all channels together
_BLOCK_FRAMES = 1 << 12  # squared at a time
_GROWTH = 1.25
RATES_HZ = range(1_000, 768_001)  # a header that says anything else is not believed
TRUNCATION_TOLERANCE_S = 0.02  # sloppy writers count their own header as data
CONTAINER_TOLERANCE_S = 0.15  # encoder delay and padding of AAC
SILENCE_DB = -120.0

# Only containers of sound: ffmpeg would also open playlists, which name other files and addresses.
_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,aac,asf,matroska,webm,amr,ape,wv,tta,ac3,eac3,mp3,ogg,flac,wav,w64,aiff,caf,au,dts,mpegts"
)
_EXACT_CONTAINERS = frozenset(("mp4", "flac"))  # others only estimate how long they are
_STREAMED_WAV_BYTES = 0x7FFF_0000  # sizes from here on are written by programs that could not go back


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """One channel of one file.

    `samples`: float32 (n_samples,), full scale = 1 (resampling may overshoot a little); never NaN, never empty when
    it comes from `read_audio`. `source_rate_hz` is the file's own rate: nothing real lies above half of it.
    """

    samples: np.ndarray
    rate_hz: int
    source_rate_hz: int
    n_channels: int = 1

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


def read_audio(path: bytes | str | Path, *, rate_hz: int | None = None, channel: Channel = 0) -> Audio:
    """Read one channel (or the ``"mean"`` of all) of any audio file that libsndfile or PyAV can decode.

    Parameters
    ----------
    rate_hz : rate to resample to; None keeps the file's own

    Raises
    ------
    UnreadableAudio
        `stage` "open" (missing, a folder, empty, not audio) or "decode" (no samples, truncated, NaN, no such channel).
    """
    with _open_file(path) as file:
        decoded = _decode(file, channel)
    samples = decoded.samples
    peak = float(max(samples.max(), -samples.min()))  # without a second array: a file may be hours long
    if not math.isfinite(peak):
        raise UnreadableAudio("decode", Words("NaN or infinite samples"))
    if peak > 1:
        samples /= np.float32(peak)
    return Audio(
        samples=_resample(samples, decoded.rate_hz, rate_hz or decoded.rate_hz),
        rate_hz=rate_hz or decoded.rate_hz,
        source_rate_hz=decoded.rate_hz,
        n_channels=decoded.n_channels,
    )


def peaks(samples: np.ndarray, n_bins: int) -> np.ndarray:
    """Largest |sample| in each of `n_bins` equal stretches: uint8 (n_bins,), the loudest is 255; zeros for silence."""
    if n_bins <= 0 or len(samples) == 0:
        return np.zeros(max(n_bins, 0), np.uint8)
    starts = np.arange(n_bins) * len(samples) // n_bins
    heights = np.maximum.reduceat(np.abs(samples), starts)
    loudest = heights.max()
    if loudest == 0:
        return np.zeros(n_bins, np.uint8)
    return np.rint(heights / loudest * 255).astype(np.uint8)


def loudness_db(samples: np.ndarray) -> float:
    """RMS of the frames where somebody speaks, in dB below full scale (≤ about 0); −120 for silence.

    A frame (400 samples) counts when it is within 25 dB of the loudest tenth.
    """
    n_frames = max(1, len(samples) // 400)
    length = min(400, len(samples))
    if length == 0:
        return SILENCE_DB
    frames = samples[: n_frames * length].reshape(n_frames, length)
    blocks = (frames[start : start + _BLOCK_FRAMES] for start in range(0, n_frames, _BLOCK_FRAMES))
    power = np.concatenate([np.mean(np.square(block, dtype=np.float64), axis=1) for block in blocks])
    active = power[power >= np.quantile(power, 0.9) * 10**-2.5]
    return float(max(SILENCE_DB, 10 * np.log10(active.mean() + 1e-20)))


@dataclass(frozen=True, slots=True)
class _Decoded:
    samples: np.ndarray
    rate_hz: int
    n_channels: int


def _open_file(path: bytes | str | Path) -> FileIO:
    """Open a regular, non-empty file; anything else (a pipe would block for ever) is refused in plain words."""
    try:
        name = os.fsencode(path)
        found = os.stat(name)
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableAudio("open", Words("this is a folder"))
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableAudio("open", Words("not a regular file"))
        if found.st_size == 0:
            raise UnreadableAudio("open", Words("the file is empty (0 bytes)"))
        return open(name, "rb", buffering=0)  # libsndfile shares the position
    except FileNotFoundError as error:
        raise UnreadableAudio("open", Words("no such file")) from error
    except PermissionError as error:
        raise UnreadableAudio("open", Words("permission denied")) from error
    except OSError as error:
        raise UnreadableAudio("open", from_disk(error)) from error
    except ValueError as error:
        raise UnreadableAudio("open", Words("not a possible file name: {why}", why=str(error))) from error


def _decode(file: FileIO, channel: Channel) -> _Decoded:
    try:
        _refuse_truncated_wav(file)
        file.seek(0)
        with soundfile.SoundFile(file.fileno(), closefd=False) as sound:
            return _read_sound(sound, channel)
    except soundfile.LibsndfileError as error:
        reason = error.error_string.rstrip(".")
    except OSError as error:
        raise UnreadableAudio("decode", from_disk(error)) from error
    file.seek(0)
    return _decode_with_av(file, channel, Words("not audio that we can decode ({why})", why=reason))


def _read_sound(sound: soundfile.SoundFile, channel: Channel) -> _Decoded:
    n_channels = sound.channels
    _check_header(sound.samplerate, n_channels, channel)
    blocks = _sound_blocks(sound, max(1, BLOCK_SAMPLES // n_channels))
    samples = _join(_pick(block, channel) for block in blocks)
    missing_s = (sound.frames - len(samples)) / sound.samplerate
    if sound.format in ("WAV", "FLAC", "AIFF") and missing_s > TRUNCATION_TOLERANCE_S:
        _raise_truncated(sound.frames / sound.samplerate, len(samples) / sound.samplerate)
    return _Decoded(samples, sound.samplerate, n_channels)


def _sound_blocks(sound: soundfile.SoundFile, n_frames: int) -> Iterator[np.ndarray]:
    """Blocks float32 (≤ n_frames, n_channels) until the data end, whatever the header says."""
    n_frames = min(n_frames, max(1, sound.frames))
    while True:
        block = np.empty((n_frames, sound.channels), np.float32)
        n_read = sound.buffer_read_into(block, "float32")
        yield block[:n_read]
        if n_read < n_frames:
            return


def _decode_with_av(file: FileIO, channel: Channel, reason: str) -> _Decoded:
    """Decode what libsndfile cannot; `reason` is libsndfile's, for a file that neither can open."""
    import av

    try:
        container = av.open(file, options={"format_whitelist": _CONTAINERS})
    except (av.error.FFmpegError, ValueError) as error:
        raise UnreadableAudio("open", reason) from error
    with container:
        if not container.streams.audio:
            raise UnreadableAudio("open", Words("no sound in this file"))
        stream = container.streams.audio[0]
        rate_hz, n_channels = stream.rate or 0, stream.channels or 0
        _check_header(rate_hz, n_channels, channel)
        try:
            samples = _join(_pick(block, channel) for block in _av_blocks(container, stream))
        except (av.error.FFmpegError, ValueError) as error:
            raise UnreadableAudio(
                "decode", Words("the data are damaged ({why})", why=error.__class__.__name__)
            ) from error
        says_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        if (
            _EXACT_CONTAINERS & set(container.format.name.split(","))
            and says_s - len(samples) / rate_hz > CONTAINER_TOLERANCE_S
        ):
            _raise_truncated(says_s, len(samples) / rate_hz)
    return _Decoded(samples, rate_hz, n_channels)


def _av_blocks(container, stream) -> Iterator[np.ndarray]:
    """Blocks float32 (n_frames, n_channels) of one stream of a PyAV container."""
    import av

    to_float = av.AudioResampler(format="fltp")
    for frame in container.decode(stream):
        yield from (part.to_ndarray().T for part in to_float.resample(frame))
    yield from (part.to_ndarray().T for part in to_float.resample(None))


def _check_header(rate_hz: int, n_channels: int, channel: Channel) -> None:
    if rate_hz not in RATES_HZ:
        raise UnreadableAudio("decode", Words("the header says {rate} Hz", rate=str(rate_hz)))
    if channel != "mean" and not 0 <= channel < n_channels:
        raise UnreadableAudio(
            "decode", Words("no channel {channel}: the file has {n}, counted from 0", channel=channel, n=n_channels)
        )


def _pick(block: np.ndarray, channel: Channel) -> np.ndarray:
    if channel == "mean":
        return block.mean(axis=1, dtype=np.float32)
    return np.ascontiguousarray(block[:, channel])


def _join(blocks: Iterator[np.ndarray]) -> np.ndarray:
    joined, n_samples = np.empty(0, np.float32), 0
    for block in blocks:
        start, n_samples = n_samples, n_samples + len(block)
        if n_samples > MAX_SAMPLES:
            raise UnreadableAudio(
                "decode", Words("more than {n} samples: too long for an utterance", n=str(MAX_SAMPLES))
            )
        if start == 0:
            joined = block  # of a short file it is all
        else:
            joined = _reach(joined, n_samples)
            joined[start:n_samples] = block
    if n_samples == 0:
        raise UnreadableAudio("decode", Words("0 samples"))
    if len(joined) > n_samples:
        joined.resize(n_samples, refcheck=False)
    return joined


def _reach(joined: np.ndarray, n_samples: int) -> np.ndarray:
    """Make room for `n_samples`, growing in place: an hour is not held twice."""
    if len(joined) >= n_samples:
        return joined
    own = joined if joined.flags.owndata else joined.copy()
    own.resize(max(n_samples, int(_GROWTH * len(joined))), refcheck=False)  # nobody else has seen it
    return own


def _resample(samples: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    if from_hz == to_hz:
        return samples
    resampled = soxr.resample(samples, from_hz, to_hz, quality="HQ")
    return resampled if len(resampled) else samples[:1]


def _refuse_truncated_wav(file: FileIO) -> None:
    """libsndfile quietly shortens a wav whose data chunk ends after the file; we say so instead."""
    n_bytes = os.fstat(file.fileno()).st_size
    if file.read(12)[:4] != b"RIFF":
        return
    bytes_per_s, position = 0, 12
    while len(head := file.read(8)) == 8:
        name, size = head[:4], int.from_bytes(head[4:], "little")
        position += 8
        if name == b"fmt ":
            bytes_per_s = int.from_bytes(file.read(12)[8:], "little")
        if name == b"data":
            break
        position += size + size % 2
        file.seek(position)
    else:
        return
    holds = n_bytes - position
    if bytes_per_s and size < _STREAMED_WAV_BYTES and (size - holds) / bytes_per_s > TRUNCATION_TOLERANCE_S:
        _raise_truncated(size / bytes_per_s, holds / bytes_per_s)


def _raise_truncated(says_s: float, holds_s: float) -> None:
    raise UnreadableAudio(
        "decode",
        Words("truncated: header says {says} s, data holds {holds} s", says=f"{says_s:.2f}", holds=f"{holds_s:.2f}"),
    )
