"""Which encoder does this description mean? A spec travels to workers as JSON; here it becomes an encoder.

Each kind's code is imported only when it is asked for.
"""

from spkbound.encoders.base import Encoder
from spkbound.errors import EncoderError


def open_encoder(spec: dict) -> Encoder:
    """Open the encoder of a spec such as ``{"kind": "builtin", "background": "/abs/background.npz"}``."""
    kind = spec.get("kind")
    if kind == "builtin":
        from spkbound.encoders.builtin import BuiltinEncoder

        if "background" not in spec:
            raise EncoderError('the built-in encoder needs "background", the file that it was saved to')
        return BuiltinEncoder.load(spec["background"])
    raise EncoderError(f"no encoder of the kind {kind!r}; known: builtin")
