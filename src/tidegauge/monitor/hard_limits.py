"""The part of a monitor about limits of its own: what must hold of every window, whatever its past is like."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from tidegauge.monitor import fields
from tidegauge.monitor.parts import Columns, Part
from tidegauge.monitor.texts import Wrong, named, refuse, text_of

# A comma stands between thousands alone: "5,5 %" would be 55 %.
_WHOLE = r"\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*"
_WRITTEN = re.compile(rf"\s*(<=|>=|<|>|≤|≥)\s*([-+]?(?:(?:{_WHOLE})\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(%?)\s*", re.ASCII)
_PATTERN = r"^\s*(<=|>=|<|>|≤|≥)\s*[-+]?[0-9.,_eE+-]+\s*%?\s*$"
_SIGNS = {"≤": "<=", "≥": ">="}


class Bounded(NamedTuple):
    """What a number must be: `< 0.05`."""

    sign: str  # <, <=, >, >=
    value: float
    written: str  # as the file has it

    def holds(self, x: float) -> bool:
        """Whether a number is so."""
        return {"<": x < self.value, "<=": x <= self.value, ">": x > self.value, ">=": x >= self.value}[self.sign]

    @property
    def is_most(self) -> bool:
        """Whether it bounds from above."""
        return self.sign.startswith("<")


def _bound(of_shares: bool | None) -> Callable[[Any], Bounded]:  # noqa: FBT001 - which a key takes; None: either
    example = {True: '"< 5 %"', False: '"> 1000"', None: '"> 85 %"'}[of_shares]

    def read(value: Any) -> Bounded:  # noqa: ANN401 - any YAML value
        if isinstance(value, Bounded):
            return value
        text = text_of(value, example)
        if not (found := _WRITTEN.fullmatch(text)):
            raise refuse(((), f"must be <, <=, > or >= and a number, such as {example}, and is {named(value)}"))
        exact = Decimal(found[2].replace(",", "").replace("_", ""))
        number = float(exact)
        if of_shares and "," in found[2]:
            raise refuse(((), f'has its decimals after a point, such as "< 5.5 %", and is {named(value)}'))
        if of_shares and not found[3] and number > 1:
            raise refuse(((), f'is a share of rows, from 0 to 1. For percent, write "{found[1]} {found[2]} %"'))
        if of_shares and not 0 <= number <= (100 if found[3] else 1):
            raise refuse(((), f"is a share of rows, from 0 to 100 %, and {found[2]}{found[3]} is none"))
        if found[3] and of_shares is False:
            raise refuse(((), f"is no share, and has no percent. Write a number, such as {example}"))
        sign = _SIGNS.get(found[1], found[1])
        return Bounded(sign, float(exact / 100) if found[3] else number, f"{sign} {found[2]}{' %' * bool(found[3])}")

    return read


_TEXT = WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["< 5 %", "> 1000"]})
Share = Annotated[Bounded | None, BeforeValidator(_bound(of_shares=True)), _TEXT]
Either = Annotated[Bounded | None, BeforeValidator(_bound(of_shares=None)), _TEXT]
Number = Annotated[Bounded | None, BeforeValidator(_bound(of_shares=False)), _TEXT]


class Limit(Part):
    """What must hold of every window: of its rows, of one column, or of a number of performance."""

    OF_ROWS: ClassVar[tuple[str, ...]] = ("rows", "duplicates")
    OF_NUMBERS: ClassVar[tuple[str, ...]] = ("mean", "least", "most")
    OF_COLUMNS: ClassVar[tuple[str, ...]] = ("missing", "unseen", *OF_NUMBERS)

    OF_PERFORMANCE: ClassVar[tuple[str, ...]] = ("value",)
    OF_SEGMENTS: ClassVar[tuple[str, ...]] = ("rows", "missing", "value")
    ADDED: ClassVar[frozenset[str]] = frozenset({"performance", "value", "segment"})

    column: fields.Column | None = Field(default=None, description="The column, one that is counted; none: the rows.")
    rows: Number = Field(default=None, description='How many rows a window has, such as "> 1000".')
    duplicates: Share = Field(default=None, description='Share of the rows whose id came before, such as "< 1 %".')
    missing: Share = Field(default=None, description='Share of the rows without a value, such as "< 5 %".')
    unseen: Share = Field(default=None, description="Share of a categorical column's values that were never seen.")
    mean: Number = Field(default=None, description="Mean of a numeric column, those far beyond its tails left out.")
    least: Number = Field(default=None, description='Least value of a numeric column, such as ">= 0".')
    most: Number = Field(default=None, description="Greatest value of a numeric column.")
    performance: fields.Text | None = Field(
        default=None, description="A number of performance, once labels have come, such as accuracy, by its name."
    )
    value: Either = Field(default=None, description='What that number must be, such as "> 85 %" or "< 0.5".')
    segment: fields.Text | None = Field(
        default=None,
        description="Of which rows alone, such as carrier=AA; for rows, missing and value. The column is one of "
        "columns.segments.",
    )

    @model_validator(mode="after")
    def _names_what(self) -> Self:
        keys = [k for k, _ in self.bounds]
        if not keys:
            raise refuse(((), f"says nothing that must hold. Give one of {', '.join(self._own)}"))
        if foreign := [k for k in keys if k not in self._own]:
            raise refuse(*self._not_of_this(foreign))
        return self

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.column is not None and self.performance is not None:
            raise refuse((("performance",), "stands beside a column. Write two limits"))
        whole = [k for k, _ in self.bounds if k not in self.OF_SEGMENTS]
        if self.segment is not None and whole:
            raise refuse((("segment",), f"is not for {whole[0]}: of segments there are {', '.join(self.OF_SEGMENTS)}"))
        return self

    def _not_of_this(self, foreign: Sequence[str]) -> list[Wrong]:
        """What is wrong with keys that are of something else."""
        if self.performance is not None or "value" in foreign:
            return [(("performance",), "and value belong together, and to no other key")]
        what = "needs a column" if self.column is None else "is of the rows, and takes no column"
        return [((k,), f"{what}. Write it as a limit of its own") for k in foreign]

    @property
    def _own(self) -> tuple[str, ...]:
        """The keys that go with what it is of."""
        if self.performance is not None:
            return self.OF_PERFORMANCE
        return self.OF_ROWS if self.column is None else self.OF_COLUMNS

    @property
    def bounds(self) -> list[tuple[str, Bounded]]:
        """What it says, by the file's keys."""
        every = (*self.OF_ROWS, *self.OF_COLUMNS, *self.OF_PERFORMANCE)
        return [(k, b) for k in every if (b := getattr(self, k)) is not None]

    @property
    def mark(self) -> str:
        """The limit as a text that a decision rests on; as an earlier version wrote it, where that could read it."""
        return self.model_dump_json(exclude={k for k in self.ADDED if getattr(self, k) is None})


Limits = Annotated[tuple[Limit, ...], BeforeValidator(fields.many)]


def unfit_limits(some: Sequence[Limit], columns: Columns, *, labels: bool) -> Iterator[Wrong]:
    """What does not fit the rest of the monitor, each with its place."""
    kinds = {c: kind for kind, names in columns.counted.items() for c in names}
    for k, one in enumerate(some):
        of_columns = _unfit_column(one, columns, kinds)
        others = _unfit_performance(one, columns, labels=labels)
        yield from ((("limits", k, key), said) for key, said in (*of_columns, *others))


def _unfit_column(one: Limit, columns: Columns, kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if one.duplicates is not None and columns.id is None:
        yield "duplicates", "needs columns.id: rows are told apart by it"
    if one.column is not None and one.column not in {*kinds, columns.prediction}:
        yield "column", f'"{one.column}" is not counted. List it in columns.numeric or categorical'
    yield from _foreign(one, kinds.get(one.column or ""))


def _unfit_performance(one: Limit, columns: Columns, *, labels: bool) -> Iterator[tuple[str, str]]:
    if one.performance is not None and not labels:
        yield "performance", "needs labels: it is known of predictions whose truth is"
    yield from (("segment", said) for said in _no_segment(one, columns.segments))


def _no_segment(limit: Limit, segments: Sequence[str]) -> Iterator[str]:
    """That what it is of is none of the monitor's segments."""
    if limit.segment is not None and limit.segment.partition("=")[0] not in segments:
        known = ", ".join(segments) or "none"
        yield f'"{limit.segment}" is no segment. Write column=value, a column of {known}'


def _foreign(limit: Limit, kind: str | None) -> Iterator[tuple[str, str]]:
    """Keys that are for columns of another kind than the limit's."""
    keys = {"categorical": Limit.OF_NUMBERS, "numeric": ("unseen",)}.get(kind or "", ())
    for key, _ in limit.bounds:
        if key in keys:
            yield key, f'is not for "{limit.column}", which is listed as {kind}'
