"""What do all figures share? What was asked for on the command line, the corpora, and the runs on them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks.corpora import FSDD_FOLDER, Fsdd, load_fsdd, order_fsdd, simulated_with_oracle
from benchmarks.runs import Runs, Source
from spkbound.simulation import Kind, Nuisance

KINDS: tuple[Kind, ...] = ("adult", "child")
N_SIMULATED, N_QUICK = 120_000, 20_000
HARD = {"outlier_share": 0.05, "short_share": 0.10}


@dataclass(kw_only=True)
class Bench:
    """Seeds ``first_seed … first_seed + n_seeds - 1``; `is_full` runs what is large, `is_quick` nothing that is.

    `scratch` is an empty folder for large corpora, 1.2 GB for the largest.
    """

    scratch: Path
    n_seeds: int
    first_seed: int = 0
    is_quick: bool = False
    is_full: bool = False
    runs: Runs = field(default_factory=Runs)

    @property
    def seeds(self) -> range:
        return range(self.first_seed, self.first_seed + self.n_seeds)

    @cached_property
    def recordings(self) -> Fsdd | None:
        """All of FSDD; None where it is not beside the project."""
        return load_fsdd() if FSDD_FOLDER.exists() else None

    def fsdd(self, kinds: str) -> list[Source]:
        """Orderings of FSDD by their letters; none where FSDD is missing."""
        fsdd = self.recordings
        if fsdd is None:
            return []
        return [
            Source(f"FSDD {kind}", self.seeds, lambda seed, kind=kind: order_fsdd(fsdd, kind, seed)) for kind in kinds
        ]

    def simulated(self, kind: Kind) -> list[Source]:
        """One half of the seeds with other voices mixed in, the other half with them replacing the utterance."""
        return self._halves(kind, kind, {})

    def hard_mix(self) -> list[Source]:
        """Children, 5 % outliers, 10 % of speakers cut short; halves as above."""
        return self._halves("child", "hard mix", HARD)

    def _halves(self, kind: Kind, name: str, hardships: dict[str, float]) -> list[Source]:
        n = N_QUICK if self.is_quick else N_SIMULATED
        middle = (self.n_seeds + 1) // 2
        halves = {"mixed in": (0.7, self.seeds[:middle]), "replacing": (1.0, self.seeds[middle:])}
        return [
            Source(
                f"{name} {n:,} {how}",
                seeds,
                lambda seed, mix=mix: simulated_with_oracle(
                    kind, n, seed, nuisance=Nuisance(voice_mix=mix, **hardships)
                ),
            )
            for how, (mix, seeds) in halves.items()
        ]
