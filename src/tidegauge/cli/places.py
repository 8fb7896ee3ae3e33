"""Files on the command line: a path, and never an address, whose password a sentence about the path would repeat."""

from pathlib import Path
from typing import Any

import click


class FilePath(click.Path):
    """A file's path. An address in its place is refused as it was typed, before a Path makes `:/` of its `://`."""

    def __init__(self, what: str, **more: Any) -> None:  # noqa: ANN401 - click's own settings
        super().__init__(path_type=Path, **more)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """The path; nothing of an address is repeated, since it may hold a password."""
        from tidegauge.core.addresses.masking import looks_like_address

        if isinstance(value, str) and looks_like_address(value) and not Path(value).exists():
            self.fail(f"{self.what} belongs here, and an address was given. Give the path of a file.", param, ctx)
        return super().convert(value, param, ctx)
