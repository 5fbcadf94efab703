"""What does an export tell, while it runs and when it is done? Values and their words; it does nothing."""

from dataclasses import dataclass

from spkbound.domain import path_to_text
from spkbound.export.place import Mode
from spkbound.export.plan import LeftOut
from spkbound.export.reconcile import Conflict

_NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportProgress:
    """How far an export is: files done of `total`, bytes written; `left_s` is None until the rate is known."""

    done: int
    total: int
    failed: int
    n_bytes: int
    rate_per_s: float
    left_s: float | None

    def to_dict(self) -> dict[str, int | float | None]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What an export wrote; of a dry run, what it would write.

    Attributes
    ----------
    n_written, n_already_there : files put in place now, and found there with the same content
    n_bytes : of the files written; 0 for links
    failures : files that could not be written, with their reason; the next export tries them again
    n_unreadable, n_excluded : utterances of the corpus that go nowhere; `n_unreadable_in_folders`: those of exported
        segments
    n_undecided : utterances in segments that are not approved and were held back
    conflicts : only of a dry run; otherwise they are an `ExportConflict`
    guarantee : what may be said of the approved boundaries
    """

    mode: Mode
    dry_run: bool
    n_folders: int
    n_written: int
    n_already_there: int
    n_bytes: int
    failures: tuple[LeftOut, ...]
    n_unreadable: int
    n_unreadable_in_folders: int
    n_excluded: int
    n_undecided: int
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...]
    seconds: float
    guarantee: str = ""

    def text(self) -> str:
        """Say it in a few lines."""
        doing = "would write" if self.dry_run else "wrote"
        lines = [f"warning: {warning}" for warning in self.warnings]
        lines.append(
            f"{doing} {self.n_written:,} files ({self.n_bytes / 1e6:,.1f} MB) into {self.n_folders:,} speaker folders "
            f"in {self.seconds:.1f} s; {self.n_already_there:,} were there already"
        )
        lines.append(
            f"left out: {self.n_unreadable:,} unreadable, {self.n_excluded:,} excluded, "
            f"{self.n_undecided:,} in undecided segments"
        )
        if self.guarantee:
            lines.append(f"listened blind: {self.guarantee[0].lower()}{self.guarantee[1:]}")
        lines += list_some("conflict", self.conflicts)
        lines += list_some("failed", [f"{path_to_text(each.source)}: {each.reason}" for each in self.failures])
        return "\n".join(lines)


def list_some(what: str, found: list | tuple) -> list[str]:
    """One line for each of the first few, and one for how many more there are."""
    lines = [f"{what}: {each}" for each in found[:_NAMED_AT_MOST]]
    more = len(found) - len(lines)
    return [*lines, f"{what}: {more:,} more"] if more else lines
