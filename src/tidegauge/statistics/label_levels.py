"""Which numbers there are of a monitor's labels: those of its task, at the thresholds or of the classes that it has."""

from collections.abc import Sequence

from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.tasks import task_of
from tidegauge.statistics import LABEL_LEVELS
from tidegauge.statistics.each_class import OF, EachClass
from tidegauge.statistics.labelled import LabelLevel
from tidegauge.statistics.own_metric_level import named_own, own_level
from tidegauge.statistics.threshold_level import ThresholdLevel, threshold_in


def of_task(unit: LabelUnit) -> list[LabelLevel]:
    """The levels, judged or only shown, that labels of this unit have; those at a threshold once for each.

    Declared thresholds take the place of one half. `accuracy` at one half stays, for alerts come of it.
    """
    name = task_of(unit).name
    plain = [level for level in LABEL_LEVELS.values() if name in level.applies and level.there(unit)]
    each, elsewhere = _of_each_class(plain, unit), _at_other_thresholds(plain, unit)
    if unit.thresholds and ThresholdLevel.threshold not in unit.thresholds:  # what may alert is shown, whoever asks
        plain = [level for level in plain if level.judged or not isinstance(level, ThresholdLevel)]
    return [*plain, *_of_ones_own(unit), *each, *elsewhere]


def _of_ones_own(unit: LabelUnit) -> list[LabelLevel]:
    """Those of the monitor's own metrics that labels of this unit have."""
    return [level for level in map(own_level, unit.metrics) if level.there(unit)]


def _of_each_class(levels: Sequence[LabelLevel], unit: LabelUnit) -> list[LabelLevel]:
    """Those that there are of single classes, for each class; none where labels are no classes."""
    names = () if unit.classes is None else unit.classes.values
    return [there for level in levels for name in names if (there := level.of_class(name)) is not None]


def _at_other_thresholds(levels: Sequence[LabelLevel], unit: LabelUnit) -> list[LabelLevel]:
    """Those that there are at a threshold, for each that is declared beside one half."""
    others = [t for t in unit.thresholds if t != ThresholdLevel.threshold]
    return [there for t in others for level in levels if (there := level.at(t)) is not None]


def at_a_threshold(name: str) -> LabelLevel | None:
    """The level that such a name means (`precision-at-0-3`); None where it means none."""
    base, threshold = threshold_in(name) or ("", 0.0)
    return LABEL_LEVELS[base].at(threshold) if base in LABEL_LEVELS else None


def of_a_class(name: str) -> LabelLevel | None:
    """The level that such a name means (`recall-of-cat`), its class called as there; None where it means none."""
    if (own := named_own(name)) is not None:
        return own
    base, _, called = name.partition(OF)
    found = next((x for x in LABEL_LEVELS.values() if isinstance(x, EachClass) and x.of_one == base), None)
    return found.of_class(called) if found is not None and called else None
