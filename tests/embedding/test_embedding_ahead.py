"""Reading ahead: everything once, in bounded memory, whatever reads slowly, is large, or fails."""

import threading
import time
from dataclasses import dataclass

import pytest
from machine import wait_for

from spkbound.embedding.ahead import Limits, Reading, read_ahead


@dataclass
class Sound:
    """What a decoder gives for a file of so many bytes; a file takes up to `swell` times that while it is read."""

    name: int
    n_bytes: int


class Decoder:
    """Reads slowly, and counts the bytes that are somewhere between it and `done`; `gate` may keep a read waiting."""

    def __init__(self, sizes, *, swell=1, delay_s=0.0, broken=(), gate=None):
        self.sizes, self.swell, self.delay_s, self.broken, self.gate = sizes, swell, delay_s, broken, gate
        self.lock = threading.Lock()
        self.held = self.most_held = self.n_reading = self.most_reading = 0
        self.read_names = []

    def read(self, name):
        size = self.sizes[name]
        self._hold(size * self.swell, 1)
        time.sleep(self.delay_s)
        if self.gate is not None:
            self.gate(self, name)
        if name in self.broken:
            raise MemoryError(f"{name} is too much")
        self._hold(size - size * self.swell, -1)
        self.read_names.append(name)
        return Sound(name, size)

    def done(self, sounds):
        self._hold(-sum(sound.n_bytes for sound in sounds), 0)

    def _hold(self, n_bytes, n_reading):
        with self.lock:
            self.held += n_bytes
            self.n_reading += n_reading
            self.most_held = max(self.most_held, self.held)
            self.most_reading = max(self.most_reading, self.n_reading)

    def windows(self, *, n_threads=4, most=1_000, enough=100):
        reading = Reading(
            read=self.read,
            expect=lambda name: self.sizes[name] * self.swell,
            weigh=lambda sound: sound.n_bytes,
        )
        return read_ahead(
            range(len(self.sizes)), reading, Limits(n_threads=n_threads, most_bytes=most, enough_bytes=enough)
        )


def embed_all(decoder, *, embed=lambda window: None, **how):
    """Names in each window, as an encoder gets them that lets go of a window when it is done with it."""
    found = []
    with decoder.windows(**how) as windows:
        for window in windows:
            embed(window)
            found.append([sound.name for sound in window])
            decoder.done(window)
    return found


@pytest.mark.parametrize("n_threads", [0, 1, 4])
@pytest.mark.parametrize("n", [0, 1, 300])
def test_everything_is_read_once(n, n_threads):
    found = embed_all(Decoder([7] * n), n_threads=n_threads)
    assert sorted(name for window in found for name in window) == list(range(n))
    assert all(found)


def test_in_line_the_order_stays_and_windows_are_just_enough():
    assert embed_all(Decoder([40] * 7), n_threads=0) == [[0, 1, 2], [3, 4, 5], [6]]


@pytest.mark.parametrize("embedding_s", [0.0, 0.002])
def test_however_fast_it_is_used_no_more_is_held_than_allowed(embedding_s):
    decoder = Decoder([10, 50, 30, 5] * 60, swell=3, delay_s=0.0003, gate=first_three_wait_for_much)
    embed_all(decoder, most=600, embed=lambda window: time.sleep(embedding_s))
    assert 300 < decoder.most_held <= 600
    assert decoder.held == 0


def first_three_wait_for_much(decoder, name):
    if name < 3:
        wait_for(lambda: decoder.most_held > 300)


@pytest.mark.parametrize("place", [0, 20, 39])
def test_one_giant_is_held_alone(place):
    sizes = [10] * 40
    sizes[place] = 5_000
    decoder = Decoder(sizes, swell=2)
    found = embed_all(decoder)
    assert [place] in found
    assert decoder.most_held == 10_000
    assert sum(map(len, found)) == 40


def test_giants_are_read_one_after_the_other():
    decoder = Decoder([5_000] * 6, delay_s=0.001)
    assert sorted(embed_all(decoder)) == [[k] for k in range(6)]
    assert decoder.most_reading == 1
    assert decoder.most_held == 5_000


def test_threads_read_while_a_window_is_worked_on():
    in_hands = threading.Event()
    decoder = Decoder([10] * 200, gate=lambda decoder, name: name < 50 or in_hands.wait(60))
    with decoder.windows(most=1_000, enough=100) as windows:
        first = next(windows)
        in_hands.set()
        wait_for(lambda: len(decoder.read_names) >= 100)
        assert len(decoder.read_names) == 100  # what is allowed, the window in our hands included
        assert len(first) < 100


def test_slow_readers_read_at_the_same_time():
    all_of_them = threading.Barrier(4)
    decoder = Decoder([10] * 40, gate=lambda decoder, name: all_of_them.wait(60))
    embed_all(decoder, n_threads=4)
    assert decoder.most_reading == 4


def test_windows_grow_while_the_work_takes_long_and_are_no_smaller_than_enough():
    decoder = Decoder([10] * 300)

    def embed_slowly(window):
        wait_for(lambda: decoder.held >= 400 or len(decoder.read_names) == 300)

    found = embed_all(decoder, embed=embed_slowly)
    assert all(len(window) >= 10 for window in found[:-1])
    assert max(map(len, found)) > 20


def test_what_reading_raises_ends_all_and_leaves_no_thread():
    before = threading.enumerate()
    with pytest.raises(MemoryError, match="17 is too much"):
        embed_all(Decoder([10] * 100, broken={17}))
    assert set(threading.enumerate()) <= set(before)


def test_who_stops_early_leaves_no_thread_and_reads_no_further():
    before = threading.enumerate()
    decoder = Decoder([10] * 10_000, delay_s=0.0002)
    with decoder.windows(most=500) as windows:
        next(windows)
    assert set(threading.enumerate()) <= set(before)
    assert len(decoder.read_names) < 200
