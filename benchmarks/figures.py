"""Which figure is measured by what, and how long does it take? The table of what detection has to reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.exactness import figure_1, figure_2, figure_3, figure_4
from benchmarks.honesty import figure_5, figure_6
from benchmarks.oddities import figure_10
from benchmarks.rows import Row
from benchmarks.speed import figure_7, figure_8, figure_9


@dataclass(frozen=True, slots=True)
class Figure:
    measure: Callable[[Bench], Iterator[Row]]
    what: str


FIGURES = {
    1: Figure(figure_1, "FSDD a to c, exactness"),
    2: Figure(figure_2, "FSDD d, wrong segment sizes"),
    3: Figure(figure_3, "simulated encoders, exactness beside an oracle"),
    4: Figure(figure_4, "simulated encoders, segment size 30 % wrong"),
    5: Figure(figure_5, "probabilities"),
    6: Figure(figure_6, "review effort"),
    7: Figure(figure_7, "time and memory, mapped; 1.18 M with --full"),
    8: Figure(figure_8, "time, 20 k in memory"),
    9: Figure(figure_9, "detecting again after a decision; at 1.18 M with --full"),
    10: Figure(figure_10, "one speaker, shuffled, tiny, equal, gaps"),
}
