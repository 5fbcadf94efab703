"""How does long work show itself in a terminal? A bar with rate and time left; nothing where nobody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
