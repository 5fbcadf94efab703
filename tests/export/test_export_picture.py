"""Is there a picture for every size of corpus, and the same for the same detection?"""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spkbound.export.picture import bin_extremes, draw_picture


def detection(n, n_boundaries):
    similarity = np.full(n, 0.8, np.float32)
    similarity[:1] = np.nan
    indices = np.linspace(0, n, n_boundaries + 2)[1:-1].astype(np.int64)
    return SimpleNamespace(
        n_utterances=n, similarity=similarity, indices=indices, probabilities=np.linspace(0, 1, n_boundaries)
    )


@pytest.mark.parametrize(("n", "n_boundaries"), [(0, 0), (1, 0), (2, 1), (50_000, 900)])
def test_a_picture_is_drawn_and_equal_detections_give_equal_bytes(tmp_path, n, n_boundaries):
    draw_picture(detection(n, n_boundaries), tmp_path / "a.png")
    draw_picture(detection(n, n_boundaries), tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_an_existing_picture_is_replaced(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    draw_picture(detection(10, 2), tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 1000


@given(st.lists(st.floats(-1, 1, width=32) | st.just(float("nan")), min_size=1, max_size=50), st.integers(1, 60))
def test_no_dip_is_lost_in_a_bin(values, n_bins):
    _, low, high = bin_extremes(np.array(values, np.float32), n_bins)
    np.testing.assert_equal(np.fmin.reduce(low), np.fmin.reduce(np.array(values, np.float32)))
    np.testing.assert_equal(np.fmax.reduce(high), np.fmax.reduce(np.array(values, np.float32)))
    assert len(low) == min(n_bins, len(values))
