"""Which relations of a source are watched: chosen once from its first weeks, and what of them has been learnt since."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form, marked, read_marked
from tidegauge.profiles.states.arrays import Arrays, read_arrays, write_arrays
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations import FAMILIES
from tidegauge.relations.base import Family, First, Learnt, Spec
from tidegauge.relations.coded import Coded, Coder, pooled
from tidegauge.statistics.signal_set import Signal
from tidegauge.tuning.tuning import SHIPPED, Tuning

PLAN = Form[dict[str, Any]]("a plan of relations")
FIT = Form[Arrays]("what relations have learnt", tag=4)
DIGITS = 10  # of a level: the last bits of a float differ from machine to machine


@dataclass(frozen=True)
class Plan:
    """The cells of each column and the relations between columns, family by family. Its id is the hash of its text."""

    coder: Coder
    specs: Mapping[str, Sequence[Spec]]
    prediction: str | None
    tuning: Tuning = SHIPPED

    @classmethod
    def choose(
        cls,
        samples: Sequence[SampledRows],
        known: Mapping[str, int],
        prediction: str | None,
        tuning: Tuning = SHIPPED,
    ) -> Self:
        """Look at the samples of the first windows; `known`: categories that each layout names."""
        rows = pooled(samples, tuning.relations.learning.chosen_rows)
        coder = Coder.cut(rows, known, tuning.relations.codes)
        first = First(Coded(rows, coder), [Coded(s, coder) for s in samples], prediction)
        specs = {f.name: tuple(f.tuned(tuning).choose(first)) for f in FAMILIES.values()}
        return cls(coder, specs, prediction, tuning)

    def family(self, name: str) -> Family:
        """A family as this plan's tuning has it."""
        return FAMILIES[name].tuned(self.tuning)

    def each(self) -> Iterator[tuple[str, Spec]]:
        """Every relation: its family and its columns."""
        for name in FAMILIES:
            for spec in self.specs.get(name, ()):
                yield name, tuple(spec)

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """What is followed, in the order of `Fit.levels`."""
        return tuple(t for name, spec in self.each() for t in self.family(name).signals(spec))

    @cached_property
    def text(self) -> str:
        """All of it as JSON."""
        body = {
            "edges": {c: e.tolist() for c, e in self.coder.edges.items()},
            "named": dict(self.coder.named),
            "specs": {name: [list(s) for s in specs] for name, specs in self.specs.items()},
            "prediction": self.prediction,
        }
        return json.dumps(marked(PLAN, body))

    @cached_property
    def id(self) -> str:
        """Content hash."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @classmethod
    def of(cls, text: str, tuning: Tuning = SHIPPED) -> Self:
        """The plan that wrote this text."""
        found = read_marked(PLAN, json.loads(text))
        coder = Coder({c: np.array(e) for c, e in found["edges"].items()}, found["named"])
        specs = {name: tuple(tuple(s) for s in specs) for name, specs in found["specs"].items()}
        return cls(coder, specs, found["prediction"], tuning)


@dataclass(frozen=True)
class Fit:
    """What relations have learnt from past windows; it scores later ones and never the ones it learnt from."""

    plan: Plan
    learnt: Sequence[Learnt]  # one a relation, in the plan's order

    @classmethod
    def nothing(cls, plan: Plan) -> Self:
        """Before there was enough to learn from."""
        return cls(plan, [{} for _ in plan.each()])

    @classmethod
    def learn(cls, plan: Plan, samples: Sequence[SampledRows]) -> Self:
        """Learn every relation from the samples of past windows."""
        past = Coded(pooled(samples, plan.tuning.relations.learning.learnt_rows), plan.coder)
        return cls(plan, [plan.family(name).learn(spec, past, plan.prediction) for name, spec in plan.each()])

    def levels(self, sample: SampledRows | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Every signal's level and error in one window [K], [K]; NaN where there is no sample."""
        if sample is None:
            return np.full(len(self.plan.signals), np.nan), np.full(len(self.plan.signals), np.nan)
        rows = Coded(sample, self.plan.coder)
        found = [
            pair
            for (name, spec), learnt in zip(self.plan.each(), self.learnt, strict=True)
            for pair in self.plan.family(name).levels(spec, rows, learnt)
        ]
        both = np.round(np.array(found, dtype=np.float64).reshape(-1, 2), DIGITS)
        return both[:, 0], both[:, 1]

    def to_blob(self) -> bytes:
        """Every array under the number of its relation."""
        return write_arrays(
            FIT, {f"{k}.{name}": a for k, arrays in enumerate(self.learnt) for name, a in arrays.items()}
        )

    @classmethod
    def of(cls, plan: Plan, blob: bytes) -> Self:
        """The fit that wrote these bytes; CorruptBlob where they are not whole."""
        _, arrays = read_arrays(FIT, blob)
        learnt: list[dict[str, NDArray[Any]]] = [{} for _ in plan.each()]
        for key, array in arrays.items():
            k, _, name = key.partition(".")
            if not k.isdecimal() or int(k) >= len(learnt):
                raise CorruptBlob("stored relations are not those of this plan.")
            learnt[int(k)][name] = array
        return cls(plan, learnt)
