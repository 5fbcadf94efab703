"""What would a given voice sound like? Speech-like sound by source and filter (Fant 1960), with random words.

Good enough to tell voices apart by, and to have an ear believe in somebody talking; there is no language in it.
Corpora of such voices, with known boundaries, are made in `synthetic`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, rfft
from scipy.ndimage import uniform_filter1d

RATE_HZ = 16_000
HOP_SAMPLES = 160  # 10 ms, the rate at which the vocal tract moves
FFT_SAMPLES = 640  # two hops of sound and the ringing after it
N_BINS = FFT_SAMPLES // 2 + 1
N_FORMANTS = 7
BINS_HZ = np.arange(N_BINS) * RATE_HZ / FFT_SAMPLES

# First three formants of ten American vowels, mean of men (Peterson & Barney 1952, table II).
VOWELS_HZ = np.array(
    [
        (270, 2290, 3010),
        (390, 1990, 2550),
        (530, 1840, 2480),
        (660, 1720, 2410),
        (730, 1090, 2440),
        (570, 840, 2410),
        (440, 1020, 2240),
        (300, 870, 2240),
        (640, 1190, 2390),
        (490, 1350, 1690),
    ],
    float,
)
HIGHER_HZ = np.array([3500, 4500, 5500, 6500], float)
BANDWIDTHS_HZ = np.array([60, 80, 120, 180, 250, 350, 450], float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What makes a speaker sound like nobody else.

    `pitch_hz`: median F0; `pitch_span`: its usual excursion, semitones; `tract`: formants relative to a man of average
    size (shorter tract, higher factor); `formant_factors` (7,): what is left of this speaker's own, near 1;
    `damping`: factor on formant bandwidths; `tilt_db`: slope of the source, dB per octave, negative; `breath`:
    amplitude of noise beside the pulses; `jitter`: spread of periods, relative; `syllable_s`: usual length.
    """

    pitch_hz: float
    pitch_span: float
    tract: float
    formant_factors: tuple[float, ...]
    damping: float
    tilt_db: float
    breath: float
    jitter: float
    syllable_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sound:
    """One speech sound: how long, where its formants point, how loud its three sources are."""

    duration_s: float
    formants_hz: tuple[float, ...]
    voiced: float = 0.0
    breathed: float = 0.0
    hissed: float = 0.0
    hiss_hz: float = 4000.0
    hiss_width_hz: float = 1500.0


_LOCUS_HZ = (400.0, 1700.0, 2500.0)
_CONSONANTS: tuple[tuple[_Sound, ...], ...] = (
    (),
    (_Sound(duration_s=0.09, formants_hz=_LOCUS_HZ, hissed=0.3, hiss_hz=5800),),  # s
    (_Sound(duration_s=0.09, formants_hz=_LOCUS_HZ, hissed=0.35, hiss_hz=3300, hiss_width_hz=1200),),  # sh
    (_Sound(duration_s=0.07, formants_hz=_LOCUS_HZ, hissed=0.06, hiss_hz=4500, hiss_width_hz=4000),),  # f
    (_Sound(duration_s=0.05, formants_hz=(500, 1500, 2500), breathed=0.35),),  # h
    (_Sound(duration_s=0.07, formants_hz=(280, 1000, 2300), voiced=0.35),),  # m
    (_Sound(duration_s=0.07, formants_hz=(280, 1500, 2400), voiced=0.35),),  # n
    (_Sound(duration_s=0.06, formants_hz=(350, 1200, 2600), voiced=0.6),),  # l
    (_Sound(duration_s=0.06, formants_hz=(420, 1300, 1700), voiced=0.6),),  # r
    (_Sound(duration_s=0.06, formants_hz=(300, 700, 2200), voiced=0.5),),  # w
    (
        _Sound(duration_s=0.05, formants_hz=(250, 900, 2200)),
        _Sound(duration_s=0.02, formants_hz=(300, 900, 2200), hissed=0.15, hiss_hz=900),
    ),  # p
    (
        _Sound(duration_s=0.05, formants_hz=_LOCUS_HZ),
        _Sound(duration_s=0.02, formants_hz=_LOCUS_HZ, hissed=0.4, hiss_hz=4500, hiss_width_hz=2000),
    ),  # t
    (
        _Sound(duration_s=0.05, formants_hz=(300, 2000, 2300)),
        _Sound(duration_s=0.02, formants_hz=(300, 2000, 2300), hissed=0.4, hiss_hz=2000, hiss_width_hz=700),
    ),  # k
)
_PAUSE = _Sound(duration_s=0.07, formants_hz=(500, 1500, 2500))


def random_voice(rng: np.random.Generator) -> Voice:
    """Draw a voice as adults' voices are spread: a man's or a woman's, then what is the speaker's own."""
    is_high = rng.random() < 0.5
    return Voice(
        pitch_hz=float((205 if is_high else 115) * 2 ** (rng.normal(0, 2.5) / 12)),
        pitch_span=float(rng.uniform(1, 4)),
        tract=float((1.16 if is_high else 1.0) * np.exp(rng.normal(0, 0.04))),
        formant_factors=tuple(float(x) for x in np.exp(rng.normal(0, [0.03, 0.03, 0.03, 0.05, 0.05, 0.05, 0.05]))),
        damping=float(np.exp(rng.normal(0, 0.2))),
        tilt_db=float(rng.uniform(-9, -4)),
        breath=float(np.exp(rng.uniform(np.log(0.02), np.log(0.15)))),
        jitter=float(rng.uniform(0.003, 0.015)),
        syllable_s=float(rng.uniform(0.16, 0.26)),
    )


def make_speech(
    voice: Voice,
    rng: np.random.Generator,
    duration_s: float,
    *,
    colour_db: np.ndarray | None = None,
    prompt: int | None = None,
) -> np.ndarray:
    """Let `voice` say words for `duration_s`: float32 (n_samples,) at 16 kHz, RMS 0.1, peak < 1.

    `colour_db` (321,): gain of the recording chain over 0 … 8 kHz, dB; none: flat. `prompt`: the same number, the same
    words; none: random ones.
    """
    n_samples = round(duration_s * RATE_HZ)
    n_frames = -(-n_samples // HOP_SAMPLES) + 1
    words = _random_words(voice, rng if prompt is None else np.random.default_rng(prompt), duration_s)
    tracks = _tracks(words, n_frames)
    filters = _tract_filters(tracks.formants_hz * _daily_factors(voice, rng), voice.damping)
    filters *= _source_slope(voice.tilt_db + rng.normal(0, 0.5)) * _gain(colour_db)
    pulses = _pulses(voice, tracks.voiced, rng)
    breath = rng.standard_normal(len(pulses)) * _per_sample(voice.breath * tracks.voiced + tracks.breathed)
    hiss = rng.standard_normal(len(pulses)) * _per_sample(tracks.hissed)
    spectra = _spectra(pulses + breath) * filters + _spectra(hiss) * (tracks.hiss_gains(voice) * _gain(colour_db))
    sound = _overlap_add(spectra)[:n_samples]
    sound *= 0.1 / (np.sqrt(np.mean(sound**2)) + 1e-9)
    return (sound / max(1.0, np.abs(sound).max() / 0.98)).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tracks:
    """The sounds laid out in time, smoothed as articulators move; all (n_frames,) but formants (n_frames, 7)."""

    formants_hz: np.ndarray
    voiced: np.ndarray
    breathed: np.ndarray
    hissed: np.ndarray
    hiss_hz: np.ndarray
    hiss_width_hz: np.ndarray

    def hiss_gains(self, voice: Voice) -> np.ndarray:
        """Noise made in front of the mouth: a bump, (n_frames, 321)."""
        centre = (self.hiss_hz * np.sqrt(voice.tract * voice.formant_factors[4]))[:, None]
        return np.exp(-0.5 * ((BINS_HZ - centre) / self.hiss_width_hz[:, None]) ** 2).astype(np.float32)


def _random_words(voice: Voice, rng: np.random.Generator, duration_s: float) -> list[_Sound]:
    """Syllables of consonant and vowel, a short pause here and there, silence at both ends."""
    sounds, length_s = [_PAUSE], _PAUSE.duration_s
    while length_s < duration_s - _PAUSE.duration_s:
        vowel_hz = tuple(VOWELS_HZ[rng.integers(len(VOWELS_HZ))] * np.exp(rng.normal(0, 0.03, 3)))
        vowel_s = voice.syllable_s * float(rng.uniform(0.5, 1.0))
        vowel = _Sound(duration_s=vowel_s, formants_hz=vowel_hz, voiced=float(rng.uniform(0.7, 1.2)))
        word_end = (_PAUSE,) if rng.random() < 0.15 else ()
        syllable = (*_CONSONANTS[rng.integers(len(_CONSONANTS))], vowel, *word_end)
        sounds.extend(syllable)
        length_s += sum(sound.duration_s for sound in syllable)
    return sounds


def _tracks(sounds: list[_Sound], n_frames: int) -> _Tracks:
    ends = np.cumsum([sound.duration_s for sound in sounds]) * RATE_HZ / HOP_SAMPLES
    which = np.minimum(np.searchsorted(ends, np.arange(n_frames), side="right"), len(sounds) - 1)
    fade = np.minimum(1, np.arange(n_frames)[::-1] / 7)

    def laid_out(name: str) -> np.ndarray:
        return np.array([getattr(sound, name) for sound in sounds], float)[which]

    formants = uniform_filter1d(uniform_filter1d(laid_out("formants_hz"), 5, axis=0, mode="nearest"), 5, axis=0)
    return _Tracks(
        formants_hz=np.hstack([formants, np.tile(HIGHER_HZ, (n_frames, 1))]),
        voiced=uniform_filter1d(laid_out("voiced"), 3) * fade,
        breathed=uniform_filter1d(laid_out("breathed"), 3) * fade,
        hissed=uniform_filter1d(laid_out("hissed"), 2) * fade,
        hiss_hz=laid_out("hiss_hz"),
        hiss_width_hz=laid_out("hiss_width_hz"),
    )


def _daily_factors(voice: Voice, rng: np.random.Generator) -> np.ndarray:
    """Formants are never quite the same twice: (7,)."""
    return voice.tract * np.array(voice.formant_factors) * np.exp(rng.normal(0, 0.01, N_FORMANTS))


def _tract_filters(formants_hz: np.ndarray, damping: float) -> np.ndarray:
    """All-pole response of each frame's formants (n_frames, 7), gain 1 at 0 Hz: complex64 (n_frames, 321)."""
    radii = np.exp(-np.pi * BANDWIDTHS_HZ * damping / RATE_HZ)
    angles = 2 * np.pi * np.minimum(formants_hz, 0.48 * RATE_HZ) / RATE_HZ
    polynomial = np.ones((len(formants_hz), 1))
    for radius, angle in zip(radii, angles.T):
        grown = np.pad(polynomial, ((0, 0), (0, 2)))
        grown[:, 1:-1] -= 2 * radius * np.cos(angle)[:, None] * polynomial
        grown[:, 2:] += radius**2 * polynomial
        polynomial = grown
    return (polynomial.sum(axis=1, keepdims=True) / rfft(polynomial, FFT_SAMPLES)).astype(np.complex64)


def _source_slope(tilt_db: float) -> np.ndarray:
    """Glottis and lips together: falling by `tilt_db` per octave above 100 Hz, nothing at 0 Hz."""
    octaves = np.log2(np.maximum(BINS_HZ, 100) / 100)
    return (10 ** (tilt_db * octaves / 20) * BINS_HZ / (BINS_HZ + 60)).astype(np.float32)


def _gain(colour_db: np.ndarray | None) -> np.ndarray | np.float32:
    return np.float32(1) if colour_db is None else (10 ** (np.asarray(colour_db) / 20)).astype(np.float32)


def _pulses(voice: Voice, voiced: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Glottal pulses, unit power where `voiced` is 1, at fractional places: (n_samples,)."""
    pitch_hz = voice.pitch_hz * 2 ** (voice.pitch_span * _melody(len(voiced), rng) / 12)
    phase = np.cumsum(_per_sample(pitch_hz)) / RATE_HZ
    places = np.searchsorted(phase, np.arange(1, int(phase[-1]) + 1)).astype(float)
    periods = np.diff(places, prepend=0.0)
    places = np.clip(places + periods * voice.jitter * rng.standard_normal(len(places)), 0, len(phase) - 2)
    heights = np.sqrt(periods) * (1 + 2 * voice.jitter * rng.standard_normal(len(places)))
    before = places.astype(int)
    train = np.bincount(before, heights * (1 - places + before), len(phase))
    train += np.bincount(before + 1, heights * (places - before), len(phase))
    return train * _per_sample(voiced)


def _melody(n_frames: int, rng: np.random.Generator) -> np.ndarray:
    """Pitch in units of the voice's span: falling, with an accent every 0.2 s or so, shifted as a whole."""
    knots = np.arange(0, n_frames + 20, 20)
    accents = rng.normal(0, 0.7, len(knots)) + np.linspace(0.7, -0.7, len(knots)) + rng.normal(0, 0.4)
    return np.interp(np.arange(n_frames), knots, accents)


def _per_sample(track: np.ndarray) -> np.ndarray:
    return np.interp(np.arange(len(track) * HOP_SAMPLES) / HOP_SAMPLES, np.arange(len(track)), track)


def _spectra(source: np.ndarray) -> np.ndarray:
    """Spectra of Hann windows two hops long, one per hop: complex64 (n_hops, 321)."""
    hops = np.concatenate([source, np.zeros(HOP_SAMPLES)]).astype(np.float32).reshape(-1, HOP_SAMPLES)
    window = np.hanning(2 * HOP_SAMPLES + 1)[:-1].astype(np.float32)
    return rfft(np.hstack([hops[:-1], hops[1:]]) * window, FFT_SAMPLES)


def _overlap_add(spectra: np.ndarray) -> np.ndarray:
    n_hops, n_parts = len(spectra), FFT_SAMPLES // HOP_SAMPLES
    parts = irfft(spectra, FFT_SAMPLES).reshape(n_hops, n_parts, HOP_SAMPLES)
    sound = np.zeros((n_hops + n_parts - 1, HOP_SAMPLES), np.float32)
    for part in range(n_parts):
        sound[part : part + n_hops] += parts[:, part]
    return sound.ravel()
