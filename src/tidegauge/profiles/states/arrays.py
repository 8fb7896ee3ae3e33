"""Named arrays in one blob: a header that says where each one lies, and their bytes. Equal arrays, equal bytes."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.base import opened, seal

Arrays = dict[str, NDArray[Any]]

_SIZE = 8  # bytes that hold the header's length


def write_arrays(form: Form[Arrays], arrays: Mapping[str, NDArray[Any]], note: str = "") -> bytes:
    """Arrays and a note as bytes with the number of their form and a checksum.

    >>> from tidegauge.core.forms import FORMS
    >>> form = Form[Arrays]("arrays in an example", tag=200)
    >>> read_arrays(form, write_arrays(form, {"a": np.array([[1.0, 2.0]])}, "hello"))
    ('hello', {'a': array([[1., 2.]])})
    >>> FORMS.pop(form.name) is form
    True
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
    return seal(form, len(text).to_bytes(_SIZE, "little") + text + b"".join(body))


def read_arrays(form: Form[Arrays], blob: bytes) -> tuple[str, Arrays]:
    """The note and the arrays [as written] of a blob, as the current form has them; CorruptBlob where it is damaged."""
    number, body = opened(form, blob)
    try:
        size = int.from_bytes(body[:_SIZE], "little")
        note, head = json.loads(bytes(body[_SIZE : _SIZE + size]))
        data = body[_SIZE + size :]
        found = {
            name: np.frombuffer(data, dtype, int(np.prod(shape)), at).reshape(shape)
            for name, (dtype, shape, at) in head.items()
        }
        return note, form.current(number, found)
    except (KeyError, ValueError, TypeError, IndexError) as e:
        raise CorruptBlob(f"stored numbers do not read: {e!r}.") from e
