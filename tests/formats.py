"""One tone in every form of audio file that people have; what this machine cannot write is left out."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from machine import find_program

TONE_HZ, SECONDS = 220, 0.5


def tone(rate_hz: int = 16_000, n_channels: int = 1) -> np.ndarray:
    samples = 0.3 * np.sin(2 * np.pi * TONE_HZ * np.arange(int(rate_hz * SECONDS)) / rate_hz)
    return np.repeat(samples[:, None], n_channels, axis=1)


def _by_soundfile(rate_hz: int = 16_000, n_channels: int = 1, **how: str) -> Callable[[Path], None]:
    return lambda file: soundfile.write(file, tone(rate_hz, n_channels), rate_hz, **how)


def _by_ffmpeg(*how: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        source = file.with_suffix(".source.wav")
        soundfile.write(source, tone(), 16_000)
        quiet = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", source]
        subprocess.run([*quiet, *how, file], check=True, timeout=300)
        source.unlink()

    return write


_SOUNDFILE = {
    "mp3": _by_soundfile(format="MP3"),
    "flac": _by_soundfile(format="FLAC"),
    "24-bit flac": _by_soundfile(format="FLAC", subtype="PCM_24"),
    "ogg": _by_soundfile(format="OGG"),
    "96 kHz wav": _by_soundfile(96_000, format="WAV"),
    "6-channel wav": _by_soundfile(n_channels=6, format="WAV"),
    "6-channel flac": _by_soundfile(n_channels=6, format="FLAC"),
    "8-bit wav": _by_soundfile(format="WAV", subtype="PCM_U8"),
    "mu-law wav": _by_soundfile(format="WAV", subtype="ULAW"),
    "a-law wav": _by_soundfile(format="WAV", subtype="ALAW"),
    "float wav": _by_soundfile(format="WAV", subtype="FLOAT"),
    "adpcm wav": _by_soundfile(format="WAV", subtype="MS_ADPCM"),
    "aiff": _by_soundfile(format="AIFF"),
    "sphere": _by_soundfile(format="NIST", subtype="ULAW"),
}
_FFMPEG = {
    "m4a": _by_ffmpeg("-c:a", "aac", "-f", "ipod"),
    "wma": _by_ffmpeg("-c:a", "wmav2", "-f", "asf"),
}


def writers() -> dict[str, Callable[[Path], None]]:
    """What writes a file of each form, by what people call it."""
    return _SOUNDFILE | (_FFMPEG if find_program("ffmpeg") else {})
