"""Prometheus' remote write 1.0: samples as protobuf in snappy, by hand.

Four messages of a few numbered fields are not worth generated code, which two packages in one process can't both load.

Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
"""

import struct
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

from tidegauge.core.point import SeriesSample

HEADERS = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}
_NAN = struct.pack("<Q", 0x7FF8000000000001)  # the number that is none, never the one by which a series ends


def request(samples: Sequence[SeriesSample]) -> bytes:
    """The body that carries some samples, of each series in the order of time."""
    import cramjam  # for whoever writes: reading a monitor's options needs no compression

    return bytes(cramjam.snappy.compress_raw(message(samples)))


def message(samples: Sequence[SeriesSample]) -> bytes:
    """The same before it is compressed.

    >>> message([SeriesSample("up", (("job", "a"),), 1.0, 1000)])[20:].hex(" ")  # behind the name: a label, a sample
    '0a 03 6a 6f 62 12 01 61 12 0c 09 00 00 00 00 00 00 f0 3f 10 e8 07'
    """
    series: dict[tuple[str, tuple[tuple[str, str], ...]], list[SeriesSample]] = {}
    for sample in samples:
        series.setdefault((sample.name, sample.labels), []).append(sample)
    out = bytearray()
    for (name, labels), some in series.items():
        one = _labels(name, labels) + b"".join([_field(2, _sample(s)) for s in sorted(some, key=attrgetter("at"))])
        out += _field(1, one)
    return bytes(out)


@lru_cache(maxsize=4096)  # a year of one monitor says the same 150 again and again
def _labels(name: str, labels: tuple[tuple[str, str], ...]) -> bytes:
    return b"".join(_field(1, _field(1, _text(k)) + _field(2, _text(v))) for k, v in (("__name__", name), *labels))


def _sample(sample: SeriesSample) -> bytes:
    value = struct.pack("<d", sample.value) if sample.value == sample.value else _NAN
    return b"\x09" + value + b"\x10" + _varint(sample.at)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _text(value: str) -> bytes:
    return value.encode("utf-8", "replace")


@lru_cache(maxsize=4096)  # lengths, and the instants that all series of a window share
def _varint(number: int) -> bytes:
    number &= 0xFFFFFFFFFFFFFFFF  # an instant before 1970
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
