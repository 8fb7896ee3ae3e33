"""Named arrays in one blob: a header that says where each one lies, and their bytes. Equal arrays, equal bytes."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.profiles.states.base import seal, unseal

_SIZE = 8  # bytes that hold the header's length


def write_arrays(tag: int, arrays: Mapping[str, NDArray[Any]], note: str = "") -> bytes:
    """Arrays and a note as bytes with a format version and a checksum.

    >>> read_arrays(9, write_arrays(9, {"a": np.array([[1.0, 2.0]])}, "hello"))
    ('hello', {'a': array([[1., 2.]])})
    """
    head: dict[str, list[Any]] = {}
    body, at = [], 0
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        array = array.astype(array.dtype.newbyteorder("<"))
        head[name] = [array.dtype.str, list(array.shape), at]
        body.append(array.tobytes())
        at += array.nbytes
    text = json.dumps([note, head]).encode()
    return seal(tag, len(text).to_bytes(_SIZE, "little") + text + b"".join(body))


def read_arrays(tag: int, blob: bytes) -> tuple[str, dict[str, NDArray[Any]]]:
    """The note and the arrays [as written] of a blob; CorruptBlob where it is not whole."""
    body = unseal(tag, blob)
    try:
        size = int.from_bytes(body[:_SIZE], "little")
        note, head = json.loads(bytes(body[_SIZE : _SIZE + size]))
        data = body[_SIZE + size :]
        return note, {
            name: np.frombuffer(data, dtype, int(np.prod(shape)), at).reshape(shape)
            for name, (dtype, shape, at) in head.items()
        }
    except (KeyError, ValueError, TypeError, IndexError) as e:
        raise CorruptBlob(f"stored numbers do not read: {e!r}.") from e
