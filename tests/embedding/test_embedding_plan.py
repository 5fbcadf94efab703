import os

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.embedding.background import draw_sample
from spkbound.embedding.look import look_at, look_at_many
from spkbound.embedding.mirror import mirror_names
from spkbound.embedding.patience import Patience
from spkbound.embedding.plan import batches, cost_of
from spkbound.embedding.progress import Meter
from spkbound.jobs import WorkerStatus


def test_the_first_of_equal_stems_gets_the_plain_name():
    paths = [b"d/a.flac", b"d/a.mp3", b"d/a.wav", b"a.wav", b"d/b.c.wav"]
    assert mirror_names(paths) == [b"d/a.pkl", b"d/a.mp3.pkl", b"d/a.wav.pkl", b"a.pkl", b"d/b.c.pkl"]


def test_a_name_that_a_later_stem_wants_too_is_given_once():
    assert mirror_names([b"a.flac", b"a.mp3", b"a.mp3.wav"]) == [b"a.pkl", b"a.mp3.pkl", b"a.mp3.wav.pkl"]


def test_a_folder_that_looks_like_a_pickle_keeps_its_name():
    assert mirror_names([b"a.wav", b"a.pkl/b.wav"]) == [b"a.wav.pkl", b"a.pkl/b.pkl"]


parts = st.lists(st.sampled_from([b"a", b"b", b".", b"pkl", b"mp3", b"wav", b"__2"]), min_size=1, max_size=6)
names = parts.map(b"".join).filter(lambda name: name not in (b".", b"..", b"..."))
paths = st.lists(st.lists(names, min_size=1, max_size=3).map(b"/".join), unique=True, max_size=30)


@given(paths)
def test_no_two_utterances_share_a_pickle(given_paths):
    folders = {os.path.dirname(path) for path in given_paths}
    files = [path + b".wav" for path in given_paths]
    found = mirror_names(files)
    assert len(set(found)) == len(files)
    assert folders.isdisjoint(found)
    assert [os.path.dirname(name) for name in found] == [os.path.dirname(path) for path in files]


def test_a_name_too_long_for_the_file_system_is_shortened():
    long = b"x" * 252 + b".au"
    [first, second] = mirror_names([long, b"x" * 252 + b".ra"])
    assert max(len(first), len(second)) <= 255
    assert first != second


def test_batches_hold_every_place_once_and_are_neither_dust_nor_lumps():
    for n in (0, 1, 7, 100, 5_000, 100_000):
        cut = list(batches(np.arange(n), np.full(n, 1_000), n_workers=4))
        assert [place for batch in cut for place in batch.tolist()] == list(range(n))
        assert max(map(len, cut), default=0) <= 512
        assert min(map(len, cut[:-1]), default=8) >= 8


@given(st.lists(st.integers(1, 10_000_000), min_size=1, max_size=300), st.integers(1, 9))
def test_no_batch_costs_more_than_its_share_but_one_of_a_single_file(costs, n_workers):
    costs = np.array(costs)
    cut = list(batches(np.arange(len(costs)), costs, n_workers=n_workers))
    assert np.concatenate(cut).tolist() == list(range(len(costs)))
    share = costs.sum() * max(8, len(costs) // (n_workers * 16)) / len(costs)
    assert all(len(batch) == 1 or costs[batch].sum() <= share for batch in cut)


def test_a_giant_among_tiny_files_is_a_task_of_its_own():
    sizes = np.full(1_000, 32_000)
    sizes[500] = 350_000_000
    cut = list(batches(np.arange(1_000), cost_of(sizes), n_workers=2))
    assert [500] in [batch.tolist() for batch in cut]


def test_patience_learns_from_the_slowest_and_never_exceeds_the_first_guess():
    patience = Patience()
    first_s = patience.deadline_s(1_000_000)
    patience.learn(1_000_000, 0.5)
    patience.learn(1_000_000, 0.1)
    assert patience.deadline_s(1_000_000) == pytest.approx(70.0)
    patience.learn(1_000, 1_000.0)
    assert patience.deadline_s(1_000_000) == first_s == pytest.approx(110.0)


def test_a_file_that_is_not_there_has_no_size(tmp_path):
    assert look_at(os.fsencode(tmp_path / "nothing")) == (-1, -1)
    (tmp_path / "x").write_bytes(b"abc")
    assert look_at(os.fsencode(tmp_path / "x"))[0] == 3


def test_many_files_are_looked_at_as_each_alone(tmp_path):
    root = os.fsencode(tmp_path)
    names = [b"d/%04d.wav" % k for k in range(1_500)]
    (tmp_path / "d").mkdir()
    for k, name in enumerate(names):
        with open(os.path.join(root, name), "wb") as file:
            file.write(b"x" * (k % 7))
    (tmp_path / "to a file.wav").symlink_to("d/0003.wav")
    (tmp_path / "to nothing.wav").symlink_to("gone")
    with open(os.path.join(root, b"no \xff text.wav"), "wb") as file:
        file.write(b"abc")
    os.mkfifo(tmp_path / "pipe.wav")
    odd = [
        b"d",
        b"pipe.wav",
        b"d/0001.wav/x",
        b"gone.wav",
        b"to a file.wav",
        b"to nothing.wav",
        "中 ${x}.wav".encode(),
        b"x" * 300,
    ]
    for paths in (names + odd, [*names[:3], b"no \xff text.wav", *odd], []):
        found = look_at_many(root, pa.array(paths, pa.binary()))
        assert found.tolist() == [list(look_at(os.path.join(root, path))) for path in paths]


class _Files:
    root, order = b"/x", "path"
    paths = pa.array([b"%05d" % k for k in range(4000)], pa.binary())


def test_a_sample_is_drawn_without_repetition_and_the_same_for_the_same_seed():
    sample = draw_sample(_Files, n=1500, seed=1)
    assert len(set(sample)) == 1500
    assert sample == sorted(sample) == draw_sample(_Files, n=1500, seed=1)
    assert sample != draw_sample(_Files, n=1500, seed=2)
    assert len(draw_sample(_Files, n=10_000, seed=1)) == 4000
    assert len(draw_sample(_Files, n=1500, seed=1, share=1e-9)) == 1


class Clock:
    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


def test_the_rate_is_of_the_last_turns_and_the_time_left_goes_by_bytes():
    clock = Clock()
    meter = Meter(done=10, total=110, failed=1, cost_left=1000, devices=["cpu", "cuda:0"], clock=clock)
    clock.now_s = 2.0
    meter.add(worker=0, n=50, failed=0, cost=100)
    clock.now_s = 5.0
    meter.add(worker=1, n=20, failed=2, cost=400, device_bytes=7_000)
    progress = meter.progress()
    assert (progress.done, progress.total, progress.failed) == (80, 110, 3)
    assert progress.rate_per_s == 14.0
    assert progress.left_s == 5.0
    assert [worker.done for worker in progress.per_worker] == [50, 20]
    assert [worker.rate_per_s for worker in progress.per_worker] == [10.0, 4.0]
    assert [worker.device_bytes for worker in progress.per_worker] == [0, 7_000]


def test_a_change_of_pace_shows_when_the_old_turns_are_long_ago():
    clock = Clock()
    meter = Meter(done=0, total=1_000, failed=0, cost_left=1_000, devices=["cpu"], clock=clock)
    for second in range(1, 31):
        clock.now_s = float(second)
        meter.add(worker=0, n=10 if second <= 15 else 1, failed=0, cost=1)
    assert meter.progress().rate_per_s == 1.0


def test_a_pause_is_no_slow_pace():
    clock = Clock()
    meter = Meter(done=0, total=100, failed=0, cost_left=100, devices=["cpu"], clock=clock)
    busy, idle = (WorkerStatus(number=0, state=state) for state in ("at work", "idle"))
    clock.now_s = 1.0
    meter.add(worker=0, n=10, failed=0, cost=10)
    meter.see([busy], pause=True)
    assert (meter.progress().pace, meter.progress().left_s) == ("pausing", 9.0)
    meter.see([idle], pause=True)
    clock.now_s = 1_000.0
    assert (meter.progress().pace, meter.progress().rate_per_s, meter.progress().left_s) == ("paused", 0.0, None)
    meter.see([busy], pause=False)
    clock.now_s = 1_001.0
    meter.add(worker=0, n=10, failed=0, cost=10)
    assert (meter.progress().pace, meter.progress().rate_per_s, meter.progress().left_s) == ("at work", 10.0, 8.0)


def test_before_anything_is_done_the_time_left_is_unknown():
    assert Meter(done=0, total=1, failed=0, cost_left=1, devices=["cpu"]).progress().left_s is None
