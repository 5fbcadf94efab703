"""Places and roster positions together: for small tables the search equals trying every way through."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spkbound.detection.length import LengthPrior
from spkbound.detection.roster.align import align, band
from spkbound.detection.roster.entries import Roster
from spkbound.detection.roster.search import (
    RosterPath,
    Trellis,
    best_path,
    log_evidence,
    node_probabilities,
    summed,
)

Way = tuple[tuple[int, ...], tuple[int, ...]]  # inner nodes, and the entry of each segment
SMALL = settings(max_examples=40, deadline=None)


def random_trellis(seed: int, n_nodes: int, n_entries: int) -> Trellis:
    rng = np.random.default_rng(seed)
    first = np.maximum(np.arange(n_nodes) - rng.integers(1, 5), 0)
    offsets = np.append(0, np.cumsum(np.arange(n_nodes) - first))
    counts = tuple(None if rng.random() < 0.3 else int(rng.integers(1, 15)) for _ in range(n_entries))
    return Trellis(
        places=np.append(0, np.cumsum(rng.integers(1, 9, n_nodes - 1))),
        first=first,
        offsets=offsets,
        scores=rng.normal(0, 3, offsets[-1]),
        low=np.zeros(n_nodes, dtype=np.int64),
        width=n_entries + 1,
        prior=Roster((None,) * n_entries, counts).prior(LengthPrior(6.0, 2.0)),
        shortest=1.0,
    )


def worth(trellis: Trellis, start: int, stop: int, entry: int) -> float:
    length = np.array([float(trellis.places[stop] - trellis.places[start])])
    known = trellis.prior
    density = known.usual.log_density(length) + known.unlisted if entry < 0 else known.log_density(length, entry)
    return float(trellis.scores[trellis.offsets[stop] + start - trellis.first[stop]] + density[0])


def every_way(trellis: Trellis) -> dict[Way, list[float]]:
    """Nats of each way through; several where the same entries are absent at different places."""
    n, n_entries = len(trellis), len(trellis.prior)
    found: dict[Way, list[float]] = {}

    def walk(nodes: tuple[int, ...], entries: tuple[int, ...], position: int, nats: float) -> None:
        node = nodes[-1]
        for absent in range(n_entries - position + 1):
            here, so_far = position + absent, nats + absent * trellis.prior.absent
            if node == n - 1 and here == n_entries:
                found.setdefault((nodes[1:-1], entries), []).append(so_far)
            for following in range(node + 1, n):
                if trellis.first[following] > node:
                    continue
                walk((*nodes, following), (*entries, -1), here, so_far + worth(trellis, node, following, -1))
                if here < n_entries:
                    more = so_far + worth(trellis, node, following, here)
                    walk((*nodes, following), (*entries, here), here + 1, more)

    walk((0,), (), 0, 0.0)
    return found


def as_way(path: RosterPath) -> Way:
    return tuple(path.nodes.tolist()), tuple(path.entries.tolist())


@SMALL
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(0, 4))
def test_the_best_path_equals_brute_force(seed, n_nodes, n_entries):
    trellis = random_trellis(seed, n_nodes, n_entries)
    ways = {way: max(nats) for way, nats in every_way(trellis).items()}
    assert np.isclose(ways[as_way(best_path(trellis))], max(ways.values()))


@SMALL
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(0, 4))
def test_probabilities_equal_brute_force(seed, n_nodes, n_entries):
    trellis = random_trellis(seed, n_nodes, n_entries)
    ways = {way: np.logaddexp.reduce(nats) for way, nats in every_way(trellis).items()}
    total = np.logaddexp.reduce(list(ways.values()))
    forward, backward = summed(trellis), summed(trellis.reversed())
    assert np.isclose(log_evidence(trellis, forward), total)
    assert np.isclose(log_evidence(trellis.reversed(), backward), total)
    expected = np.zeros(n_nodes)
    expected[[0, -1]] = 1
    for (nodes, _), nats in ways.items():
        expected[list(nodes)] += np.exp(nats - total)
    assert np.allclose(node_probabilities(forward, backward, total), expected, atol=1e-9)


@SMALL
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(0, 4))
def test_an_alignment_of_given_segments_equals_brute_force(seed, n_segments, n_entries):
    trellis = random_trellis(seed, n_segments + 1, n_entries)
    n = len(trellis)
    trellis = replace(
        trellis, first=np.maximum(np.arange(n) - 1, 0), offsets=np.append(0, np.arange(n)), scores=np.zeros(n - 1)
    )
    ways = {entries: np.logaddexp.reduce(nats) for (_, entries), nats in every_way(trellis).items()}
    total = np.logaddexp.reduce(list(ways.values()))
    found = align(trellis.places, trellis.prior)
    for segment, entry in enumerate(found.entries):
        same = [nats for entries, nats in ways.items() if entries[segment] == entry]
        assert np.isclose(found.probabilities[segment], np.exp(np.logaddexp.reduce(same) - total))
    assert sorted([*found.absent.tolist(), *found.segments()]) == list(range(n_entries))


@SMALL
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(0, 8), st.integers(1, 9))
def test_a_band_always_leaves_a_way_and_a_wide_one_changes_nothing(seed, n_nodes, n_entries, width):
    trellis = random_trellis(seed, n_nodes, n_entries)
    width = min(width, n_entries + 1)
    banded = replace(trellis, low=band(np.linspace(0, n_entries, n_nodes), width, n_entries + 1), width=width)
    found, whole = log_evidence(banded, summed(banded)), log_evidence(trellis, summed(trellis))
    assert np.isfinite(found)
    assert found <= whole + 1e-9
    entries = best_path(banded).entries
    assert (np.diff(entries[entries >= 0]) > 0).all()
    if width == n_entries + 1:
        assert as_way(best_path(banded)) == as_way(best_path(trellis))


def test_a_long_roster_is_aligned_in_a_band():
    sizes = np.random.default_rng(0).integers(20, 90, 1500)
    prior = Roster((None,) * 1500, tuple(sizes.tolist())).prior(LengthPrior(50.0, 4.0))
    found = align(np.append(0, np.cumsum(np.delete(sizes, [7, *range(900, 1000), 1400]))), prior)
    right = np.delete(np.arange(1500), [7, *range(900, 1000), 1400])
    assert (found.entries == right).mean() > 0.99
    assert found.probabilities[found.entries != right].max(initial=0) < 0.9
