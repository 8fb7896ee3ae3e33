"""Write docs/tuning.md from the constants themselves: `python -m tools.build_tuning`.

A test compares the page with `page()`, so that it cannot fall behind.
"""

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

from tidegauge.tuning.because import PerKind, constants
from tidegauge.tuning.tuning import SHIPPED

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tuning.md"
HEAD = """# Tuning

<!-- Written by tools/build_tuning.py from tidegauge.tuning; change that, not this page. -->

The constants that a judgement rests on. They are **no options of a monitor**: whoever runs one states a budget of false
alerts, and these numbers are what made that promise hold on the histories that they were measured on. They are listed
so that nobody has to look for them, and can be handed down by a sweep, a benchmark or another domain:

```python
from tidegauge.tuning.tuning import SHIPPED

bolder = SHIPPED.but({"decisions.threshold.fitted": 1.0, "relations.pairs.each": 5})
assert SHIPPED.decisions.threshold.fitted == 1.25  # values are frozen: a tuning is another value
```

`open_pipeline(monitor, past, tuning=bolder)` judges by them, a replay of that pipeline too. Windows that were judged by
another tuning have other evidence: in a store that knows both, whichever runs decides again what the other decided. Use
a store of its own for a sweep. A statistic's own least spread (`floor`) and weight of tail (`shape`) stand in its class
and can be set by its name: `{"statistics.floors": (("missing", 0.02),)}`.

A source is a decision in [docs/decisions](decisions/README.md), a paper, or a convention. A number that was *judged by
hand, never swept* has none: a place to begin.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_tables(SHIPPED, ""))


def _tables(tuning: object, path: str) -> Iterator[str]:
    """A heading and a table of each part, with what it is for."""
    own = [(p, value, why) for p, value, why in constants(tuning, path) if p.count(".") == path.count(".")]
    if own:
        told = (type(tuning).__doc__ or "").split("\n")[0]
        yield f"\n## `{path.removesuffix('.')}`\n\n{told}\n\n"
        yield "| constant | shipped | what for | source |\n|---|---|---|---|\n"
        for name, value, why in own:
            reason, source = (why.reason, why.source) if why else ("", "")
            yield f"| `{name.rpartition('.')[2]}` | {_shown(value)} | {reason} | {source} |\n"
    for f in fields(tuning):  # type: ignore[arg-type]
        part = getattr(tuning, f.name)
        if is_dataclass(part) and f"{path}{f.name}" not in {name for name, _, _ in own}:
            yield from _tables(part, f"{path}{f.name}.")


def _shown(value: object) -> str:
    """A value as a table shows it."""
    if isinstance(value, PerKind):
        return ", ".join(f"{kind} {_shown(value[kind])}" for kind in ("hour", "day", "week"))
    if isinstance(value, timedelta):
        return f"{value.days} days"
    if is_dataclass(value):
        return " / ".join(_shown(getattr(value, f.name)) for f in fields(value))
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
