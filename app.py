"""Launch the review app: `python app.py [PROJECT]`, or `python app.py --demo [PROJECT]`."""

import argparse
import sys
from pathlib import Path

from spkbound.arguments import add_page_options, option
from spkbound.cli import run, run_demo, run_review


def main() -> int:
    parser = argparse.ArgumentParser(prog="app.py", description="The page: extract, detect, review, export.")
    parser.add_argument("project", nargs="?", type=Path, help="project folder; without one the page asks for it")
    parser.add_argument("--demo", action="store_true", help="make a synthetic corpus first, in PROJECT (default: demo)")
    option(parser, "input_dir", type=Path, help="where the recordings are now, if they moved")
    add_page_options(parser)
    options = parser.parse_args()
    if options.demo and options.input_dir:
        parser.error("--demo makes its own recordings; leave out --input_dir")
    options.run = run_demo if options.demo else run_review
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
