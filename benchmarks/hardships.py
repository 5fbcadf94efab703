"""What makes voices hard to tell apart? Other microphones, noise, levels and words, on real and synthetic speech.

Everything is a function of the seeds below; how well an encoder does is left to `bench_encoder`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path

import numpy as np

from spkbound.audio import read_audio
from spkbound.synthetic import Voice, make_speech, random_voice

RATE_HZ = 16_000
SESSION_TAKES = 10  # of FSDD, of each word
SESSIONS_SEED, VOICES_SEED, JOINED_SEED = 77, 11, 3

MICROPHONE_DB = 2.8  # spread of each of four waves over the mel scale
NOISE_DB = (3.0, 25.0)  # below the speech; in recordings with other hardships beside
MILD_NOISE_DB = (8.0, 30.0)
LEVEL_DB = 10.0  # spread
SHORT_S = 0.3
N_JOINED = 4

N_FAMILIES, N_SIBLINGS = 5, 4  # synthetic voices resemble each other in fours
N_PROMPTS, N_TAKES = 10, 8
SESSION_REPEATS = 2  # of each prompt
DURATIONS_S = (0.6, 1.4)
FAINT_NOISE_DB = (25.0, 45.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """Utterances at 16 kHz with all that is known of them.

    `sessions` are the speaker's own, from 0; `rivals`: pairs of speakers who might be taken for one another.
    """

    samples: list[np.ndarray]
    speakers: np.ndarray
    prompts: np.ndarray
    sessions: np.ndarray
    rivals: tuple[tuple[str, str], ...]
    source_rate_hz: int


def fsdd_recordings(folder: Path) -> Recordings:
    """FSDD, where ten takes of each word are called a session."""
    files = sorted(folder.glob("*.wav"))
    digits, speakers, takes = (np.array(column) for column in zip(*(file.stem.split("_") for file in files)))
    return Recordings(
        samples=[read_audio(file, rate_hz=RATE_HZ).samples for file in files],
        speakers=speakers,
        prompts=digits.astype(int),
        sessions=takes.astype(int) // SESSION_TAKES,
        rivals=tuple(combinations(sorted(set(speakers)), 2)),
        source_rate_hz=8_000,
    )


def synthetic_recordings() -> Recordings:
    """Twenty voices that resemble each other in fours say ten prompts eight times each; faint noise."""
    rng = np.random.default_rng(VOICES_SEED)
    families = [_siblings(random_voice(rng), rng) for _ in range(N_FAMILIES)]
    voices = {f"family {i}, voice {j}": voice for i, family in enumerate(families) for j, voice in enumerate(family)}
    places = list(product(voices, range(N_PROMPTS), range(N_TAKES)))
    samples = [make_speech(voices[name], rng, rng.uniform(*DURATIONS_S), prompt=prompt) for name, prompt, _ in places]
    speakers, prompts, takes = (np.array(column) for column in zip(*places))
    return Recordings(
        samples=[_noisy(each, rng, rng.uniform(*FAINT_NOISE_DB)) for each in samples],
        speakers=speakers,
        prompts=prompts,
        sessions=takes // SESSION_REPEATS,
        rivals=tuple(pair for pair in combinations(voices, 2) if pair[0][:-1] == pair[1][:-1]),
        source_rate_hz=RATE_HZ,
    )


def shortened(plain: Recordings) -> Recordings:
    """The middle 0.3 s of each utterance."""
    n_samples = int(SHORT_S * RATE_HZ)
    starts = [max(0, len(each) - n_samples) // 2 for each in plain.samples]
    return replace(plain, samples=[each[at : at + n_samples] for each, at in zip(plain.samples, starts)])


def in_noise(plain: Recordings) -> Recordings:
    """White or pink noise in each session, 3 to 25 dB below the speech."""
    return _by_session(
        plain, lambda each, session, rng: _noisy(each, rng, session.uniform(*NOISE_DB), session.random())
    )


def by_other_microphones(plain: Recordings) -> Recordings:
    """Another microphone in each session."""
    return _by_session(plain, lambda each, session, rng: _coloured(each, session))


def all_at_once(plain: Recordings) -> Recordings:
    """Another microphone, noise 8 to 30 dB below the speech, and another level in each session."""

    def spoilt(each: np.ndarray, session: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
        noisy = _noisy(_coloured(each, session), rng, session.uniform(*MILD_NOISE_DB), session.random())
        return noisy * np.float32(10 ** (session.normal(0, LEVEL_DB) / 20))

    return _by_session(plain, spoilt)


def joined(plain: Recordings) -> Recordings:
    """Sentences of four words, each of even or of odd prompts only."""
    rng = np.random.default_rng(JOINED_SEED)
    groups = []
    for speaker in sorted(set(plain.speakers)):
        for parity in (0, 1):
            own = rng.permutation(np.flatnonzero((plain.speakers == speaker) & (plain.prompts % 2 == parity)))
            groups.extend(own[: len(own) // N_JOINED * N_JOINED].reshape(-1, N_JOINED))
    first = np.array([group[0] for group in groups])
    return replace(
        plain,
        samples=[np.concatenate([plain.samples[i] for i in group]) for group in groups],
        speakers=plain.speakers[first],
        prompts=plain.prompts[first] % 2,
        sessions=np.zeros(len(groups), int),
    )


def _by_session(plain: Recordings, spoil: Callable) -> Recordings:
    """`spoil` each utterance with a generator that is the session's, always at its start, and one of its own."""
    numbers = np.unique(plain.speakers, return_inverse=True)[1]
    samples = [
        spoil(each, np.random.default_rng([SESSIONS_SEED, speaker, session]), np.random.default_rng([SESSIONS_SEED, i]))
        for i, (each, speaker, session) in enumerate(zip(plain.samples, numbers, plain.sessions))
    ]
    return replace(plain, samples=samples)


def _coloured(samples: np.ndarray, session: np.random.Generator) -> np.ndarray:
    """What a microphone does: a curve that is smooth over the mel scale."""
    n_fft = 1 << int(np.ceil(np.log2(len(samples) + RATE_HZ // 32)))
    place = np.log1p(np.fft.rfftfreq(n_fft, 1 / RATE_HZ) / 700) / np.log1p(RATE_HZ / 2 / 700)
    gain_db = MICROPHONE_DB * session.standard_normal(4) @ np.cos(np.pi * np.outer(np.arange(1, 5), place))
    return np.fft.irfft(np.fft.rfft(samples, n_fft) * 10 ** (gain_db / 20), n_fft)[: len(samples)].astype(np.float32)


def _noisy(samples: np.ndarray, rng: np.random.Generator, snr_db: float, colour: float = 0.0) -> np.ndarray:
    """White noise (`colour` below a half) or pink noise, `snr_db` below the louder half of the samples."""
    spectrum = np.fft.rfft(rng.standard_normal(len(samples)))
    if colour > 0.5:
        spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 3))
    noise = np.fft.irfft(spectrum, len(samples))
    speech_power = np.sort(samples.astype(float) ** 2)[-max(1, len(samples) // 2) :].mean()
    gain = np.sqrt(speech_power / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    return (samples + gain * noise).astype(np.float32)


def _siblings(base: Voice, rng: np.random.Generator) -> list[Voice]:
    return [
        replace(
            base,
            pitch_hz=float(base.pitch_hz * 2 ** (rng.normal(0, 1.5) / 12)),
            tract=float(base.tract * np.exp(rng.normal(0, 0.015))),
            formant_factors=tuple(float(factor * np.exp(rng.normal(0, 0.015))) for factor in base.formant_factors),
            damping=float(base.damping * np.exp(rng.normal(0, 0.1))),
            tilt_db=float(base.tilt_db + rng.normal(0, 0.4)),
        )
        for _ in range(N_SIBLINGS)
    ]
