"""How does a text in English keep what it was made of, so that the page can say it in another language?

The other languages are the page's: `assets/texts`, by the template.
"""

from typing import Any


class Words(str):
    """``template`` with its ``values``; a plain text for everybody who does not ask.

    Whole numbers are written with commas. A value may be `Words` itself.
    """

    __slots__ = ("template", "values")

    def __new__(cls, template: str, /, **values: Any) -> "Words":
        shown = {name: f"{value:,}" if type(value) is int else value for name, value in values.items()}
        made = super().__new__(cls, template.format(**shown))
        made.template, made.values = template, values
        return made

    def __getnewargs_ex__(self) -> tuple:
        return (self.template,), self.values


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


def words_of(error: Exception) -> str:
    """The message of an error, as `Words` where it was made of them."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Words) else str(error)
