from hypothesis import given
from hypothesis import strategies as st

from spkbound.domain import Unreadable
from spkbound.embedding.gaps import Gaps

reasons = st.sampled_from(["empty", "not embedded yet", ""])
gaps = st.lists(st.tuples(st.integers(0, 50), reasons), unique_by=lambda each: each[0], max_size=30).map(sorted)


def unreadable(index, reason):
    return Unreadable(index=index, path=b"\xff%d" % index, stage="open", reason=reason)


@given(gaps, st.integers(0, 51))
def test_gaps_are_what_a_list_of_objects_would_be(pairs, index):
    expected = [unreadable(*pair) for pair in pairs]
    found = Gaps.of(expected)
    assert (len(found), list(found), found) == (len(expected), expected, expected)
    assert [found[k] for k in range(len(found))] == expected
    assert list(found[1:5]) == expected[1:5]
    assert found.at(index) == next((each for each in expected if each.index == index), None)
    kept = [each for each in expected if each.reason != "not embedded yet"]
    assert found.without("not embedded yet") == kept
