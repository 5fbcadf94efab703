"""How are arguments written and read? Both spellings of an option, numbers in their range, and the page's options."""

import argparse
from pathlib import Path

from spkbound.errors import UsageError

NETWORK_OPTIONS = ("profile", "window", "scale", "precision", "longest_s")


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


def gpu_numbers(text: str) -> tuple[int, ...]:
    """``0,1`` → (0, 1); ``0,0`` are two workers on one GPU; ``cpu`` and nothing → ()."""
    if text.strip() in ("", "cpu"):
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f'must be numbers of GPUs such as 0,1, or cpu: "{text}"')
    return tuple(map(int, parts))


def part_of(text: str) -> tuple[int, int]:
    """``3/8`` → (3, 8): the third of eight."""
    number, _, of = text.partition("/")
    if not (number.isascii() and number.isdigit() and of.isascii() and of.isdigit()):
        raise argparse.ArgumentTypeError(f"must be i/n, such as 3/8: {text}")
    return int(number), int(of)


def seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"must be 1 to 3600 seconds: {text}")
    return value


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


def add_encoder_options(parser: argparse._ActionsContainer) -> None:
    """Options that say which encoder works, on what, and how a network hears and computes."""
    option(parser, "model_dir", help="encoder: WeSpeaker directory, .onnx file or hub name (default: built in)")
    option(parser, "gpus", type=gpu_numbers, help='list ("0,0": two workers on one) or "cpu"; default: all')
    option(parser, "workers", type=positive_number, help="CPU workers (default: physical cores)")
    option(parser, "profile", choices=("wespeaker", "damo"), help="what an .onnx file hears; a directory says it")
    option(parser, "window", choices=("hamming", "povey"), help="of a network's front end (default: the network's)")
    option(parser, "scale", choices=("int16", "unit"), help="full scale is 32768 or 1 (default: the network's)")
    option(parser, "precision", choices=("tf32", "fp32", "fp16"), help="of a network on GPUs (default: tf32)")
    option(parser, "longest_s", type=seconds, help="a network gets longer files in parts, averaged (default: 60)")


def add_page_options(parser: argparse.ArgumentParser) -> None:
    """Options of every command that ends in the page."""
    option(parser, "host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    option(parser, "port", type=port_number, default=7860, help="port (default 7860)")
    option(parser, "auth_file", type=Path, help="file with lines name:scrypt$N$r$p$salt$hash")
    option(parser, "no_auth", action="store_true", help="serve another host than this machine without login")
    option(parser, "root_path", default="", help="path under which a proxy serves the page")
