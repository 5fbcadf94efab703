"""Launch the review app: `python app.py [PROJECT]`, or `python app.py --demo [PROJECT]`."""

import argparse
import sys

from spkbound import cli


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="app.py", description="The page: extract, detect, review, export.")
    parser.add_argument("project", nargs="?", help="project folder; without one the page asks for it")
    parser.add_argument("--demo", action="store_true", help="make a synthetic corpus in PROJECT (default: demo) first")
    cli.add_page_options(parser)
    options = parser.parse_args(arguments)
    command = "demo" if options.demo else "review"
    return cli.main([command, *(argument for argument in arguments if argument != "--demo")])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
