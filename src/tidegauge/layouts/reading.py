"""Read a layout back from its text."""

import json

from tidegauge.layouts.base import Layout, broken
from tidegauge.layouts.categorical import CategoricalLayout
from tidegauge.layouts.numeric import NumericLayout

LAYOUTS = {c.kind: c for c in (NumericLayout, CategoricalLayout)}


def read_layout(text: str) -> Layout:
    """The layout that `Layout.text` wrote; a StoreError where it does not read."""
    try:
        content = json.loads(text)
        kind: str = content["kind"]
        layout: Layout = LAYOUTS[kind].from_content(content)
    except (ValueError, KeyError, TypeError) as e:
        raise broken(text, repr(e)) from e
    return layout
