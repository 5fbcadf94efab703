"""The encoder over a network: any length, any order, never NaN where there is sound; memory that ends."""

import numpy as np
import pytest
import torch

from spkbound.audio import Audio
from spkbound.encoders.open import open_encoder
from spkbound.encoders.wespeaker.batches import FrameBudget, embed_in_batches
from spkbound.errors import EncoderError

RATE_HZ = 16_000


def audio(n_samples, seed=0):
    samples = 0.1 * np.random.default_rng(seed).standard_normal(n_samples)
    return Audio(samples=samples.astype(np.float32), rate_hz=RATE_HZ, source_rate_hz=RATE_HZ)


@pytest.fixture(scope="module")
def encoder(model_dir):
    return open_encoder({"kind": "wespeaker", "model_dir": str(model_dir), "longest_s": 2})


def assert_same(found, expected):
    assert np.abs(found - expected).max() <= 1e-4 * np.abs(expected).max()


def test_a_batch_of_any_lengths_gives_what_each_gives_alone_in_the_same_order(encoder):
    audios = [audio(n, n) for n in (16_000, 400, 31_999, 2_000, 16_000, 900, 24_001)]
    alone = np.concatenate([encoder.embed([each]) for each in audios])
    assert alone.dtype == np.float32
    assert np.isfinite(alone).all()
    assert_same(encoder.embed(audios), alone)


def test_what_is_too_short_or_silent_gives_a_row_of_nan_and_disturbs_nobody(encoder):
    quiet = Audio(samples=np.full(8_000, 0.25, np.float32), rate_hz=RATE_HZ, source_rate_hz=RATE_HZ)
    audios = [audio(399), audio(8_000, 1), quiet, audio(1)]
    found = encoder.embed(audios)
    assert np.isnan(found[[0, 2, 3]]).all()
    assert_same(found[1], encoder.embed([audios[1]])[0])
    assert encoder.embed([]).shape == (0, 16)


def test_a_long_file_is_the_average_of_equal_parts(encoder):
    long = audio(5 * RATE_HZ, 7)  # three parts, for two seconds are the longest
    parts = np.array_split(long.samples, 3)
    each = encoder.embed([Audio(samples=part, rate_hz=RATE_HZ, source_rate_hz=RATE_HZ) for part in parts])
    weights = [len(part) for part in parts]
    assert_same(encoder.embed([long])[0], np.average(each, axis=0, weights=weights))


def test_silence_in_a_long_file_weighs_nothing(encoder):
    speech = audio(2 * RATE_HZ, 8)
    padded = np.concatenate([speech.samples, np.zeros(2 * RATE_HZ, np.float32)])
    found = encoder.embed([Audio(samples=padded, rate_hz=RATE_HZ, source_rate_hz=RATE_HZ)])
    assert_same(found, encoder.embed([speech]))


def test_audio_at_another_rate_is_refused(encoder):
    with pytest.raises(EncoderError, match="wants 16000 Hz, found 8000 Hz"):
        encoder.embed([Audio(samples=np.ones(8_000, np.float32), rate_hz=8_000, source_rate_hz=8_000)])


# batches ---------------------------------------------------------------------------------------------------------


class Memory:
    """A device that holds so many frames of a batch, padding included, and remembers what it was given.

    What a batch takes on the way is free again when the next one starts, as in one stream of a GPU.
    """

    def __init__(self, holds):
        self.holds, self.batches = holds, []
        self.n_running = self.most_running = 0

    def __call__(self, waves):
        n_frames = len(waves) * max(map(len, waves))
        self.batches.append(n_frames)
        if n_frames > self.holds:
            raise torch.cuda.OutOfMemoryError("simulated")
        self.n_running += 1
        self.most_running = max(self.most_running, self.n_running)
        return lambda: self.collect(waves)

    def collect(self, waves):
        self.n_running -= 1
        return np.array([[wave.sum(), len(wave)] for wave in waves])


def waves(lengths):
    return [np.full(length, k, np.float32) for k, length in enumerate(lengths)]


def run(given, start, budget):
    return embed_in_batches(given, start, budget, count_frames=int)


def test_one_batch_is_started_before_the_one_ahead_is_collected_and_no_more():
    memory = Memory(10**9)
    run(waves([10] * 100), memory, FrameBudget(100, 100))
    assert (memory.most_running, memory.n_running, len(memory.batches)) == (2, 0, 10)


@pytest.mark.parametrize("holds", [100, 130, 1_000, 10_000])
def test_where_memory_ends_the_batch_is_halved_and_the_work_goes_on(holds):
    given = waves(np.random.default_rng(0).integers(1, 100, 200))
    memory, budget = Memory(holds), FrameBudget(4_000, 50_000)
    rows = run(given, memory, budget)
    assert [tuple(row) for row in rows] == [(wave.sum(), len(wave)) for wave in given]
    in_vain = [n_frames for n_frames in memory.batches if n_frames > holds]
    assert all(after <= before / 1.5 for before, after in zip(in_vain, in_vain[1:]))
    assert memory.batches[-1] <= holds


def test_the_budget_grows_while_it_goes_well_and_stays_below_its_most():
    memory, budget = Memory(10**9), FrameBudget(100, 1_600)
    for _ in range(8):
        run(waves([10] * 500), memory, budget)
    assert budget.frames == 1_600
    assert max(memory.batches) == 1_600


def test_small_tasks_do_not_let_the_budget_grow():
    budget = FrameBudget(100, 1_600)
    run(waves([10, 10]), Memory(10**9), budget)
    assert budget.frames == 100


def test_a_budget_once_exceeded_is_not_tried_again():
    memory, budget = Memory(500), FrameBudget(100, 10_000)
    for _ in range(8):
        run(waves([10] * 500), memory, budget)
    assert sum(n_frames > 500 for n_frames in memory.batches) == 1


def test_one_utterance_that_does_not_fit_is_an_error_with_advice():
    with pytest.raises(EncoderError, match=r"one utterance of 90 frames.*--longest_s"):
        run(waves([90, 10]), Memory(50), FrameBudget(1_000, 1_000))


def test_padding_counts_and_the_longest_come_first():
    memory = Memory(10**9)
    run(waves([10, 100, 10, 100, 10]), memory, FrameBudget(200, 200))
    assert memory.batches == [200, 30]
