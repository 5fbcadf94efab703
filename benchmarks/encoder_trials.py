"""How often does an encoder take one speaker for another, and what does detection make of it, where it is hard?

Pairs of speakers are told apart by a linear discriminant that has heard up to a hundred utterances of each: others of
the same, or only other words, or only other sessions. How recordings are made hard is left to `hardships`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold

from benchmarks.corpora import KnownCorpus
from benchmarks.hardships import (
    Recordings,
    all_at_once,
    by_other_microphones,
    in_noise,
    joined,
    shortened,
)
from benchmarks.runs import detect
from spkbound.audio import Audio
from spkbound.detection.evaluate import score_boundaries
from spkbound.encoders.builtin import RATE_HZ, fit_builtin

N_FITTED = 1_500
N_PER_SPEAKER = 100
N_DRAWS = 3
N_FOLDS = 5
N_SEGMENTS = 60
SEGMENT_SPREAD = 5


def as_recorded(plain: Recordings) -> Recordings:
    return plain


HARDSHIPS: dict[str, Callable[[Recordings], Recordings]] = {
    "as recorded": as_recorded,
    "0.3 s": shortened,
    "noise, 3 to 25 dB": in_noise,
    "another microphone each session": by_other_microphones,
    "microphone, noise and level each session": all_at_once,
    "sentences of four words": joined,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Which utterances the discriminant has not heard: any, of other `prompts`, or of other `sessions`."""

    hardship: str
    unheard: str | None = None

    @property
    def title(self) -> str:
        return self.hardship + {None: "", "prompts": ", other words", "sessions": ", other sessions"}[self.unheard]


TRIALS = (
    Trial(hardship="as recorded"),
    Trial(hardship="as recorded", unheard="prompts"),
    Trial(hardship="0.3 s"),
    Trial(hardship="0.3 s", unheard="prompts"),
    Trial(hardship="noise, 3 to 25 dB"),
    Trial(hardship="another microphone each session", unheard="sessions"),
    Trial(hardship="microphone, noise and level each session"),
    Trial(hardship="microphone, noise and level each session", unheard="prompts"),
    Trial(hardship="microphone, noise and level each session", unheard="sessions"),
    Trial(hardship="sentences of four words", unheard="prompts"),
)


def embed_recordings(recordings: Recordings) -> np.ndarray:
    """Embeddings of the built-in encoder, fitted on a random sample of them as an extraction would."""
    audios = [
        Audio(samples=each, rate_hz=RATE_HZ, source_rate_hz=recordings.source_rate_hz) for each in recordings.samples
    ]
    chosen = np.random.default_rng(0).permutation(len(audios))[:N_FITTED]
    encoder = fit_builtin(audios[i] for i in chosen)
    return np.concatenate([encoder.embed(audios[i : i + 100]) for i in range(0, len(audios), 100)])


def trial_errors(plain: Recordings) -> Iterator[tuple[str, float]]:
    """Title and error per utterance of each trial, as soon as it is known."""
    known: dict[str, tuple[Recordings, np.ndarray]] = {}
    for trial in TRIALS:
        if trial.hardship not in known:
            spoilt = HARDSHIPS[trial.hardship](plain)
            known = {trial.hardship: (spoilt, embed_recordings(spoilt))}
        spoilt, embeddings = known[trial.hardship]
        unheard = getattr(spoilt, trial.unheard) % 2 == 0 if trial.unheard else None
        yield trial.title, pair_error(embeddings, spoilt, is_apart=unheard)


def pair_error(embeddings: np.ndarray, recordings: Recordings, *, is_apart: np.ndarray | None = None) -> float:
    """Share of wrongly told utterances, mean over pairs of rivals and draws.

    `is_apart` (n,) bool: either side is told by a discriminant that heard only the other; none: 5-fold.
    """
    speakers, errors = recordings.speakers, []
    for draw in range(N_DRAWS):
        rng = np.random.default_rng(draw)
        drawn = {
            name: rng.permutation(np.flatnonzero(speakers == name))[:N_PER_SPEAKER] for name in sorted(set(speakers))
        }
        for one, other in recordings.rivals:
            rows = np.concatenate([drawn[one], drawn[other]])
            rows = rows[np.isfinite(embeddings[rows]).all(axis=1)]
            folds = _folds(speakers[rows], None if is_apart is None else is_apart[rows], draw)
            errors.append(np.mean([_error(embeddings, speakers, rows[heard], rows[told]) for heard, told in folds]))
    return float(np.mean(errors))


def _folds(speakers: np.ndarray, is_apart: np.ndarray | None, draw: int) -> list[tuple[np.ndarray, np.ndarray]]:
    if is_apart is None:
        return list(StratifiedKFold(N_FOLDS, shuffle=True, random_state=draw).split(speakers, speakers))
    one, other = np.flatnonzero(is_apart), np.flatnonzero(~is_apart)
    return [(one, other), (other, one)]


def _error(embeddings: np.ndarray, speakers: np.ndarray, heard: np.ndarray, told: np.ndarray) -> float:
    discriminant = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    discriminant.fit(embeddings[heard].astype(float), speakers[heard])
    return 1 - discriminant.score(embeddings[told].astype(float), speakers[told])


def detection_f1(spoilt: Recordings, embeddings: np.ndarray, *, segment_size: int, seeds: range) -> float:
    """Exact F1 of `global`, mean over draws of 60 segments, each with its sessions and in them its prompts in order."""
    scores = []
    for seed in seeds:
        parts = _segments_in_order(spoilt, segment_size, np.random.default_rng(seed))
        corpus = KnownCorpus(
            name="hard",
            embeddings=embeddings[np.concatenate(parts)],
            boundaries=np.cumsum([len(part) for part in parts])[:-1],
            segment_size=segment_size,
            boundary_window=max(2, segment_size // 10),
        )
        scores.append(score_boundaries(corpus.boundaries, detect(corpus).found.indices).f1)
    return float(np.mean(scores))


def _segments_in_order(spoilt: Recordings, segment_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    names = sorted(set(spoilt.speakers))
    parts, last = [], None
    for _ in range(N_SEGMENTS):
        last = names[rng.choice([k for k, name in enumerate(names) if name != last])]
        own = np.flatnonzero(spoilt.speakers == last)
        n_drawn = min(len(own), segment_size + int(rng.integers(-SEGMENT_SPREAD, SEGMENT_SPREAD + 1)))
        drawn = rng.permutation(own)[:n_drawn]
        parts.append(drawn[np.lexsort((spoilt.prompts[drawn], spoilt.sessions[drawn]))])
    return parts
