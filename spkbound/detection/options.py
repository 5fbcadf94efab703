"""What may the caller choose? Leaves what the methods make of it to them."""

from dataclasses import asdict, dataclass
from typing import Literal

from spkbound.domain import METHODS, Method
from spkbound.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionOptions:
    """How to detect; checked when made.

    Raises
    ------
    UsageError : a value that no method can work with
    """

    method: Method = "global"
    segment_size: float | Literal["auto"] = 1000  # expected utterances per speaker
    boundary_window: float = 10  # utterances; scale of the length prior, half-width of a search
    gmm_components: int = 2  # per side, `gmm` only

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UsageError(f"unknown method {self.method!r}; choose one of {', '.join(METHODS)}")
        if self.segment_size != "auto":
            _require_number("segment_size", self.segment_size, at_least=1)
        _require_number("boundary_window", self.boundary_window, at_least=0)
        _require_number("gmm_components", self.gmm_components, at_least=1)

    def settings(self) -> dict[str, str | int | float]:
        """The same as plain values for JSON."""
        plain = asdict(self)
        return {name: value if isinstance(value, str) else _plain(value) for name, value in plain.items()}


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)


def _require_number(name: str, value: object, *, at_least: int) -> None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise UsageError(f"{name} must be a number of at least {at_least}, found {value!r}") from None
    if not at_least <= number < float("inf"):
        raise UsageError(f"{name} must be a number of at least {at_least}, found {value!r}")
