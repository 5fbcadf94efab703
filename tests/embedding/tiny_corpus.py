"""Tiny audio for the tests of extraction, and the processes that read it."""

import contextlib
import hashlib
import os
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 16_000


def tone(seed, duration_s=0.5):
    """A buzz with formants that move: enough like a voice for the built-in encoder."""
    random = np.random.default_rng(seed)
    time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    pitch_hz = 90 + 120 * random.random()
    phases = 2 * np.pi * pitch_hz * time_s
    voice = sum(random.random() / k * np.sin(k * phases) for k in range(1, 25))
    envelope = 0.3 + 0.7 * np.abs(np.sin(2 * np.pi * (3 + random.random()) * time_s))
    sound = voice * envelope + 0.01 * random.standard_normal(len(time_s))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def put_audio(path, seed=0, duration_s=0.5, **options):
    path = os.fsencode(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    suffix = os.path.splitext(path)[1].decode().lower()
    with open(path, "wb") as file:
        soundfile.write(file, tone(seed, duration_s), RATE_HZ, format=suffix[1:].upper(), **options)


def make_corpus(folder, n, *, duration_s=0.5):
    for k in range(n):
        put_audio(Path(folder) / f"d{k % 3}" / f"{k:03d}.wav", seed=k, duration_s=duration_s)
    return Path(folder)


def digest(file):
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def snapshot(folder):
    """Every file with its bytes' digest and its time of writing."""
    files = (file for file in Path(folder).rglob("*") if file.is_file())
    return {str(file): (digest(file), file.stat().st_mtime_ns) for file in files}


def pool_workers(pid="self"):
    """The workers of a process; whatever else it started (a browser's driver, say) is not ours to kill."""
    found = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
        for listing in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in listing.read_text().split()]
    return [child for child in found if b"spkbound.jobs.worker" in _command_of(child)]


def _command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
