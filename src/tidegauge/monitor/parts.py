"""The parts of a monitor: source, labels, columns, window, reference, alerts.

The descriptions are the user's manual: they become the JSON Schema that an editor shows while a monitor is written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tidegauge.core.addresses.masking import mask
from tidegauge.monitor import choices, fields, kinds
from tidegauge.monitor.choices import Pool
from tidegauge.monitor.class_scores import Scores
from tidegauge.monitor.derived import Derived, Texts, described, unfit_derived
from tidegauge.monitor.quantiles import Quantiles
from tidegauge.monitor.texts import Wrong, refuse

# two roles that one column may have
BOTH = {("segments", "categorical"), ("segments", "version"), ("categorical", "prediction")}
LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


class Part(BaseModel):
    """Frozen, and deaf to no typing error: an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, mask(value) if isinstance(value, str) else value


class Labels(Part):
    """Where the truth arrives, later than the predictions."""

    table: fields.Plain = Field(description="The table with the labels. It may be the source's own table.")
    id: fields.Column = Field(description="Its column that joins to columns.id.")
    value: fields.Column = Field(
        description="The true outcome: 0/1, a truth value, a number, or, where the prediction is a class, a class."
    )
    arrived: fields.Column | None = Field(
        default=None, description="When a label became known, so that a replay sees only what was known at the time."
    )
    delay: fields.Duration = Field(
        default=timedelta(days=1),
        description="How long after a window's end its labels are expected. Predictions are judged then.",
        examples=["1 day"],
        json_schema_extra={"default": "1 day"},
    )
    look_back: fields.Duration = Field(
        default=timedelta(days=90),
        description="How long after `delay` labels that come later still count. What is known of a window is counted "
        "anew at the end of each later window by which any came.",
        examples=["90 days"],
        json_schema_extra={"default": "90 days"},
    )
    mature: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="The share of the labels to be expected in the end from which on a window is judged. Below it "
        "there are provisional numbers, and no verdict. How many come by which age is learnt from earlier windows.",
    )
    thresholds: fields.Thresholds = Field(
        default=(0.5,),
        description="Scores from which on a row counts as predicted to be 1, where labels are 0 and 1: precision, "
        "recall, F1, lift and accuracy are told at each.",
        examples=[[0.3, 0.5]],
        json_schema_extra={"default": [0.5]},
    )
    quantiles: Quantiles = Field(
        default_factory=dict,
        description="Quantile → column of the source, where labels are numbers and the model predicts quantiles too: "
        "their loss, and how many labels lie below and between them, are told.",
        examples=[{0.1: "low", 0.9: "high"}],
        json_schema_extra={"default": {}},
    )
    query: fields.Column | None = Field(
        default=None,
        description="A column of the source whose rows were ranked together, such as a search: labels then say how "
        "relevant a row is, 0 for not at all, and the order of scores is judged.",
    )
    top: int = Field(
        default=10, ge=1, le=1000, strict=True, description="Where `query` is given: how many rows are looked at first."
    )


class Columns(Part):
    """Which column plays which role. A column that is not named here is not read."""

    # columns of any other kind that is registered, under its name; another key is refused
    model_config = ConfigDict(extra="allow", json_schema_extra=kinds.describe)
    __pydantic_extra__: dict[kinds.Name, fields.Columns] = Field(init=False)

    id: fields.Column | None = Field(
        default=None, description="Identifies a row: counts duplicates and joins labels. Needed for labels."
    )
    time: fields.Column = Field(description="When the prediction was made. Windows are cut by it.")
    ingested: fields.Column | None = Field(
        default=None, description="When the row was written. Finds rows that arrive late, and windows to profile again."
    )
    version: fields.Column | None = Field(default=None, description="Which version of the model made the prediction.")
    prediction: fields.Column | None = Field(
        default=None,
        description="What the model said: a score, a number or a class. A class that is written as a number is listed "
        "as categorical as well.",
    )
    numeric: fields.Columns = Field(
        default=(), description="Features that are quantities, where more and less mean something."
    )
    categorical: fields.Columns = Field(
        default=(), description="Features that are names or codes, where only equal means something."
    )
    segments: fields.Columns = Field(
        default=(), description="Columns with few values (at most 20 are kept); each value is also watched on its own."
    )

    text: Texts = Field(
        default=(),
        description="Columns of texts, of which numbers are watched and no text is kept: how long, how many words, how "
        "cased, and so on. {column: answer, descriptors: [words, refusal]} chooses what.",
    )
    derived: Derived = Field(
        default_factory=dict,
        description="Name → SQL expression over a row, as the source's engine spells it: a column that no table holds, "
        "to be listed like any other. It is code that runs in the warehouse, as a view is.",
        examples=[{"fare_per_km": "fare / nullif(distance, 0)"}],
        json_schema_extra={"default": {}},
    )

    scores: Scores = Field(
        default_factory=dict,
        description="Class → column, where the prediction is one of several classes and each has a score: how sure the "
        "model was is told of too, once labels have come. A score may be listed as numeric as well.",
        examples=[{"cat": "score_cat", "dog": "score_dog"}],
        json_schema_extra={"default": {}},
    )

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """Role → columns, for the roles that are given; segments may repeat a categorical column."""
        single = ("id", "time", "ingested", "version", "prediction")
        roles = {role: (getattr(self, role),) for role in single if getattr(self, role) is not None}
        listed = {**self.counted, "segments": self.segments}
        return roles | {role: columns for role, columns in listed.items() if columns}

    @property
    def counted(self) -> dict[str, tuple[str, ...]]:
        """Kind → the columns that are listed as it, and those that texts are described by."""
        listed = {"numeric": self.numeric, "categorical": self.categorical, **(self.__pydantic_extra__ or {})}
        of_texts = described(self.text)
        return listed | {kind: (*listed.get(kind, ()), *names) for kind, names in of_texts.items()}

    @property
    def made(self) -> set[str]:
        """The columns that no table holds: derived ones, and those that texts are described by."""
        return {*self.derived, *(c for names in described(self.text).values() for c in names)}

    @model_validator(mode="after")
    def _one_role_each(self) -> Self:
        wrong = [*self._wrong_roles(), *self._wrong_scores()]
        wrong += unfit_derived(self.derived, self.text, self.roles, self.scores.values())
        if not (any(self.counted.values()) or self.prediction):
            wrong.append(((), "names nothing to watch. Give prediction, numeric, categorical or text columns"))
        if wrong:
            raise refuse(*wrong)
        return self

    def _wrong_roles(self) -> Iterator[Wrong]:
        """Columns that are named twice, in one role or in two that do not go together."""
        taken: dict[str, str] = {}
        for role, names in self.roles.items():
            for name, times in repeated(names):
                yield (role,), f'names "{name}" {times} times. Once is enough'
            for name in dict.fromkeys(names):
                other = taken.setdefault(name, role)
                if other != role and (role, other) not in BOTH:
                    yield (role,), f'"{name}" is already {other}. A column has one role: keep one of the two'

    def _wrong_scores(self) -> Iterator[Wrong]:
        """What does not fit together of the classes' scores."""
        for name, times in repeated(self.scores.values()):
            yield ("scores",), f'names "{name}" {times} times. Each class has a score of its own'
        if self.scores and not self.prediction:
            yield ("scores",), "belongs to a prediction that is a class. Name its column as prediction"


def repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    """Those that are there more than once, and how often."""
    return [(name, times) for name, times in Counter(names).items() if times > 1]


class WindowRule(Part):
    """How time is cut into windows."""

    every: Literal["hour", "day", "week"] = Field(description="Length of a window: hour, day or week (from Monday).")
    zone: fields.Zone = Field(
        default="UTC", description="The time zone whose hours and midnights cut windows and make seasons."
    )
    start: fields.Day | None = Field(
        default=None, description="First day to look at. Default: the first day that has rows."
    )
    wait: fields.Duration = Field(
        default=timedelta(0),
        description="How long after a window's end its rows may still arrive; the window is judged after that.",
        examples=["2 hours"],
        json_schema_extra={"default": "0 hours"},
    )

    @property
    def length(self) -> timedelta:
        """Nominal length of a window (a local day may have 23 or 25 hours)."""
        return LENGTHS[self.every]


class Reference(Part):
    """Which past windows a window is compared with. Each statistic's own history chooses among the pools."""

    country: fields.Country = Field(
        default=None, description="ISO code, such as US or DE: its public holidays are compared with their like."
    )
    pools: choices.Pools = Field(
        default=(Pool("seasonal"), Pool("trailing")),
        description="seasonal: same hour of week, weekday class, holiday. trailing: the most recent windows. "
        "{pinned: {from: 2013-01-01, to: 2013-04-01}} or {pinned: {version: v1}}: a fixed past, such as the training "
        "period.",
        json_schema_extra={"default": ["seasonal", "trailing"]},
    )
    look_back: fields.Duration = Field(
        default=timedelta(days=120),
        description="How far back windows are taken from.",
        examples=["120 days"],
        json_schema_extra={"default": "120 days"},
    )
    minimum: int = Field(
        default=4,
        ge=1,
        le=1000,
        strict=True,
        description="With fewer past windows than this, a wider pool is used instead.",
    )

    @model_validator(mode="after")
    def _has_pools(self) -> Self:
        if not self.pools:
            raise refuse((("pools",), "is empty. Give at least one, such as [seasonal, trailing]"))
        return self
