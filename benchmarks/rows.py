"""How is a figure printed? One Markdown row each: what was asked, what was measured, met or missed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

HEADER = "| # | on | asked | measured | |\n" + "| --- " * 5 + "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure on one corpus; `is_met` is None where the run cannot say, `failed` the cases that missed it by why."""

    figure: int
    on: str
    asked: str
    measured: str
    is_met: bool | None
    failed: dict[str, list[str]] = field(default_factory=dict)

    def markdown(self) -> str:
        verdict = {True: "met", False: "missed", None: "–"}[self.is_met]
        return f"| {self.figure} | {self.on} | {self.asked} | {self.measured} | {verdict} |"


def print_rows(rows: Iterable[Row]) -> list[Row]:
    """Print each row as soon as it is there, and give them all."""
    printed = []
    for row in rows:
        print(row.markdown(), flush=True)
        printed.append(row)
    return printed


def print_failed(rows: Iterable[Row]) -> None:
    """Name the cases that missed a figure, below the table."""
    for row in rows:
        for why, cases in row.failed.items():
            print(f"\n{row.figure}, {row.on}, {why}: {'; '.join(cases)}", flush=True)
