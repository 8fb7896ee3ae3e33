"""Schemes whose addresses name a file: its path is taken as it is written, and may be shown.

Whoever opens such files claims their schemes: an engine of warehouses, the store. A text may have to be masked before
anything was opened, so at the first question they are brought in, by their address; what they need of a driver is
brought in later still.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module

CLAIMANTS = ("tidegauge.warehouses", "tidegauge.store.file")
_FILES: set[str] = set()
_URLS: set[str] = set()


def claim_files(schemes: Iterable[str], *, urls: bool = False) -> None:
    """Addresses of these schemes name a file from now on.

    `urls`: as SQLAlchemy reads them. Without a path one names a database in memory, and a "?" begins settings
    whatever follows.
    """
    schemes = list(schemes)
    _FILES.update(schemes)
    if urls:
        _URLS.update(schemes)


def names_file(scheme: str) -> bool:
    """Whether addresses of a scheme, or of an engine with a driver behind a plus, name a file.

    >>> names_file("duckdb"), names_file("sqlite+pysqlite"), names_file("postgresql"), names_file("http")
    (True, True, False, False)
    """
    _ask()
    return scheme.partition("+")[0] in _FILES


def is_url(scheme: str) -> bool:
    """Whether the address of a file is read as SQLAlchemy reads it."""
    _ask()
    return scheme.partition("+")[0] in _URLS


@cache
def _ask() -> None:
    """Let everybody claim what is theirs. Where one cannot be brought in, its addresses are none of files."""
    for module in CLAIMANTS:
        with suppress(ImportError):
            import_module(module)
