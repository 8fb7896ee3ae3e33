"""The part of a monitor about fairness: which columns' groups are to be treated alike, and how much alike."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from tidegauge.monitor import fields
from tidegauge.monitor.parts import Columns, Part, repeated
from tidegauge.monitor.texts import Wrong


class Sensitive(Part):
    """One column whose groups are to be treated alike."""

    column: fields.Column = Field(description="The column with the groups. It is one of columns.segments.")
    base: fields.Text = Field(description="The group that the others are held against: one of its values.")
    least: float = Field(
        default=0.8,
        gt=0,
        lt=1,
        description="A group's rate may be that share of the base group's, and no more than one divided by it: 0.8 is "
        "the four-fifths rule, from 0.8 to 1.25.",
    )


Sensitives = Annotated[tuple[Sensitive, ...], BeforeValidator(fields.many)]


def unfit(some: Sequence[Sensitive], columns: Columns, *, labels: bool) -> Iterator[Wrong]:
    """What does not fit the rest of the monitor, each with its place."""
    if some and not labels:
        yield ("fairness",), "needs labels: rates of groups are those of predictions whose truth is known"
    for name, _ in repeated(s.column for s in some):
        yield ("fairness",), f'names "{name}" more than once. Once is enough'
    for k, one in enumerate(some):
        if one.column not in columns.segments:
            known = ", ".join(columns.segments) or "none"
            yield ("fairness", k, "column"), f'"{one.column}" is no segment. List it in columns.segments ({known} now)'
