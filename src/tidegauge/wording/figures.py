"""The numbers of performance in words: the same on a page, in a terminal and in a notebook."""

from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import WHOLE
from tidegauge.wording.text import DASH, first_up, one_line, share
from tidegauge.wording.units import read

HEADS = ("performance", "value", "90 % interval", "like windows", "their middle", "reference")


def row(figure: Figure) -> tuple[str, ...]:
    """One number under `HEADS`."""
    name = figure.statistic
    return (
        first_up(one_line(figure.title, 100)),
        told(name, figure.value),
        span(name, figure.interval_low, figure.interval_high),
        span(name, figure.least, figure.most),
        told(name, figure.middle),
        told(name, figure.reference),
    )


def told(statistic: str, value: float) -> str:
    """A value as its statistic is read; a dash where there is none."""
    return DASH if value != value else read(statistic, value)  # noqa: PLR0124 - nan alone is unlike itself


def span(statistic: str, low: float, high: float) -> str:
    """From one value to another."""
    bottom, top = told(statistic, low), told(statistic, high)
    return bottom if bottom == top else f"{bottom} to {top}"


def counted(performance: Performance) -> str:
    """How many labels it rests on: "208 of 220 predictions have a label (95 %)"."""
    n, rows = performance.labelled, performance.predictions
    where = "" if performance.segment == WHOLE else f" of {one_line(performance.segment, 60)}"
    if not rows:
        return f"{n:,} labels{where}"
    return f"{n:,} of {rows:,} predictions{where} have a label ({share(n / rows)})"


def hints(performance: Performance) -> list[str]:
    """What the heads of the table mean in this one, and what is not said."""
    like = next((f.like for f in performance.figures if f.like), "")
    out = [performance.note] if performance.note else []
    if like:
        out.append(f"Like windows: the {like} before it.")
    if performance.against and performance.against != like:
        out.append(f"Reference: all rows of the {performance.against} together.")
    elif performance.against:
        out.append("Reference: all their rows together.")
    return out
