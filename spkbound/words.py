"""How does a text in English keep what it was made of, so that the page can say it in another language?

The other languages are the page's: `assets/texts`, by the template.
"""

from collections.abc import Sequence
from typing import Any


class Words(str):
    """``template`` with its ``values``; a plain text for everybody who does not ask.

    Whole numbers are written with commas. A value may be `Words` itself. ``"{n} file|{n} files"`` is one template with
    two forms, the first for n = 1.
    """

    __slots__ = ("template", "values")

    def __new__(cls, template: str, /, **values: Any) -> "Words":
        shown = {name: f"{value:,}" if type(value) is int else value for name, value in values.items()}
        forms = template.split("|")
        form = forms[0] if values.get("n") == 1 else forms[-1]
        made = super().__new__(cls, form.format(**shown))
        made.template, made.values = template, values
        return made

    def __getnewargs_ex__(self) -> tuple:
        return (self.template,), self.values


def joined_words(between: str, texts: Sequence[str]) -> Words:
    """`texts` as one text, each of which keeps what it was made of."""
    names = [f"text{i}" for i in range(len(texts))]
    return Words(between.join(f"{{{name}}}" for name in names), **dict(zip(names, texts)))


def pack_words(text: str) -> str | dict:
    """`text` for JSON: `Words` as an object of text, template and values."""
    if not isinstance(text, Words):
        return text
    values = {name: pack_words(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return {"text": str(text), "template": text.template, "values": values}


def unpack_words(packed: str | dict) -> str:
    """What `pack_words` was given."""
    if isinstance(packed, str):
        return packed
    values = {name: unpack_words(one) if isinstance(one, dict) else one for name, one in packed["values"].items()}
    return Words(packed["template"], **values)


def from_disk(error: OSError) -> str:
    """What the system says of an error, without the path."""
    text = str(error) if error.strerror is None else error.strerror
    return text if set(text) & set("{}|") else Words(text)


def words_of(error: Exception) -> str:
    """The message of an error, as `Words` where it was made of them."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Words) else str(error)
