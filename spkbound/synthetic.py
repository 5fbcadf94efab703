"""Which corpus has boundaries that we know? A demo corpus of synthetic voices: real files on disk, and the truth.

How one voice sounds is left to `voices`.
"""

import json
import os
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

from spkbound.errors import UsageError
from spkbound.voices import BINS_HZ, RATE_HZ, Voice, make_speech, random_voice

__all__ = ["DEMO_SEGMENT_SIZE", "DemoTruth", "Voice", "make_demo_corpus", "make_speech", "random_voice"]

DEMO_SEGMENT_SIZE = 42
N_UTTERANCES = 500
N_VOICES = 12
CUT_SHORT = 5  # this voice, counted from 0, stops early
CUT_SHORT_UTTERANCES = 17
HARD_PAIR = 8  # this voice resembles the one before
PART_UTTERANCES = 125  # files to a folder; folders know nothing of speakers

DURATIONS_S = (0.8, 2.5)
LEVEL_DB = 6.0  # either way
SESSION_UTTERANCES = 15
SESSION_COLOUR_DB = 1.0
SNR_DB = (35.0, 50.0)
TRUTH_NAME = "truth.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTruth:
    """What is known of a demo corpus.

    `boundaries`: inner ones, each the first utterance of the next voice; `hard_boundary`: the one between two voices
    that are hard to tell apart; `unreadable`: the index of the broken file; `voices`: one per segment.
    """

    seed: int
    n_utterances: int
    segment_size: int
    boundaries: tuple[int, ...]
    hard_boundary: int
    unreadable: int
    voices: tuple[Voice, ...]

    @property
    def labels(self) -> np.ndarray:
        """Which voice speaks in each utterance: int64 (n_utterances,)."""
        return np.searchsorted(self.boundaries, np.arange(self.n_utterances), side="right")

    def to_dict(self) -> dict:
        values = {name: getattr(self, name) for name in self.__slots__}
        return {**values, "voices": [{name: getattr(v, name) for name in Voice.__slots__} for v in self.voices]}


def make_demo_corpus(folder: Path, *, seed: int = 0) -> DemoTruth:
    """Write 500 utterances of 12 synthetic voices below `folder`, and `truth.json`; files that are there stay.

    Each file is whole or absent, so an interrupted run is completed by the next. `UsageError` when the folder holds
    the corpus of another seed.
    """
    folder = Path(folder)
    truth = _draw_truth(seed)
    text = json.dumps(truth.to_dict(), indent=1)
    if (folder / TRUTH_NAME).exists() and (folder / TRUTH_NAME).read_text(encoding="utf-8") != text:
        raise UsageError(f"{folder} holds another demo corpus than that of seed {seed}; choose another folder")
    for part in range(-(-N_UTTERANCES // PART_UTTERANCES)):
        (folder / f"part_{part + 1:02d}").mkdir(parents=True, exist_ok=True)
    _write(folder / TRUTH_NAME, lambda file: file.write(text.encode()))
    labels = truth.labels
    for index in range(N_UTTERANCES):
        path = folder / f"part_{index // PART_UTTERANCES + 1:02d}" / f"utt_{index:06d}.wav"
        if not path.exists():
            samples = _utterance(truth, index, int(labels[index]))
            _write(path, lambda file, sound=samples: soundfile.write(file, sound, RATE_HZ, "PCM_16", format="WAV"))
    return truth


def _draw_truth(seed: int) -> DemoTruth:
    rng = np.random.default_rng([seed, 1])
    sizes = _draw_sizes(rng)
    boundaries = tuple(int(edge) for edge in np.cumsum(sizes)[:-1])
    longest = int(np.argmax(sizes))
    return DemoTruth(
        seed=seed,
        n_utterances=N_UTTERANCES,
        segment_size=DEMO_SEGMENT_SIZE,
        boundaries=boundaries,
        hard_boundary=boundaries[HARD_PAIR - 1],
        unreadable=int(np.cumsum(sizes)[longest] - sizes[longest] // 2),
        voices=_draw_voices(rng),
    )


def _draw_sizes(rng: np.random.Generator) -> np.ndarray:
    """Utterances per voice: about 44 each, one much fewer, 500 in total."""
    sizes = np.full(N_VOICES, (N_UTTERANCES - CUT_SHORT_UTTERANCES) // (N_VOICES - 1))
    sizes[: (N_UTTERANCES - CUT_SHORT_UTTERANCES) % (N_VOICES - 1)] += 1
    others = np.delete(np.arange(N_VOICES), CUT_SHORT)
    for one, other in pairwise(others):
        moved = int(rng.integers(-4, 5))
        sizes[one] += moved
        sizes[other] -= moved
    sizes[CUT_SHORT] = CUT_SHORT_UTTERANCES
    sizes[others[0]] += N_UTTERANCES - int(sizes.sum())
    return sizes


def _draw_voices(rng: np.random.Generator) -> tuple[Voice, ...]:
    voices = [random_voice(rng)]
    while len(voices) < N_VOICES:
        if len(voices) == HARD_PAIR:
            voices.append(_similar_voice(voices[-1]))
            continue
        voice = random_voice(rng)
        if min(_difference(voice, known) for known in voices) > 1:
            voices.append(voice)
    return tuple(voices)


def _difference(one: Voice, other: Voice) -> float:
    """How unlike two voices are; from about 1 on a single word tells them apart."""
    semitones = 12 * np.log2(one.pitch_hz / other.pitch_hz)
    tract = np.log(one.tract / other.tract) + np.log(np.divide(one.formant_factors, other.formant_factors))
    return float(np.hypot(semitones / 6, np.sqrt(np.mean(tract**2)) / 0.06))


def _similar_voice(voice: Voice) -> Voice:
    """Somebody who is easily mistaken for `voice`: about one utterance in ten is."""
    up_and_down = (1.014, 0.986, 1.014, 0.986, 1.014, 0.986, 1.014)
    return replace(
        voice,
        pitch_hz=voice.pitch_hz * 2 ** (1.2 / 12),
        tract=voice.tract * 1.0105,
        formant_factors=tuple(own * factor for own, factor in zip(voice.formant_factors, up_and_down)),
        damping=voice.damping * 1.09,
        tilt_db=voice.tilt_db - 0.3,
    )


def _utterance(truth: DemoTruth, index: int, label: int) -> np.ndarray:
    """Samples of one utterance, a function of seed and index alone; none for the broken file."""
    if index == truth.unreadable:
        return np.zeros(0, np.float32)
    rng = np.random.default_rng([truth.seed, 2, index])
    speech = make_speech(truth.voices[label], rng, rng.uniform(*DURATIONS_S), colour_db=_colour_db(truth, index, label))
    noise = rng.standard_normal(len(speech)) * 0.1 * 10 ** (-rng.uniform(*SNR_DB) / 20)
    sound = (speech + noise) * 10 ** (rng.uniform(-LEVEL_DB - 3, LEVEL_DB - 3) / 20)
    return sound * min(1.0, 0.95 / np.abs(sound).max())


def _colour_db(truth: DemoTruth, index: int, label: int) -> np.ndarray:
    """What microphone and room do in one session of a voice: smooth over the spectrum, dB (321,)."""
    start = (0, *truth.boundaries)[label]
    session = np.random.default_rng([truth.seed, 3, label, (index - start) // SESSION_UTTERANCES])
    waves = np.cos(np.pi * np.outer(np.arange(1, 4), np.log1p(BINS_HZ / 700) / np.log1p(8000 / 700)))
    return SESSION_COLOUR_DB * session.standard_normal(3) @ waves


def _write(path: Path, write) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with open(temporary, "wb") as file:
        write(file)
    os.replace(temporary, path)
