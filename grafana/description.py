"""What a dashboard is made of, in words that know neither of Grafana's two forms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel as Drawn

COLUMNS = 24  # of Grafana's grid
DATASOURCE = "${datasource}"  # the variable that each dashboard has


class Source(StrEnum):
    """What is asked, by the name of Grafana's plugin."""

    PROMETHEUS = "prometheus"
    POSTGRES = "grafana-postgresql-datasource"


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `instant` is asked once, at the right edge of what is shown; `table` makes rows, not lines."""

    text: str
    legend: str = ""
    instant: bool = False
    table: bool = False


@dataclass(frozen=True, slots=True)
class Reshape:
    """One of Grafana's transformations, by its id."""

    name: str
    options: dict[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go from a panel."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture of what its queries say, with one sentence of help."""

    title: str
    help: str
    look: Builder[Drawn]
    width: int
    height: int
    queries: tuple[Query, ...]
    reshapes: tuple[Reshape, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """What a reader chooses (a query's answers), or what whoever sets Grafana up has fixed (a constant)."""

    name: str
    label: str
    text: str
    kind: Literal["query", "constant"] = "query"
    regex: str = ""
    hidden: bool = False
    first: str = ""  # what is chosen until a reader chooses; else the first of all by name


@dataclass(frozen=True, slots=True)
class Annotation:
    """Moments and spans that are marked in every picture that has time."""

    name: str
    query: Query
    color: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of panels."""

    uid: str
    title: str
    help: str
    source: Source
    variables: tuple[Variable, ...]
    panels: tuple[Panel, ...]
    annotations: tuple[Annotation, ...] = ()
    since: str = "now-8w"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands on the grid."""

    x: int
    y: int
    width: int
    height: int


def placed(panels: Iterable[Panel]) -> Iterator[tuple[int, Panel, Place]]:
    """Panels from left to right, line by line, each with a number from 1.

    >>> from grafana.looks import steps
    >>> half = Panel("a", "b", steps(), 12, 5, ())
    >>> [(number, place.x, place.y) for number, _, place in placed([half, half, half])]
    [(1, 0, 0), (2, 12, 0), (3, 0, 5)]
    """
    x = y = below = 0
    for number, panel in enumerate(panels, start=1):
        if x + panel.width > COLUMNS:
            x, y = 0, below
        yield number, panel, Place(x, y, panel.width, panel.height)
        x, below = x + panel.width, max(below, y + panel.height)
