"""How fast is the built-in encoder, and how often does it take one speaker for another? Prints Markdown rows.

    python -m benchmarks.bench_encoder [FOLDER_OF_FSDD_RECORDINGS]

Error per utterance: linear discriminant between two speakers, 100 utterances each, 5-fold cross-validated, mean over
all pairs and three draws. Run with OMP_NUM_THREADS=1 for figures per core.
"""

import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_score

from spkbound.audio import Audio, read_audio
from spkbound.encoders.builtin import RATE_HZ, BuiltinEncoder, fit_builtin
from spkbound.synthetic import make_speech, random_voice

N_FITTED = 1_500
N_PER_SPEAKER = 100
N_DRAWS = 3
N_TIMED = 400


def main(folder: Path | None) -> None:
    print("| what | figure |\n| --- | --- |")
    encoder = report_speed()
    print(f"| dimensions | {encoder.identity.dim} |")
    if folder is not None:
        report_error(folder)


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


def report_error(folder: Path) -> None:
    paths = sorted(folder.glob("*.wav"))
    speakers = np.array([path.stem.split("_")[1] for path in paths])
    audios = [read_audio(path, rate_hz=RATE_HZ) for path in paths]
    chosen = np.random.default_rng(0).permutation(len(audios))[:N_FITTED]
    started = time.perf_counter()
    encoder = fit_builtin(audios[i] for i in chosen)
    print(f"| fit on {len(chosen)} files of FSDD | {time.perf_counter() - started:.1f} s |")
    embeddings = encoder.embed(audios)
    print(f"| error per utterance, FSDD, discriminant | {100 * pair_error(embeddings, speakers):.2f} % |")


def pair_error(embeddings: np.ndarray, speakers: np.ndarray) -> float:
    """Share of wrongly told utterances, mean over pairs of speakers."""
    errors = []
    for draw in range(N_DRAWS):
        rng = np.random.default_rng(draw)
        drawn = {name: rng.permutation(np.flatnonzero(speakers == name))[:N_PER_SPEAKER] for name in set(speakers)}
        for one, other in combinations(sorted(drawn), 2):
            rows = np.concatenate([drawn[one], drawn[other]])
            discriminant = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
            folds = StratifiedKFold(5, shuffle=True, random_state=draw)
            right = cross_val_score(discriminant, embeddings[rows].astype(float), speakers[rows], cv=folds)
            errors.append(1 - right.mean())
    return float(np.mean(errors))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
