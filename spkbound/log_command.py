"""What does `log` do? Print the decisions, take in another machine's, or say how far reviewers agree; glue."""

import argparse
import sys
from pathlib import Path

from spkbound.arguments import option
from spkbound.terminal import DONE, FAILED


def add_log_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, help="project folder")
    parser.add_argument(
        "--import", type=Path, dest="from_file", metavar="F", help="add the decisions that `log` printed elsewhere"
    )
    option(parser, "agreement", action="store_true", help="how far reviewers agree where more than one decided")


def run_log(options: argparse.Namespace) -> int:
    from spkbound.project import Project
    from spkbound.review.log import DecisionLog
    from spkbound.review.transfer import lines_to_rows, rows_to_lines

    project = Project.open(options.project)
    if options.from_file is None and not project.review_db.exists():
        print("nobody has decided anything yet", file=sys.stderr)
        return DONE
    theirs = []
    if options.from_file is not None:
        with options.from_file.open("rb") as lines:
            theirs = lines_to_rows(lines)
    with DecisionLog.open(project.review_db) as log:
        code = DONE if options.from_file is None else _import(log, theirs)
        if options.agreement:
            _print_agreement(log, [row for row, _ in theirs])
        elif options.from_file is None:  # as bytes, whatever the terminal can show: it is to be read back
            sys.stdout.buffer.writelines(rows_to_lines(log.rows_since(0)))
    return code


def _import(log: object, rows: list) -> int:
    from spkbound.review.transfer import import_rows

    found = import_rows(log, rows)
    for clash in found.clashes:
        print(clash)
    print(f"{found.n_added:,} decisions added, {found.n_known:,} were known, {len(found.clashes):,} clash")
    return FAILED if found.clashes else DONE


def _print_agreement(log: object, theirs: list) -> None:
    """Of this log, and of what another holds that was not taken over."""
    from spkbound.review.agreement import measure_agreement

    rows = list(log.rows_since(0))
    known, last = {row.key for row in rows}, rows[-1].id if rows else 0
    rows += [
        row._replace(id=row.id + last, undoes=row.undoes and row.undoes + last)
        for row in theirs
        if row.key not in known
    ]
    found = measure_agreement(rows)
    share = "" if found.share is None else f" ({found.share * 100:.1f} %)"
    print(
        f"{found.n_twice:,} boundaries were decided by more than one reviewer, {found.n_agreed:,} of them alike{share}"
    )
