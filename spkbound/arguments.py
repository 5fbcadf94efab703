"""How are arguments written and read? Both spellings of an option, numbers in their range, and the page's options."""

import argparse
from pathlib import Path

from spkbound.errors import UsageError


def option(parser: argparse._ActionsContainer, name: str, **settings: object) -> None:
    """Add ``--snake_case`` and ``--kebab-case`` of one option."""
    parser.add_argument(*dict.fromkeys([f"--{name}", f"--{name.replace('_', '-')}"]), dest=name, **settings)


def whole_number(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"must not be negative: {text}")
    return value


def positive_number(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1: {text}")
    return value


def size_or_auto(text: str) -> int | str:
    return text if text == "auto" else positive_number(text)


def channel_number(text: str) -> int | str:
    return text if text == "mean" else whole_number(text)


def port_number(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"must be 0 to 65535: {text}")
    return value


def detection_changes(options: argparse.Namespace) -> dict:
    """The settings that the options of ``detect`` change.

    Raises
    ------
    UsageError : two of them disagree
    RosterError : the list of speakers cannot be read
    """
    from spkbound.roster_file import roster_setting

    if options.use_gmm and options.method not in (None, "gmm"):
        raise UsageError(f"--use_gmm and --method {options.method} disagree; give one of them")
    names = ("method", "segment_size", "boundary_window", "gmm_components")
    changes = {name: value for name in names if (value := getattr(options, name)) is not None}
    changes |= {"method": "gmm"} if options.use_gmm else {}
    if options.speakers is not None:
        changes["speakers"] = roster_setting(Path(options.speakers)) if options.speakers else None
    return changes


def add_page_options(parser: argparse.ArgumentParser) -> None:
    """Options of every command that ends in the page."""
    option(parser, "host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    option(parser, "port", type=port_number, default=7860, help="port (default 7860)")
    option(parser, "auth_file", type=Path, help="file with lines name:scrypt$N$r$p$salt$hash")
    option(parser, "no_auth", action="store_true", help="serve another host than this machine without login")
    option(parser, "root_path", default="", help="path under which a proxy serves the page")
