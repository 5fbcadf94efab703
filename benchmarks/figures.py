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
    """`takes`: about how long 20 seeds take in one thread on an idle core."""

    measure: Callable[[Bench], Iterator[Row]]
    what: str
    takes: str


FIGURES = {
    1: Figure(figure_1, "FSDD a to c, exactness", "1 min"),
    2: Figure(figure_2, "FSDD d, wrong segment sizes", "1 min"),
    3: Figure(figure_3, "simulated encoders, exactness beside an oracle", "5 min"),
    4: Figure(figure_4, "simulated encoders, segment size 30 % wrong", "8 min after figure 3"),
    5: Figure(figure_5, "probabilities", "3 min after figures 1 to 4"),
    6: Figure(figure_6, "review effort", "nothing more after figure 5"),
    7: Figure(figure_7, "time and memory, mapped", "1 min; with --full, 1.18 M, 3 min"),
    8: Figure(figure_8, "time, 20 k in memory", "1 min"),
    9: Figure(figure_9, "detecting again after a decision", "1 min; with --full, 1.18 M, 3 min"),
    10: Figure(figure_10, "one speaker, shuffled, tiny, equal, gaps", "2 min"),
}
