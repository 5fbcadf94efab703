"""What do all figures share? What was asked for on the command line, the corpora, and the runs on them."""

from dataclasses import dataclass, field
from functools import cached_property

from benchmarks.corpora import FSDD_FOLDER, Fsdd, load_fsdd, order_fsdd
from benchmarks.runs import Runs, Source


@dataclass(kw_only=True)
class Bench:
    """Seeds ``first_seed … first_seed + n_seeds - 1``; `is_full` runs what is large, `is_quick` nothing that is."""

    n_seeds: int
    first_seed: int = 0
    is_quick: bool = False
    is_full: bool = False
    runs: Runs = field(default_factory=Runs)

    @property
    def seeds(self) -> range:
        return range(self.first_seed, self.first_seed + self.n_seeds)

    @property
    def said_seeds(self) -> str:
        return f"seeds {self.seeds[0]}–{self.seeds[-1]}"

    @cached_property
    def recordings(self) -> Fsdd | None:
        """All of FSDD; None where it is not beside the project."""
        return load_fsdd() if FSDD_FOLDER.exists() else None

    def fsdd(self, kinds: str) -> list[Source]:
        """Orderings of FSDD by their letters; none where FSDD is missing."""
        fsdd = self.recordings
        if fsdd is None:
            return []
        return [Source(f"FSDD {kind}", lambda seed, kind=kind: order_fsdd(fsdd, kind, seed)) for kind in kinds]
