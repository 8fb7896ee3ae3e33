"""What may be typed where: an address may hold a password, and belongs where one is asked for.

A path that is none is named in a sentence, and so is a date that is no date, a key that nobody knows, a column that is
on no side. So whatever takes a path or a word refuses what looks like an address, before anything else sees it.
"""

from pathlib import Path
from typing import Any

import click


class Word(click.ParamType):  # type: ignore[type-arg]  # not generic in 8.2
    """A date, a key, a name: any text but an address."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """The text; nothing of an address is repeated."""
        from tidegauge.core.addresses.masking import looks_like_address

        if isinstance(value, str) and looks_like_address(value):
            what = ((param and param.metavar) or (param and param.name) or "a word").lower()
            self.fail(
                f"an address was given where {what} belongs. It is not repeated, as it may hold a secret.", param, ctx
            )
        return value


WORD = Word()  # the type of every option and argument that is no file and no address: tests/test_cli.py walks them


class FilePath(click.Path):
    """A file's path. An address in its place is refused as it was typed, before a Path makes `:/` of its `://`."""

    def __init__(self, what: str, **more: Any) -> None:  # noqa: ANN401 - click's own settings
        super().__init__(path_type=Path, **more)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """The path; nothing of an address is repeated, since it may hold a password."""
        from tidegauge.core.addresses.keyed import holds_keyed
        from tidegauge.core.addresses.masking import looks_like_address
        from tidegauge.core.regular_files import is_folder, is_regular

        if isinstance(value, str) and looks_like_address(value):
            there = is_regular(value) or is_folder(value)  # a file may be called a@b, but nobody's password=…
            if not there or holds_keyed(value):
                self.fail(f"{self.what} belongs here, and an address was given. Give the path of a file.", param, ctx)
        return super().convert(value, param, ctx)
