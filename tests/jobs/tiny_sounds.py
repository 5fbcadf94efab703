"""Half a second of sound each, for jobs that need something to do."""

import shutil

import numpy as np
import soundfile

RATE_HZ = 16_000
N_VOICES = 40


def write_sounds(folder, n):
    """Write `n` files; after forty voices they come again."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    time_s = np.arange(RATE_HZ // 2) / RATE_HZ
    for k in range(n):
        if k >= N_VOICES:
            shutil.copy(folder / f"{k - N_VOICES:04d}.wav", folder / f"{k:04d}.wav")
            continue
        pitch_hz = 90 + 120 * rng.random()
        voice = sum(np.sin(2 * np.pi * i * pitch_hz * time_s) / i for i in range(1, 20))
        sound = voice * (0.3 + np.abs(np.sin(20 * time_s))) + 0.01 * rng.standard_normal(len(time_s))
        soundfile.write(folder / f"{k:04d}.wav", 0.5 * sound / np.abs(sound).max(), RATE_HZ)
