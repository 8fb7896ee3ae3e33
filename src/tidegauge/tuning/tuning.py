"""All constants that judge, in one value that is handed down: to try others, hand down another.

These are no options of a monitor. A user states a budget of false alerts; the constants are what made that promise hold
on the histories that they were measured on. A sweep, a benchmark or another domain sets them:

>>> bolder = SHIPPED.but({"decisions.threshold.fitted": 1.0, "relations.pairs.each": 5})
>>> bolder.decisions.threshold.fitted, SHIPPED.decisions.threshold.fitted
(1.0, 1.25)

and gives the result to `open_pipeline(…, tuning=bolder)`, or to a `Judge`. Decisions by another tuning have another
evidence, and what was learnt by it another digest: in one store they are never taken for each other.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tidegauge.core.errors import UnknownName, did_you_mean
from tidegauge.tuning.because import constants
from tidegauge.tuning.boosting_tuning import BoostingTuning
from tidegauge.tuning.cause_tuning import CauseTuning
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.estimate_tuning import EstimateTuning
from tidegauge.tuning.parity_tuning import ParityTuning
from tidegauge.tuning.promotion_tuning import PromotionTuning
from tidegauge.tuning.relation_tuning import RelationTuning
from tidegauge.tuning.retraining_tuning import RetrainingTuning
from tidegauge.tuning.sensitivity_tuning import SensitivityTuning
from tidegauge.tuning.statistic_tuning import StatisticTuning
from tidegauge.tuning.where_tuning import WhereTuning


@dataclass(frozen=True, slots=True)
class Tuning:
    """The constants of all rooms that judge."""

    statistics: StatisticTuning = StatisticTuning()
    relations: RelationTuning = RelationTuning()
    boosting: BoostingTuning = BoostingTuning()
    decisions: DecisionTuning = DecisionTuning()
    sensitivity: SensitivityTuning = SensitivityTuning()
    parity: ParityTuning = ParityTuning()
    estimates: EstimateTuning = EstimateTuning()
    where: WhereTuning = WhereTuning()
    causes: CauseTuning = CauseTuning()
    retraining: RetrainingTuning = RetrainingTuning()
    promotion: PromotionTuning = PromotionTuning()

    def but(self, changes: Mapping[str, object]) -> "Tuning":
        """The same with some constants otherwise, by their paths; UnknownName for one that is not there."""
        known = {path: value for path, value, _ in constants(Tuning())}
        out = self
        for path, value in changes.items():
            if path not in known:
                raise UnknownName(f'no constant is called "{path}". {did_you_mean(path, known)}')
            kind = type(known[path])
            given = float(value) if kind is float and type(value) is int else value
            if type(given) is not kind:
                raise TypeError(
                    f"{path} is {known[path]!r} as shipped: give a value of type {kind.__name__}, not {value!r}."
                )
            out = _set(out, path.split("."), given)
        return out

    @property
    def mark(self) -> tuple[str, ...]:
        """What evidence and digests hold of it: nothing of the shipped one, so that no store is decided anew for it."""
        return () if self == SHIPPED else (_digest(self),)


def _set(tuning: Any, path: list[str], value: object) -> Any:  # noqa: ANN401 - whatever stands at the path's beginning
    name, *rest = path
    return replace(tuning, **{name: _set(getattr(tuning, name), rest, value) if rest else value})


@lru_cache(maxsize=64)
def _digest(tuning: Tuning) -> str:
    return hashlib.sha256(repr(tuning).encode()).hexdigest()[:16]


SHIPPED = Tuning()
