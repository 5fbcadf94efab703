"""Names follow the segments that they were found for, whatever a review does to the boundaries."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spkbound.speaker_names import DetectedNames, name_segments

N = 100
FOUND = DetectedNames(np.array([0, 30, 50, 80, N]), ("Anna", None, "Bob", "Cleo"))


def names(*cuts: int, detected: DetectedNames | None = FOUND) -> list[str]:
    return name_segments(np.array([0, *cuts]), N, detected)


def test_segments_as_found_have_their_names_and_the_others_their_numbers():
    assert names(30, 50, 80) == ["Anna", "speaker_002", "Bob", "Cleo"]
    assert names(30, 50, 80, detected=None) == ["speaker_001", "speaker_002", "speaker_003", "speaker_004"]
    assert name_segments(np.zeros(0, np.int64), 0, None) == []


def test_a_shift_keeps_every_name():
    assert names(35, 48, 75) == ["Anna", "speaker_002", "Bob", "Cleo"]


def test_of_two_joined_segments_the_larger_gives_the_name():
    assert names(30, 50) == ["Anna", "speaker_002", "Bob"]
    assert names(30, 80) == ["Anna", "Bob", "Cleo"]
    assert names() == ["Anna"]


def test_of_a_segment_cut_in_two_the_larger_part_keeps_the_name():
    assert names(10, 30, 50, 80) == ["speaker_001", "Anna", "speaker_003", "Bob", "Cleo"]
    assert names(15, 30, 50, 80) == ["Anna", "speaker_002", "speaker_003", "Bob", "Cleo"]  # of equal ones the first


def test_a_name_that_looks_like_a_number_is_not_given_twice():
    found = DetectedNames(np.array([0, 50, N]), ("Speaker_002", None))
    assert names(50, detected=found) == ["Speaker_002", "speaker_002_"]


def test_entries_of_a_roster_name_the_segments_they_are():
    found = DetectedNames.of(np.array([30, 50]), N, np.array([1, -1, 2]), ("Zoe", "Anna", None))
    assert found.names == ("Anna", None, None)
    assert found.edges.tolist() == [0, 30, 50, N]


cuts = st.sets(st.integers(1, N - 1), max_size=12).map(sorted)


@given(now=cuts, then=cuts)
def test_no_name_stands_twice_and_an_untouched_segment_keeps_its_own(now, then):
    edges = np.array([0, *then, N])
    detected = DetectedNames(edges, tuple(f"name {start}" for start in edges[:-1]))
    found = names(*now, detected=detected)
    assert len(set(found)) == len(found) == len(now) + 1
    segments = list(zip([0, *now], [*now, N]))
    for segment, name in zip(segments, found):
        if segment in zip([0, *then], [*then, N]):
            assert name == f"name {segment[0]}"
