import collections
import datetime
import json
import os
import pickle

import numpy as np
import pytest

from spkbound.embedding.pickles import load_pickle_tree
from spkbound.embedding.sources import open_embeddings
from spkbound.embedding.unpickle import load_pickle
from spkbound.errors import StoreCorrupt, StoreError, UnsafePickle


def put(folder, path, vector, *, protocol=4, name=None):
    text = path.decode("utf-8", "surrogateescape")
    content = {
        "embedding": np.asarray(vector, np.float32),
        "original_path": f"/data/{text}",
        "relative_path": text,
        "filename": text.rpartition("/")[2],
        "embedding_dim": len(vector),
        "gpu_rank": 0,
    }
    target = folder / (name or text.rpartition(".")[0] + ".pkl")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pickle.dumps(content, protocol))


def put_stats(folder, failures, **more):
    values = {"total_failed": len(failures), "failures": failures, **more}
    (folder / "extraction_stats.json").write_text(json.dumps(values))


def test_a_tree_is_read_in_byte_order_of_the_original_paths(tmp_path):
    for place, path in enumerate([b"b/x.wav", b"a-b/x.wav", b"a/x.wav", b"a.wav", b"\xff.wav"]):
        put(tmp_path, path, [place, 1])
    found = load_pickle_tree(tmp_path)
    assert found.paths.to_pylist() == [b"a-b/x.wav", b"a.wav", b"a/x.wav", b"b/x.wav", b"\xff.wav"]
    assert found.embeddings[:, 0].tolist() == [1, 3, 2, 0, 4]
    assert found.origin == "pickles"


def test_the_file_name_decides_nothing(tmp_path):
    put(tmp_path, b"s/a.wav", [1], name="s/a.wav.pkl")
    put(tmp_path, b"s/a.flac", [2], name="s/a.pkl")
    assert load_pickle_tree(tmp_path).embeddings[:, 0].tolist() == [2, 1]


def test_unreadable_places_come_from_the_statistics(tmp_path):
    put(tmp_path, b"a.wav", [1, 2])
    put(tmp_path, b"c.wav", [3, 4])
    put_stats(tmp_path, [{"relative_path": "b\\xff.wav", "stage": "decode", "reason": "0 samples"}])
    found = open_embeddings(tmp_path)
    assert found.paths.to_pylist() == [b"a.wav", b"b\xff.wav", b"c.wav"]
    assert np.isnan(found.embeddings[1]).all()
    [gap] = found.unreadable
    assert (gap.index, gap.path, gap.stage, gap.reason) == (1, b"b\xff.wav", "decode", "0 samples")
    assert not found.unreadable_unknown


@pytest.mark.parametrize(
    ("stats", "unknown"),
    [(None, True), ({"total_failed": 3}, True), ({"total_failed": 0}, False), ({"failures": []}, False), ([], True)],
)
def test_without_a_list_of_failures_nobody_knows(tmp_path, stats, unknown):
    put(tmp_path, b"a.wav", [1, 2])
    if stats is not None:
        (tmp_path / "extraction_stats.json").write_text(json.dumps(stats))
    assert load_pickle_tree(tmp_path).unreadable_unknown is unknown


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["float32", "float64", ">f4", "float16", "int64"])
def test_arrays_of_every_protocol_are_read(protocol, dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    value = {"embedding": array, "fortran": np.asfortranarray(array), "more": [array[0], {"x": (array[1, 1],)}]}
    found = load_pickle(pickle.dumps(value, protocol), name="x.pkl")
    for name in ("embedding", "fortran"):
        assert np.array_equal(found[name], array)
        assert found[name].dtype == array.dtype
    assert found["more"][0].tolist() == array[0].tolist()
    assert found["more"][1]["x"] == (array[1, 1],)


def test_arrays_of_numpy_1_are_read():
    content = pickle.dumps({"embedding": np.arange(3, dtype=np.float32)}, 2)
    old = content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert old != content
    assert load_pickle(old, name="x.pkl")["embedding"].tolist() == [0, 1, 2]


class _Runs:
    def __reduce__(self):
        return os.system, ("touch /tmp/spkbound-was-here",)


class _RebuildsTensor:
    def __reduce__(self):
        return collections.OrderedDict, ()


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (_Runs(), "posix.system"),
        (_RebuildsTensor(), "collections.OrderedDict"),
        (datetime.date(2020, 1, 1), "datetime.date"),
        (object(), "builtins.object"),
        (np.zeros(2, "f4,i4"), "an array of 'V8'"),
        (np.array(["x"]), "an array of 'U1'"),
        (print, "builtins.print"),
        (np.random.default_rng, "default_rng"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path, value, named):
    (tmp_path / "bad.pkl").write_bytes(pickle.dumps({"embedding": value}))
    with pytest.raises(UnsafePickle) as refused:
        load_pickle_tree(tmp_path)
    assert named in str(refused.value)
    assert "bad.pkl" in str(refused.value)


def test_arrays_of_objects_are_refused_whatever_they_hold():
    with pytest.raises(UnsafePickle, match="an array of 'O8'"):
        load_pickle(pickle.dumps(np.array([None, 1], object)), name="x.pkl")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        pickle.dumps({"embedding": np.arange(9)})[:-20],
        b"cnumpy\ndtype\n(S'f4'\ntR.",
        b"\x80\x04cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85C\x01btR.",
        b"\x80\x04]" + b"\x8c\x04BUG!" + b"\x94b.",
    ],
)
def test_nonsense_never_gets_further_than_an_error_or_a_harmless_value(content):
    try:
        value = load_pickle(content, name="x.pkl")
    except (StoreCorrupt, UnsafePickle) as error:
        assert "x.pkl" in str(error)  # noqa: PT017 either outcome is fine
    else:
        assert not isinstance(value, np.ndarray)


def test_a_state_that_does_not_fit_its_array_is_refused():
    whole = pickle.dumps(np.arange(4, dtype=np.float32), 4)
    assert whole.count(b"K\x04\x85") == 1
    with pytest.raises(StoreCorrupt, match="4 numbers for the shape"):
        load_pickle(whole.replace(b"K\x04\x85", b"K\x09\x85"), name="x.pkl")


def test_a_truncated_pickle_is_a_gap_in_its_place(tmp_path):
    for path in (b"b-1.wav", b"b.wav", b"c.wav"):
        put(tmp_path, path, [1, 2])
    (tmp_path / "b.pkl").write_bytes((tmp_path / "b.pkl").read_bytes()[:50])
    found = load_pickle_tree(tmp_path)
    assert [(each.index, each.path) for each in found.unreadable] == [(1, b"b.wav")]


def test_an_embedding_that_is_not_finite_is_a_gap(tmp_path):
    put(tmp_path, b"a.wav", [1, np.nan])
    put(tmp_path, b"b.wav", [1, 2])
    assert [each.index for each in load_pickle_tree(tmp_path).unreadable] == [0]


def test_a_pickle_of_something_else_is_named(tmp_path):
    put(tmp_path, b"a.wav", [1, 2])
    (tmp_path / "notes.pkl").write_bytes(pickle.dumps(["no", "embedding"]))
    with pytest.raises(StoreError, match=r"notes\.pkl holds no embedding"):
        load_pickle_tree(tmp_path)


def test_an_utterance_twice_is_refused_with_both_files(tmp_path):
    put(tmp_path, b"a.wav", [1, 2])
    put(tmp_path, b"a.wav", [1, 2], name="old/a.pkl")
    with pytest.raises(StoreError, match=r"old/a\.pkl are both of a\.wav|a\.pkl and .* are both of a\.wav"):
        load_pickle_tree(tmp_path)


def test_embeddings_of_two_lengths_are_refused(tmp_path):
    put(tmp_path, b"a.wav", [1, 2])
    put(tmp_path, b"b.wav", [1, 2, 3])
    with pytest.raises(StoreError, match=r"lengths \[2, 3\]"):
        load_pickle_tree(tmp_path)


@pytest.mark.parametrize("path", [b"/etc/hostname", b"d/../../etc/hostname", b"..", b"", b"d/", b"a\0b.wav"])
def test_a_pickle_of_a_path_that_leads_elsewhere_is_named(tmp_path, path):
    put(tmp_path, b"a.wav", [1, 2])
    put(tmp_path, path, [1, 2], name="x.pkl")
    with pytest.raises(StoreError, match=r"x\.pkl is of .*in no corpus"):
        load_pickle_tree(tmp_path)


def test_statistics_that_cannot_be_used_leave_the_gaps_unknown(tmp_path):
    put(tmp_path, b"a.wav", [1, 2])
    for content in ["[" * 200_000, '{"failures": [{"relative_path": "../a.wav"}]}']:
        (tmp_path / "extraction_stats.json").write_text(content)
        assert load_pickle_tree(tmp_path).unreadable_unknown


def test_a_pipe_in_a_tree_of_pickles_does_not_hold_up_the_rest(tmp_path):
    put(tmp_path, b"a.wav", [1, 2])
    os.mkfifo(tmp_path / "b.pkl")
    assert [gap.path for gap in load_pickle_tree(tmp_path).unreadable] == [b"b.wav"]


def test_numbers_beyond_any_float_are_no_embedding(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"embedding": [10**400], "relative_path": "a.wav"}))
    with pytest.raises(StoreError, match=r"a\.pkl holds no embedding"):
        load_pickle_tree(tmp_path)


def test_a_few_bytes_cannot_fill_the_memory():
    with pytest.raises(UnsafePickle, match="bytearray"):
        load_pickle(b"cbuiltins\nbytearray\n(I9000000000\ntR.", name="x")
    for protocol in (3, 4, 5):
        assert load_pickle(pickle.dumps(bytearray(b"a\xff"), protocol), name="x") == b"a\xff"
