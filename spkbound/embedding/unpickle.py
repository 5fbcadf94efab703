"""How is a pickle of numbers read without running what it says? Only arrays and plain containers exist in here.

No class of numpy is ever called: what a pickle builds are the small stand-ins below, which take numbers of a known
size and nothing else, so that a hostile array state cannot reach memory either.
"""

import io
import math
import pickle
import re

import numpy as np

from spkbound.errors import StoreCorrupt, UnsafePickle

_NUMBER = re.compile(r"[<>=|]?([fiu][1248]|b1)")
_WHY_BROKEN = (
    pickle.UnpicklingError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    MemoryError,
)


def load_pickle(content: bytes, *, name: str) -> object:
    """Unpickle numpy arrays, numbers, text and plain containers; arrays come out as `numpy.ndarray`.

    Raises
    ------
    UnsafePickle : it asks for anything else; says what, and `name`
    StoreCorrupt : truncated, or not a pickle
    """
    try:
        return _unwrap(_Unpickler(io.BytesIO(content)).load())
    except _Refused as error:
        raise UnsafePickle(
            f"refused to read {name}: it asks for {error.args[0]}, which could run a program; only numpy arrays and"
            " plain containers are read"
        ) from None
    except _WHY_BROKEN as error:
        raise StoreCorrupt(f"{name}: truncated or not a pickle ({type(error).__name__}: {error})") from error


class _Refused(Exception):
    pass


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise _Refused(f"{module}.{name}") from None

    def persistent_load(self, reference: object) -> object:
        raise _Refused(f"the persistent object {reference!r:.80}")


class _Ndarray:
    """Stands for the class `numpy.ndarray`, which pickles only ever name."""


class _Dtype:
    """Stands for a `numpy.dtype` of numbers."""

    __slots__ = ("real",)

    def __init__(self, code: object, align: object = False, copy: object = True) -> None:
        if not isinstance(code, str) or not _NUMBER.fullmatch(code):
            raise _Refused(f"an array of {code!r:.40}")
        self.real = np.dtype(code)

    def __setstate__(self, state: object) -> None:
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else None
        if order not in ("<", ">", "=", "|") or any(state[2:5]):
            raise _Refused("an array of structures")
        self.real = self.real.newbyteorder(order)


class _Array:
    """Stands for an array: what `_reconstruct` makes, and a state then fills."""

    __slots__ = ("value",)

    def __init__(self, value: np.ndarray | None = None) -> None:
        self.value = value

    def __setstate__(self, state: object) -> None:
        _, shape, dtype, is_fortran, content = state
        self.value = _array(content, dtype, shape, "F" if is_fortran else "C")


def _reconstruct(kind: object, shape: object, code: object) -> _Array:
    return _Array()


def _frombuffer(content: object, dtype: object, shape: object, order: object) -> _Array:
    return _Array(_array(content, dtype, shape, order))


def _scalar(dtype: object, content: object) -> object:
    return _array(content, dtype, (), "C")[()].item()


def _encode(text: object, encoding: object) -> bytes:
    if encoding != "latin1" or not isinstance(text, str):
        raise _Refused(f"_codecs.encode to {encoding!r:.40}")
    return text.encode("latin1")


def _bytearray(content: object = b"") -> bytearray:
    if not isinstance(content, bytes):
        raise _Refused("a bytearray of nothing but a length")  # a few bytes could fill the memory
    return bytearray(content)


def _array(content: object, dtype: object, shape: object, order: object) -> np.ndarray:
    if not isinstance(dtype, _Dtype) or not isinstance(content, bytes | bytearray | pickle.PickleBuffer):
        raise _Refused("an array of objects")
    if order not in ("C", "F") or not isinstance(shape, tuple):
        raise ValueError("no such array")
    flat = np.frombuffer(content, dtype.real)
    if not all(isinstance(size, int) and size >= 0 for size in shape) or math.prod(shape) != len(flat):
        raise ValueError(f"{len(flat)} numbers for the shape {shape}")
    return flat.reshape(shape, order=order)


def _unwrap(value: object, depth: int = 0) -> object:
    """Take the arrays out of their stand-ins, in containers a few levels deep."""
    if isinstance(value, _Array):
        if value.value is None:
            raise ValueError("an array without content")
        return value.value
    if depth < 3 and isinstance(value, dict):
        return {key: _unwrap(each, depth + 1) for key, each in value.items()}
    if depth < 3 and isinstance(value, list | tuple):
        return type(value)(_unwrap(each, depth + 1) for each in value)
    return value


_NUMPY = ("numpy.core", "numpy._core")
_ALLOWED: dict[tuple[str, str], object] = {
    ("numpy", "ndarray"): _Ndarray,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _encode,
    ("builtins", "bytearray"): _bytearray,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    **{(f"{core}.multiarray", "_reconstruct"): _reconstruct for core in _NUMPY},
    **{(f"{core}.multiarray", "scalar"): _scalar for core in _NUMPY},
    **{(f"{core}.numeric", "_frombuffer"): _frombuffer for core in _NUMPY},
}
