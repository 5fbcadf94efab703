import os

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from spkbound.embedding.background import draw_sample
from spkbound.embedding.mirror import mirror_names
from spkbound.embedding.plan import batches, look_at
from spkbound.embedding.progress import Meter


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
    for n in (1, 7, 100, 5_000, 100_000):
        cut = list(batches(np.arange(n), n_workers=4))
        assert np.concatenate(cut).tolist() == list(range(n))
        assert max(map(len, cut)) <= 512
        assert min(map(len, cut[:-1]), default=8) >= 8


def test_a_file_that_is_not_there_has_no_size(tmp_path):
    assert look_at(os.fsencode(tmp_path / "nothing")) == (-1, -1)
    (tmp_path / "x").write_bytes(b"abc")
    assert look_at(os.fsencode(tmp_path / "x"))[0] == 3


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


def test_the_rate_is_of_the_last_seconds_and_the_time_left_goes_by_bytes():
    clock = iter([0.0, 1.0, 11.5, 12.0, 12.0]).__next__
    meter = Meter(done=10, total=110, failed=1, bytes_left=1000, devices=["cpu", "cuda:0"], clock=clock)
    meter.add(worker=0, n=50, failed=0, n_bytes=100)
    meter.add(worker=1, n=20, failed=2, n_bytes=400)
    progress = meter.progress()
    assert (progress.done, progress.total, progress.failed) == (80, 110, 3)
    assert progress.rate_per_s == 2.0
    assert progress.left_s == 12.5
    assert [worker.done for worker in progress.per_worker] == [50, 20]
    assert [worker.rate_per_s for worker in progress.per_worker] == [0, 2.0]


def test_before_anything_is_done_the_time_left_is_unknown():
    assert Meter(done=0, total=1, failed=0, bytes_left=1, devices=["cpu"]).progress().left_s is None
