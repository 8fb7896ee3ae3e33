"""Texts of a monitor's file: how a value is named in a sentence, and what a text may be."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from tidegauge.core.addresses.masking import looks_like_address, mask
from tidegauge.monitor.yaml_lines import Path

Wrong = tuple[Path, str]  # a place (relative to the value being read) and a sentence about it


def refuse(*problems: Wrong) -> PydanticCustomError:
    """An error that carries sentences, each with the place that it is about."""
    text = "; ".join(sentence for _, sentence in problems)
    return PydanticCustomError("tidegauge", "{text}", {"text": text, "problems": problems})


def named(value: Any) -> str:  # noqa: ANN401 - any YAML value
    """How a value is named in a sentence: its text and its kind, never a password."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()} (a truth value)"
    if isinstance(value, int | float):
        return f"{value} (a number)"
    if isinstance(value, str):
        return f'"{mask(value)[:80]}"'  # masked first: a cut could take away the "@" that ends a password
    return "a mapping" if isinstance(value, Mapping) else "a list"


def text_of(value: Any, example: str) -> str:  # noqa: ANN401 - any YAML value
    """The value as text that is not empty, or a sentence with an example."""
    if isinstance(value, str) and value:
        return value
    quoted = f' Put it in quotes: "{value}"' if isinstance(value, int | float) and not isinstance(value, bool) else ""
    raise refuse(((), f"must be text, such as {example}, and is {named(value)}.{quoted}"))


def plain_text(value: Any, example: str) -> str:  # noqa: ANN401 - any YAML value
    """The same of what is a name or a place in folders, and stands in files, tables and sentences as such."""
    text = text_of(value, example)
    if looks_like_address(text):
        raise refuse(((), f"is an address, or holds a secret, and must be a plain text such as {example}"))
    return text
