"""The numbers of performance in words: the same on a page, in a terminal and in a notebook."""

from collections.abc import Callable
from math import isnan

from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import WHOLE, Window
from tidegauge.wording.lookup import find
from tidegauge.wording.text import DASH, first_up, number, one_line, share

HEADS = ("performance", "value", "90 % interval", "like windows", "their middle", "reference")


def row(figure: Figure) -> tuple[str, ...]:
    """One number under `HEADS`."""
    return (
        first_up(one_line(figure.title, 100)),
        in_words(figure, figure.value),
        span(figure, figure.interval_low, figure.interval_high),
        span(figure, figure.least, figure.most),
        in_words(figure, figure.middle),
        in_words(figure, figure.reference),
    )


def in_words(figure: Figure, value: float) -> str:
    """A value as a reader takes it: in per cent, or as a number; a dash where there is none."""
    if isnan(value):
        return DASH
    return share(value, 1) if figure.unit == "share" else number(value)


def span(figure: Figure, low: float, high: float) -> str:
    """From one value to another."""
    bottom, top = in_words(figure, low), in_words(figure, high)
    return bottom if bottom == top else f"{bottom} to {top}"


def stands(figure: Figure, here: Window, when: Callable[[Window], str]) -> str:
    """How it lies to its range: nothing where it is within, and where it has none that it is not known."""
    if not figure.is_said:
        return "cannot be said of this window"
    if not figure.like:
        return "no like windows yet"
    if figure.since is None:
        return ""
    above = figure.value > figure.most
    way = ("above" if above else "below") + (", which is better" if _better(figure, above=above) else "")
    return way if figure.since == here else f"outside since {when(figure.since)}, now {way}"


def _better(figure: Figure, *, above: bool) -> bool:
    """Whether a number that lies beyond its range says that the model got better: nobody is alerted by that."""
    if figure.better:
        return above == (figure.better == "higher")
    known = find(figure.statistic)
    return known is not None and (known.only_falls if above else known.one_sided)


def counted(performance: Performance) -> str:
    """How many labels it rests on: "208 of 220 predictions have a label (95 %)"."""
    n, rows = performance.labelled, performance.predictions
    where = "" if performance.segment == WHOLE else f" of {one_line(performance.segment, 60)}"
    early = ", provisional" if performance.provisional else ""
    if not rows:
        return f"{n:,} labels{where}{early}"
    return f"{n:,} of {rows:,} predictions{where} have a label ({share(n / rows)}){early}"


def hints(performance: Performance) -> list[str]:
    """What the heads of the table mean in this one, and what is not said."""
    like = next((f.like for f in performance.figures if f.like), "")
    out = [one_line(performance.note, 400)] if performance.note else []
    if performance.arrival:
        out.insert(0, one_line(performance.arrival, 400))
    if like:
        out.append(f"Like windows: the {like} before it.")
    if performance.against:
        rows = "their rows" if performance.against == like else f"rows of the {performance.against}"
        out.append(f"Reference: all {rows} together.")
    if any(f.is_outside for f in performance.figures):
        out.append("Outside its range is no alert by itself: of nine equal windows, two lie outside the other eight.")
    return out
