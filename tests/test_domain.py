import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.domain import Segment, Suggestion, folder_name, path_to_text, segments_between, text_to_path


@given(st.binary(max_size=40))
def test_a_path_survives_the_way_to_text_and_back(path):
    text = path_to_text(path)
    text.encode("utf-8")  # no surrogates: orjson, sqlite3 and pyarrow refuse them
    assert text_to_path(text) == path


@given(st.lists(st.binary(max_size=12), max_size=8, unique=True))
def test_two_paths_never_look_the_same(paths):
    assert len({path_to_text(path) for path in paths}) == len(paths)


def test_text_of_a_valid_path_is_the_path_itself():
    assert path_to_text("a/ü ${x}\n'\".wav".encode()) == "a/ü ${x}\n'\".wav"
    assert path_to_text(b"caf\xe9.wav") == "caf\\xe9.wav"


def test_surrogates_of_python_file_functions_are_taken_back_as_bytes():
    assert text_to_path("caf\udce9.wav") == b"caf\xe9.wav"


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(1, max(1, n - 1)), max_size=9))))
def test_segments_partition_the_corpus(case):
    n, inner = case
    segments = segments_between(sorted(i for i in inner if i < n), n)
    assert [i for segment in segments for i in range(segment.start, segment.stop)] == list(range(n))
    assert all(index in segment for segment in segments for index in range(segment.start, segment.stop))


def test_an_empty_corpus_has_no_segments():
    assert segments_between([], 0) == []


@pytest.mark.parametrize(("start", "stop"), [(3, 3), (4, 2), (-1, 2)])
def test_a_segment_is_never_empty_or_backwards(start, stop):
    with pytest.raises(ValueError, match="0 <= start < stop"):
        Segment(start, stop)


def test_folder_names_sort_like_their_numbers():
    assert folder_name(7, 12) == "speaker_007"
    assert folder_name(101, 1183) == "speaker_0101"
    names = [folder_name(number, 1183) for number in range(1, 1184)]
    assert names == sorted(names)


def test_a_suggestion_survives_being_written_down():
    suggestion = Suggestion(kind="same_voice", indices=(0, 70), interval=(0, 70), probability=0.75, cost=15.0)
    assert Suggestion.from_dict(json.loads(json.dumps(suggestion.to_dict()))) == suggestion
    with pytest.raises(ValueError, match="'telepathy'"):
        Suggestion.from_dict(suggestion.to_dict() | {"kind": "telepathy"})
