"""Which encoder works on this store? The one asked for, if the store is empty or its own; never a second one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from spkbound.domain import path_to_text
from spkbound.embedding.layout import Layout, StoreInfo, load_info
from spkbound.embedding.plan import OrderedFiles
from spkbound.embedding.store import has_store
from spkbound.encoders.base import EncoderIdentity
from spkbound.encoders.open import identify_encoder, open_encoder
from spkbound.errors import EncoderError, EncoderMismatch, StoreError
from spkbound.words import Words

BUILTIN = "builtin"


class EncoderChoice(Protocol):
    """What of the options decides the numbers."""

    @property
    def encoder(self) -> dict | None: ...

    @property
    def channel(self) -> int | str: ...

    @property
    def seed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """The encoder's identity, and the spec by which the store remembers it."""

    identity: EncoderIdentity
    spec: dict


def encoder_of(folder: Path) -> dict | None:
    """Spec of the encoder whose embeddings are in `folder`; None for the built-in one, and where there are none."""
    layout = Layout(folder)
    info = load_info(layout) if has_store(folder) else None
    return None if info is None or info.encoder_spec.get("kind") == BUILTIN else info.encoder_spec


def choose_encoder(
    layout: Layout,
    earlier: StoreInfo | None,
    corpus: OrderedFiles,
    options: EncoderChoice,
    say_phase: Callable[[str], None],
    *,
    device: str,
) -> Chosen:
    """Find the encoder that is asked for, fitting the built-in one where it never was.

    Raises
    ------
    EncoderMismatch : the store holds embeddings of another encoder
    StoreError : the store was made from another channel
    """
    spec = options.encoder or {"kind": BUILTIN, "background": layout.background.name}
    if earlier is not None:
        _refuse_other_kind(layout, earlier, spec)
        if earlier.channel != options.channel:
            raise StoreError(
                Words(
                    "{folder} was made from channel {found}, asked for is {asked};"
                    " give the same channel or another folder",
                    folder=str(layout.store),
                    found=str(earlier.channel),
                    asked=str(options.channel),
                )
            )
    if options.encoder is None and not _has_background(layout, earlier):
        from spkbound.embedding.background import fit_background

        say_phase("fitting")
        fit_background(corpus, layout.background, channel=options.channel, seed=options.seed)
    identity = identify_encoder(resolve_spec(layout, spec, device=device))
    if earlier is not None and earlier.encoder.digest != identity.digest:
        raise _mismatch(layout, earlier.encoder, _described(identity) + _differences(earlier.encoder, identity))
    return Chosen(identity, spec)


def _has_background(layout: Layout, earlier: StoreInfo | None) -> bool:
    """Whether the built-in encoder is fitted. One that a killed run left is taken, if it can be."""
    if earlier is not None and not layout.background.exists():
        raise EncoderError(
            Words("{file} is missing; put it back, or extract into another folder", file=str(layout.background))
        )
    if earlier is not None or not layout.background.exists():
        return earlier is not None
    try:
        open_encoder({"kind": BUILTIN, "background": str(layout.background)})
    except EncoderError:
        return False
    return True


def resolve_spec(layout: Layout, spec: dict, *, device: str) -> dict:
    """Say what a store leaves open: where its background lies, on what a worker computes."""
    if spec.get("kind") != BUILTIN:
        return {**spec, "device": device}
    if "background" in spec:
        return {**spec, "background": str(layout.store / spec["background"])}
    return spec


def _refuse_other_kind(layout: Layout, earlier: StoreInfo, spec: dict) -> None:
    """Say so before a network is loaded or a background fitted for nothing."""
    if spec.get("kind") == BUILTIN and earlier.encoder_spec.get("kind") != BUILTIN:
        raise _mismatch(layout, earlier.encoder, Words("the {name} encoder", name=BUILTIN))


def _mismatch(layout: Layout, found: EncoderIdentity, asked: str) -> EncoderMismatch:
    where = path_to_text(str(layout.folder).encode("utf-8", "surrogateescape"))
    return EncoderMismatch(
        Words(
            "{folder} holds embeddings of {found}, asked for is {asked}; use that encoder or another folder",
            folder=where,
            found=_described(found),
            asked=asked,
        )
    )


def _differences(found: EncoderIdentity, asked: EncoderIdentity) -> str:
    """What two encoders of one name differ in, for people."""
    names = [name for name in asked.details if asked.details[name] != found.details.get(name)]
    if found.name != asked.name or not names:
        return ""
    said = [f"{name} {asked.details[name]!s:.12} instead of {found.details.get(name)!s:.12}" for name in names]
    return f" with {', '.join(said)}"


def _described(identity: EncoderIdentity) -> str:
    return f"{identity.name} {identity.version} ({identity.digest[:12]})"
