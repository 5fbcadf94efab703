"""What does an export tell, while it runs and when it is done? Values and their words; it does nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from spkbound.domain import path_to_text
from spkbound.export.place import Mode
from spkbound.export.plan import LeftOut
from spkbound.export.reconcile import Conflict
from spkbound.words import Words, joined_words

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

    def text(self) -> Words:
        """Say it in a few lines."""
        lines = [Words("warning: {what}", what=warning) for warning in self.warnings]
        lines += [self._written(), self._left_out()]
        if self.guarantee:
            lines.append(Words("blind listening: {what}", what=self.guarantee))
        lines += list_some(Words("conflict"), [conflict.words() for conflict in self.conflicts])
        lines += list_some(Words("failed"), [_failed(each) for each in self.failures])
        return joined_words("\n", lines)

    def _written(self) -> Words:
        found = {
            "files": Words("{n} file|{n} files", n=self.n_written),
            "size": f"{self.n_bytes / 1e6:,.1f}",
            "folders": Words("{n} speaker folder|{n} speaker folders", n=self.n_folders),
            "time": f"{self.seconds:.1f}",
            "there": Words("{n} was there already|{n} were there already", n=self.n_already_there),
        }
        if self.dry_run:
            return Words("would write {files} ({size} MB) into {folders} in {time} s; {there}", **found)
        return Words("wrote {files} ({size} MB) into {folders} in {time} s; {there}", **found)

    def _left_out(self) -> Words:
        return Words(
            "left out: {unreadable} unreadable, {excluded} excluded, {undecided} in undecided segments",
            unreadable=self.n_unreadable,
            excluded=self.n_excluded,
            undecided=self.n_undecided,
        )


def _failed(file: LeftOut) -> Words:
    return Words("{file}: {why}", file=path_to_text(file.source), why=file.reason)


def list_some(what: Words, found: Sequence[Words]) -> list[Words]:
    """One line for each of the first few, and one for how many more there are."""
    lines = [Words("{what}: {each}", what=what, each=each) for each in found[:_NAMED_AT_MOST]]
    more = len(found) - len(lines)
    return [*lines, Words("{what}: {n} more", what=what, n=more)] if more else lines
