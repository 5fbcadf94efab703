"""A tree of pickles is read fast where it is regular, safely where it is not, and once as long as it stays the same."""

import os
import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.embedding.pickle_cache import FEWEST_PICKLES
from spkbound.embedding.pickle_form import learn_form
from spkbound.embedding.pickles import load_pickle_tree
from spkbound.embedding.unpickle import load_pickle
from spkbound.errors import StoreCorrupt, UnsafePickle

HOUR_NS = 3_600_000_000_000


def content_of(text, *, seed=0, dim=4, rank=0, **more):
    embedding = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    return {
        "embedding": embedding,
        "original_path": f"/data/{text}",
        "relative_path": text,
        "filename": text.rpartition("/")[2],
        "embedding_dim": dim,
        "gpu_rank": rank,
        **more,
    }


def learnt(content, protocol=4):
    stored = pickle.dumps(content, protocol)
    return learn_form(stored, load_pickle(stored, name="x"))


names = st.text(st.characters(exclude_characters="\0", exclude_categories=()), min_size=1, max_size=70)


@settings(max_examples=80, deadline=None)
@given(text=names, seed=st.integers(0, 9), rank=st.integers(0, 255), protocol=st.sampled_from([3, 4, 5]))
def test_a_form_reads_what_differs_in_names_and_numbers_only(text, seed, rank, protocol):
    form = learnt(content_of("d/a.wav"), protocol)
    other = content_of(text, seed=seed, rank=rank)
    stored = pickle.dumps(other, protocol)
    found = form.read(stored)
    if found is not None:
        value = load_pickle(stored, name="x")
        assert found.path == value["relative_path"].encode("utf-8", "surrogateescape")
        assert found.numbers == value["embedding"].tobytes()
    if text.isascii() and "/" in text and not text.startswith("/"):
        assert found is not None


@pytest.mark.parametrize(
    "other",
    [
        content_of("a.wav", more=1),
        content_of("a.wav", dim=5),
        {**content_of("a.wav"), "embedding": np.zeros(4)},
        {**content_of("a.wav"), "embedding": np.zeros((2, 2), np.float32)},
        {**content_of("a.wav"), "filename": print},
        dict(reversed(content_of("a.wav").items())),
        ["relative_path", "a.wav"],
    ],
)
def test_a_form_does_not_read_anything_else(other):
    assert learnt(content_of("d/b.wav")).read(pickle.dumps(other)) is None


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 380), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_what_a_form_reads_is_what_the_safe_way_reads(place, byte, cut):
    stored = bytearray(pickle.dumps(content_of("d/c.wav", seed=3)))
    stored[min(place, len(stored) - 1)] = byte
    stored = bytes(stored[: max(cut, 1)] if cut < 60 else stored)
    found = learnt(content_of("d/b.wav")).read(stored)
    if found is None:
        return
    value = load_pickle(stored, name="x")
    assert found.path == value["relative_path"].encode("utf-8", "surrogateescape")
    assert found.numbers == value["embedding"].tobytes()


def test_nothing_is_learnt_where_it_is_not_certain_what_is_the_path():
    for content in [
        {"embedding": np.zeros(3, np.float32)},
        {**content_of("a.wav"), "relative_path": {"relative_path": "a.wav"}},
        {"embedding": np.zeros(3, np.float32), "more": {"relative_path": "a.wav"}, "relative_path": "a.wav"},
        [content_of("a.wav")],
    ]:
        assert learnt(content) is None


def test_a_tree_of_both_kinds_is_read_all_the_same(tmp_path):
    paths = [f"d/{i:03d}.wav" for i in range(30)] + ["d/日本.wav", "d/\udcff.wav", "d/" + 300 * "x" + ".wav"]
    for i, text in enumerate(paths):
        put(tmp_path, content_of(text, seed=i), f"{i:03d}.pkl", protocol=2 + i % 4)
    found = load_pickle_tree(tmp_path)
    expected = {text.encode("utf-8", "surrogateescape"): content_of(text, seed=i) for i, text in enumerate(paths)}
    assert found.paths.to_pylist() == sorted(expected)
    for place, path in enumerate(sorted(expected)):
        assert np.array_equal(found.embeddings[place], expected[path]["embedding"])


def test_one_hostile_pickle_among_regular_ones_is_refused(tmp_path):
    for i in range(20):
        put(tmp_path, content_of(f"d/{i:02d}.wav"), f"{i:02d}.pkl")
    put(tmp_path, {**content_of("d/20.wav"), "gpu_rank": os.system}, "20.pkl")
    with pytest.raises(UnsafePickle, match=r"20\.pkl"):
        load_pickle_tree(tmp_path)


def put(folder, content, name, *, protocol=4, age_ns=HOUR_NS):
    file = folder / name
    file.write_bytes(pickle.dumps(content, protocol))
    now = time.time_ns()
    os.utime(file, ns=(now - age_ns, now - age_ns))


@pytest.fixture
def tree(tmp_path):
    for i in range(FEWEST_PICKLES):
        put(tmp_path, content_of(f"d/{i:04d}.wav", seed=i), f"{i:04d}.pkl")
    return tmp_path


def is_kept(tree) -> bool:
    return any((tree / "store").glob("pickles-*.npy"))


def test_what_was_read_once_is_mapped_the_second_time(tree):
    (tree / "0500.pkl").write_bytes(b"broken")
    os.utime(tree / "0500.pkl", ns=(0, 0))
    first = load_pickle_tree(tree)
    second = load_pickle_tree(tree)
    assert not isinstance(first.embeddings, np.memmap)
    assert isinstance(second.embeddings, np.memmap)
    assert np.array_equal(first.embeddings, second.embeddings, equal_nan=True)
    assert first.paths.equals(second.paths)
    assert first.unreadable == second.unreadable
    assert [gap.path for gap in second.unreadable] == [b"0500.wav"]


def test_any_change_of_a_file_is_noticed(tree):
    load_pickle_tree(tree)
    put(tree, content_of("d/0007.wav", seed=5000), "0007.pkl", age_ns=HOUR_NS // 2)  # as long as it was
    assert np.array_equal(load_pickle_tree(tree).embeddings[7], content_of("x", seed=5000)["embedding"])
    put(tree, content_of("d/zzzz.wav"), "zzzz.pkl")
    assert load_pickle_tree(tree).n_utterances == FEWEST_PICKLES + 1
    (tree / "zzzz.pkl").unlink()
    assert load_pickle_tree(tree).n_utterances == FEWEST_PICKLES
    (tree / "extraction_stats.json").write_text(
        '{"failures": [{"relative_path": "d/0007b.wav", "stage": "decode", "reason": "0 samples"}]}'
    )
    assert [gap.index for gap in load_pickle_tree(tree).unreadable] == [8]
    assert len(list((tree / "store").glob("pickles-*.npy"))) == 1


def test_a_tree_that_is_changing_still_is_not_kept(tree):
    put(tree, content_of("d/0007.wav", seed=5000), "0007.pkl", age_ns=0)
    load_pickle_tree(tree)
    assert not is_kept(tree)


def test_where_nothing_can_be_written_the_tree_is_read_all_the_same(tree, caplog):
    (tree / "store").write_text("in the way")
    for _ in range(2):
        assert load_pickle_tree(tree).n_utterances == FEWEST_PICKLES
    assert "read again next time" in caplog.text


def test_kept_files_that_are_damaged_are_replaced(tree):
    load_pickle_tree(tree)
    for file in (tree / "store").iterdir():
        file.write_bytes(file.read_bytes()[:200])
    assert np.array_equal(load_pickle_tree(tree).embeddings[3], content_of("x", seed=3)["embedding"])
    assert isinstance(load_pickle_tree(tree).embeddings, np.memmap)


def test_a_truncated_regular_pickle_is_a_gap():
    stored = pickle.dumps(content_of("d/c.wav"))
    assert learnt(content_of("d/b.wav")).read(stored[:-3]) is None
    with pytest.raises(StoreCorrupt):
        load_pickle(stored[:-3], name="x")
