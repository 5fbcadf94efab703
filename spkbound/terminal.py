"""What does a terminal show, ask and get back? Progress with rate and time left, a log, a password, an exit code."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from spkbound.errors import UsageError
from spkbound.jobs.background import is_detached

# Exit codes.
DONE, FAILED, WRONG_USAGE, DONE_WITH_UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 130


def start_logging(*, debug: bool) -> None:
    """Log to standard error: warnings as they are; of a job that nobody watches everything, with its time."""
    detached = not sys.stderr.isatty() and is_detached()
    form = "%(asctime)s %(message)s" if detached else "%(message)s"
    logging.basicConfig(level=logging.WARNING, format=form, datefmt="%Y-%m-%d %H:%M:%S")
    if debug or detached:
        logging.getLogger("spkbound").setLevel(logging.INFO)


@contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[object], None]]:
    """Give a function that takes progress with `done` and `total`; drawn on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", smoothing=0.1, mininterval=0.2, dynamic_ncols=True) as bar:

        def show(progress: object) -> None:
            bar.total = progress.total
            bar.update(progress.done - bar.n)
            failed = getattr(progress, "failed", 0)
            if failed:
                bar.set_postfix(unreadable=failed, refresh=False)

        yield show


def ask_password() -> str:
    """Ask twice without showing it; where nobody sits at a terminal, the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    import getpass

    first, second = getpass.getpass("password: "), getpass.getpass("again: ")
    if first != second:
        raise UsageError("the two passwords differ")
    return first
