"""What if thousands of pickles differ in their names and numbers only? Then one shows where these lie in all.

A form is what one pickle, read safely, has literally in it but for its texts and numbers. Another that has literally
the same is read without being unpickled; any other has to go the safe way.
"""

import pickletools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

_CONTENT = {  # operation → width of the length before its content
    "SHORT_BINUNICODE": 1,
    "BINUNICODE": 4,
    "BINUNICODE8": 8,
    "SHORT_BINBYTES": 1,
    "BINBYTES": 4,
    "BINBYTES8": 8,
    "BYTEARRAY8": 8,
}
_NUMBER = {"BININT1": 1, "BININT2": 2, "BININT": 4, "BINFLOAT": 8}  # operation → width of the number
_MEMO = {"MEMOIZE", "BINPUT", "LONG_BINPUT"}
_PLAIN = (np.ndarray, str, int, float, type(None))
_FRAME_END = 11  # protocol, operation and length of a pickle's one frame


class Filled(NamedTuple):
    """What stands in a form: the relative path, and the embedding's bytes."""

    path: bytes
    numbers: bytes


class _Gap(NamedTuple):
    """Where pickles of a form differ: from `start` on `width` bytes of length and then as much, or `size` bytes."""

    key: str
    start: int
    width: int
    size: int

    @property
    def stop(self) -> int:
        return self.start + self.width + self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What pickles of one form literally have in common.

    `protocol`: what stands before the length of the one frame, empty where there is none; `head`: what stands from
    there to the embedding, which is of `dtype`, from `numbers` to `rest`; `tail`: what follows, with groups for the
    length and the content of each text in turn; `path`: which text is the relative path.
    """

    protocol: bytes
    head: bytes
    numbers: int
    rest: int
    dtype: np.dtype
    tail: re.Pattern[bytes]
    path: int

    def read(self, content: bytes) -> Filled | None:
        """Read a pickle of exactly this form; None for any other."""
        start = _FRAME_END if self.protocol else 0
        if content[start : self.numbers] != self.head:
            return None
        if self.protocol and content[:start] != self.protocol + (len(content) - start).to_bytes(8, "little"):
            return None
        found = self.tail.fullmatch(content, self.rest)
        if found is None:
            return None
        groups = found.groups()
        for length, text in zip(groups[::2], groups[1::2]):
            if int.from_bytes(length, "little") != len(text) or not (text.isascii() or _spelled(text)):
                return None
        path = groups[2 * self.path + 1]
        return Filled(path if path.isascii() else _spelled(path), content[self.numbers : self.rest])


def learn_form(content: bytes, value: object) -> Form | None:
    """Learn the form of a pickle from its `value`, as it was read safely; None where it has none that is certain."""
    if not isinstance(value, dict) or not isinstance(value.get("embedding"), np.ndarray):
        return None
    if not all(isinstance(each, _PLAIN) for each in value.values()):
        return None
    operations = [(code.name, argument, at) for code, argument, at in pickletools.genops(content)]
    frames = [at for name, _, at in operations if name == "FRAME"]
    gaps = list(_find_gaps(operations, value))
    keys = [gap.key for gap in gaps]
    if frames not in ([], [2]) or len(set(keys)) < len(keys) or keys[:1] != ["embedding"]:
        return None
    texts = [gap.key for gap in gaps[1:] if gap.width]
    if "relative_path" not in texts:
        return None
    embedding = gaps[0]
    form = Form(
        protocol=content[:3] if frames else b"",
        head=content[_FRAME_END if frames else 0 : embedding.start + embedding.width],
        numbers=embedding.start + embedding.width,
        rest=embedding.stop,
        dtype=value["embedding"].dtype,
        tail=re.compile(_tail(content, gaps), re.DOTALL),
        path=texts.index("relative_path"),
    )
    itself = Filled(value["relative_path"].encode("utf-8", "surrogateescape"), value["embedding"].tobytes())
    return form if form.read(content) == itself else None


def _find_gaps(operations: list[tuple[str, object, int]], value: dict) -> Iterator[_Gap]:
    """The embedding's bytes, and texts and numbers that stand right behind their key."""
    numbers = value["embedding"].tobytes()
    key: object = None
    for name, argument, at in operations:
        if name in _MEMO:
            continue
        is_of_key = isinstance(key, str) and type(value.get(key)) is type(argument) and value.get(key) == argument
        if name in _CONTENT and isinstance(argument, bytes | bytearray) and argument == numbers:
            yield _Gap("embedding", at + 1, _CONTENT[name], len(numbers))
        elif is_of_key and name in _NUMBER:
            yield _Gap(key, at + 1, 0, _NUMBER[name])
        elif is_of_key and name in _CONTENT:
            yield _Gap(key, at + 1, _CONTENT[name], len(argument.encode("utf-8", "surrogatepass")))
        key = argument if name in _CONTENT else None


def _tail(content: bytes, gaps: list[_Gap]) -> bytes:
    """A text ends where the literal behind it first begins; there is no way back, so no text takes long."""
    ends = [*(gap.start for gap in gaps[1:]), len(content)]
    literals = [re.escape(content[gap.stop : end]) for gap, end in zip(gaps, ends)]
    pattern = literals[0]
    for gap, literal in zip(gaps[1:], literals[1:]):
        pattern += b"(?>(.{%d})(.*?)%b)" % (gap.width, literal) if gap.width else b".{%d}%b" % (gap.size, literal)
    return pattern


def _spelled(text: bytes) -> bytes | None:
    """A path from a pickle's text: names that are not UTF-8 stand there as surrogates; None: it is no text."""
    try:
        return text.decode("utf-8", "surrogatepass").encode("utf-8", "surrogateescape")
    except ValueError:
        return None
