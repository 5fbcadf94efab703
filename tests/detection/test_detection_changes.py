"""What changed between two detections."""

import json
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spkbound.detection.changes import Changes, changes_of, compare_detections, with_changes
from spkbound.detection.result import Detection

N = 200
places = st.lists(st.integers(1, N - 1), unique=True, max_size=12).map(sorted)


def found(indices, *, window=3, reach=0) -> Detection:
    """A detection with nothing but boundaries, each with an interval of `reach` either way."""
    indices = np.array(indices, dtype=np.int64)
    return Detection(
        indices=indices,
        probabilities=np.ones(len(indices)),
        existence=np.ones(len(indices)),
        intervals=np.stack([indices - reach, indices + reach], axis=1),
        warnings=(),
        boundary_warnings=((),) * len(indices),
        n_utterances=N,
        method="global",
        settings={"boundary_window": window},
        similarity=np.zeros(N, np.float32),
        place_starts=indices,
        place_probabilities=(np.ones(1, np.float32),) * len(indices),
    )


def test_each_boundary_is_kept_moved_new_or_gone():
    changes = compare_detections(found([10, 50, 90, 130]), found([10, 52, 130, 170]))
    assert changes == Changes(moved=((50, 52),), new=(170,), gone=(90,))
    assert changes.text() == "moved 1, new 1, gone 1"


def test_a_detection_keeps_a_note_of_what_changed_as_plain_values():
    noted = with_changes(found([10, 50, 90]), found([10, 52, 170]))
    assert json.loads(json.dumps(noted.debug)) == noted.debug
    assert changes_of(noted) == Changes(moved=((50, 52),), new=(170,), gone=(90,))
    assert noted.indices.tolist() == [10, 52, 170]
    assert changes_of(found([10])) is None


def test_the_nearest_is_the_one_that_moved():
    assert compare_detections(found([50]), found([48, 51])) == Changes(moved=((50, 51),), new=(48,))


def test_a_boundary_that_stayed_is_no_partner_and_none_moves_across_it():
    assert compare_detections(found([48, 50]), found([50, 52])) == Changes(new=(52,), gone=(48,))


def test_beyond_the_window_an_interval_may_still_hold_the_other():
    assert compare_detections(found([50], window=3), found([58], window=3)) == Changes(new=(58,), gone=(50,))
    assert compare_detections(found([50], reach=8), found([58])) == Changes(moved=((50, 58),))
    assert compare_detections(found([50]), found([58], reach=8)) == Changes(moved=((50, 58),))


@given(places)
def test_nothing_changes_against_itself(indices):
    assert compare_detections(found(indices), found(indices)) == Changes()


@given(places, places)
def test_every_boundary_is_told_of_once_and_none_crosses_another(before, after):
    changes = compare_detections(found(before), found(after))
    kept = [(index, index) for index in set(before) & set(after)]
    pairs = sorted([*changes.moved, *kept])
    assert sorted([*(a for a, _ in pairs), *changes.gone]) == before
    assert sorted([*(b for _, b in pairs), *changes.new]) == after
    assert all((a < c) == (b < d) for (a, b), (c, d) in combinations(pairs, 2))
    assert all(abs(a - b) <= 3 for a, b in changes.moved)


@given(places, places)
def test_the_other_way_round_new_and_gone_are_exchanged(before, after):
    there, back = compare_detections(found(before), found(after)), compare_detections(found(after), found(before))
    assert len(there.moved) == len(back.moved)
    assert (len(there.new), len(there.gone)) == (len(back.gone), len(back.new))
