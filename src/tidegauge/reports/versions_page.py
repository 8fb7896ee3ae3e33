"""Two versions of a model as one page that opens anywhere, and as a part of a notebook."""

from typing import Any

from tidegauge.core.versions_beside import VersionsBeside
from tidegauge.reports.rendering import environment
from tidegauge.wording.text import first_up
from tidegauge.wording.versions_words import WINDOWS, apart, cells, heads, in_windows


def versions_page(found: VersionsBeside, zone: str) -> str:
    """The page, from the comparison alone, so that the same rows give the same bytes."""
    return environment().get_template("versions.html").render(contents(found, zone))


def versions_fragment(found: VersionsBeside, zone: str) -> str:
    """What a notebook shows of it."""
    return environment().get_template("notebook_versions.html").render(contents(found, zone))


def contents(found: VersionsBeside, zone: str) -> dict[str, Any]:
    """Everything that the templates lay out."""
    some, looked = apart(found)
    return {
        "monitor": found.monitor,
        "versions": found.versions,
        "in_windows": in_windows(found, zone),
        "heads": heads(found),
        "whole": [(first_up(f.title), cells(f), f.is_apart) for f in found.whole],
        "segments": [(f.segment, first_up(f.title), cells(f), f.is_apart) for f in some],
        "looked": looked,
        "by_windows": WINDOWS,
    }
