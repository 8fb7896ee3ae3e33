"""What every drawing is made of: a frame with a name, a floor, grid lines, labels that don't touch.

Drawings stretch with the page: positions along are percentages and heights are pixels, so that letters keep their size
on a telephone and on a wall. Nothing moves and nothing needs a script; exact numbers are in a <title>, and every
picture stands beside a table with the same numbers. Colours are the stylesheet's (classes only).
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

ROOM = 7.0  # left of a picture for the numbers of its grid, in percent
LETTER = 1.7  # width of a letter on a narrow page, in percent
RIM = 4.0  # nearer to a side than this, a label leans inwards
BELOW = 22  # pixels for the labels under a picture


def picture(kind: str, title: str, height: int, parts: Iterable[Markup]) -> Markup:
    """The frame: as wide as its place, with a name for those who don't see it."""
    return Markup('<svg class="picture {}" width="100%" height="{}" role="img" aria-label="{}">{}</svg>').format(
        kind, height + BELOW, title, Markup("\n").join(parts)
    )


def floor(y: float) -> Markup:
    """The line that bars stand on."""
    return Markup('<line class="floor" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y)


def grid(value: float, y: float, label: str) -> Markup:
    """A thin line across with its number sitting on it; `value` 0 is a line like any other."""
    zero = " zero" if value == 0 else ""
    return Markup(
        '<line class="grid{0}" x1="0" x2="100%" y1="{1:.1f}" y2="{1:.1f}"/>'
        '<text class="label" x="0" y="{2:.1f}">{3}</text>'
    ).format(zero, y, y - 3, label)


def along(labels: Iterable[tuple[float, str]], height: float) -> list[Markup]:
    """Labels under the picture; those at the rims lean inwards."""
    return [
        Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
            x, height + 15, "start" if x < RIM else "end" if x > 100 - RIM else "middle", label
        )
        for x, label in labels
    ]


def extent(at: float, label: str) -> tuple[float, float]:
    """From where to where a label reaches on a narrow page, with some air."""
    wide = LETTER * (len(label) + 1)
    if at < RIM:
        return at, at + wide
    return (at - wide, at) if at > 100 - RIM else (at - wide / 2, at + wide / 2)


def some(labels: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """A handful of dates, evenly apart and always the last."""
    n = len(labels)
    count = min(n, 5 if all(len(label) < 8 for _, label in labels) else 3)
    picked = sorted({round((n - 1) * i / (count - 1)) for i in range(count)}) if count > 1 else list(range(n))
    return [labels[i] for i in picked]


def runs(known: Sequence[bool]) -> list[list[int]]:
    """Unbroken stretches of indices where `known` holds."""
    runs: list[list[int]] = []
    for i, here in enumerate(known):
        if here and i and known[i - 1]:
            runs[-1].append(i)
        elif here:
            runs.append([i])
    return runs
