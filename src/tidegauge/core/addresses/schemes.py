"""Schemes whose addresses name a file: its path is taken as it is written, and may be shown."""

from collections.abc import Iterable

# Those of the house from the first moment, since a text is masked before any engine is loaded; an engine that joins
# later claims its own.
FILES = {"duckdb", "sqlite"}


def claim_files(schemes: Iterable[str]) -> None:
    """Addresses of these schemes name a file from now on."""
    FILES.update(schemes)
