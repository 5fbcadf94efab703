"""How fast is the built-in encoder, and how often does it take one speaker for another? Prints Markdown rows.

    python -m benchmarks.bench_encoder [FOLDER_OF_FSDD_RECORDINGS]

Errors per utterance are those of `encoder_trials`, on FSDD and on synthetic voices, as they are and made hard by
`hardships`. Run with OMP_NUM_THREADS=1 for figures per core.
"""

import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.encoder_trials import HARDSHIPS, detection_f1, embed_recordings, trial_errors
from benchmarks.hardships import Recordings, fsdd_recordings, synthetic_recordings
from spkbound.audio import Audio
from spkbound.encoders.builtin import RATE_HZ, BuiltinEncoder, fit_builtin
from spkbound.synthetic import make_speech, random_voice

N_TIMED = 400
SEEDS = range(3)
SIZES = (40, 70)  # utterances per segment; the synthetic voices say 80
HARD_TO_PLACE = ("noise, 3 to 25 dB", "microphone, noise and level each session")


def main(folder: Path | None) -> None:
    print("| what | figure |\n| --- | --- |")
    encoder = report_speed()
    print(f"| dimensions | {encoder.identity.dim} |")
    if folder is not None:
        report_hardships("FSDD", fsdd_recordings(folder))
    report_hardships("synthetic voices", synthetic_recordings())


def report_speed() -> BuiltinEncoder:
    rng = np.random.default_rng(0)
    voices = [random_voice(rng) for _ in range(10)]
    started = time.perf_counter()
    encoder = fit_builtin([spoken(voices[i % 10], rng, 1.0) for i in range(200)])
    print(f"| fit on 200 × 1 s, synthesis included | {time.perf_counter() - started:.1f} s |")
    for duration_s in (1.0, 3.0):
        audios = [spoken(voice, rng, duration_s) for voice in voices] * (N_TIMED // len(voices))
        started = time.perf_counter()
        encoder.embed(audios)
        print(f"| utterances/s, {duration_s:.0f} s each | {N_TIMED / (time.perf_counter() - started):.0f} |")
    return encoder


def spoken(voice, rng: np.random.Generator, duration_s: float) -> Audio:
    return Audio(samples=make_speech(voice, rng, duration_s), rate_hz=RATE_HZ, source_rate_hz=RATE_HZ)


def report_hardships(name: str, plain: Recordings) -> None:
    for title, error in trial_errors(plain):
        print(f"| error per utterance, {name}, {title} | {100 * error:.2f} % |", flush=True)
    for hardship in HARD_TO_PLACE:
        spoilt = HARDSHIPS[hardship](plain)
        embeddings = embed_recordings(spoilt)
        for size in SIZES:
            f1 = detection_f1(spoilt, embeddings, segment_size=size, seeds=SEEDS)
            print(f"| exact F1 of `global`, {name}, {hardship}, segments of {size} | {f1:.3f} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
