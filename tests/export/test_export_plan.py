"""Does every utterance go where it belongs, or is it listed?"""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.export.plan import name_apart, plan_export


def test_numbers_count_all_current_segments_also_those_held_back(make_exporter):
    plan = make_exporter(undecided={1}).plan()
    assert [folder.name for folder in plan.folders] == ["speaker_001", "speaker_003"]
    assert [folder.name for folder in plan.held_back] == ["speaker_002"]
    assert plan.n_held_back == 3


def test_include_undecided_writes_every_segment_and_says_which_nobody_reviewed(make_exporter):
    plan = make_exporter(undecided={1}).plan(include_undecided=True)
    assert [folder.reviewed for folder in plan.folders] == [True, False, True]


def test_unreadable_and_excluded_go_nowhere_and_are_listed_with_their_folder(make_exporter):
    plan = make_exporter(undecided={1}, unreadable=[0, 5], excluded={0, 9}).plan()
    assert [file.index for folder in plan.folders for file in folder.files] == [1, 2, 3, 7, 8]
    assert [(row.index, row.why, row.folder) for row in plan.left_out] == [
        (0, "excluded", "speaker_001"),
        (5, "unreadable", None),
        (9, "excluded", "speaker_003"),
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.wav", "a.wav", "a.wav"], ["a.wav", "a__2.wav", "a__3.wav"]),
        (["a.wav", "a.wav", "a__2.wav"], ["a.wav", "a__3.wav", "a__2.wav"]),
        (["a", "a", ".wav", ".wav"], ["a", "a__2", ".wav", ".wav__2"]),
        (["a.b.wav", "a.b.wav", "A.b.wav"], ["a.b.wav", "a.b__2.wav", "A.b.wav"]),
    ],
)
def test_equal_names_are_told_apart_in_corpus_order(names, expected):
    assert name_apart([name.encode() for name in names]) == [name.encode() for name in expected]


@given(st.lists(st.sampled_from([b"a.wav", b"a__2.wav", b"a__3.wav", b"a__2__2.wav", b"b", b"b__2"]), max_size=12))
def test_no_two_files_of_a_folder_get_the_same_name(names):
    apart = name_apart(names)
    assert max(Counter(apart).values(), default=1) == 1
    # The first of each name keeps it.
    assert all(apart[names.index(name)] == name for name in names)


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a/b"])
def test_a_folder_name_that_leads_elsewhere_is_refused(name):
    segments = SimpleNamespace(start=np.array([0]), stop=np.array([1]), approved=np.array([True]))
    with pytest.raises(ValueError, match="cannot be the name"):
        plan_export(segments, [name], pa.array([b"a.wav"], pa.binary()), [], ())
