"""The likely cause of an alert on labels: by the stored labels of its window and of like ones, whole and by segment."""

from collections.abc import Callable, Sequence

import numpy as np

from tidegauge.causes.label_change import LabelChange, LabelNumber
from tidegauge.causes.naming import causes_of_labels
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.references.ladder import Chosen
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics.auc import AreaUnderCurve
from tidegauge.statistics.labelled import Labelled
from tidegauge.tuning.cause_tuning import CauseTuning

AUC = AreaUnderCurve()
FEWEST = 3  # labels of each kind, without which there is no order


def label_causes(
    measure: LabelMeasure,
    prediction: str,
    window: Window,
    choice: Chosen,
    profiles: StoredProfiles,
    past: StoredProfiles,
    tuning: CauseTuning,
) -> tuple[LikelyCause, ...]:
    """Of an alert's window; `choice`: the windows that it is held against, whose labels lie in `past`."""
    here = _labels(measure, profiles, window)
    there = [_labels(measure, past, w) for w in choice.windows]
    counts = profiles.rows(window), [past.rows(w) for w in choice.windows]
    changes = [
        change
        for segment in (WHOLE, *measure.segments)
        if (change := _change(measure, prediction, segment, here, there, counts)) is not None
    ]
    keys = tuple(w.key for w in choice.windows)
    return tuple(
        LikelyCause(cause.name, (measure.column,), clause, 1.0, 0.0, 0.0, "", choice.pool, keys, cause.describes)
        for cause, clause in causes_of_labels(changes, tuning)
    )


def _labels(measure: LabelMeasure, profiles: StoredProfiles, window: Window) -> dict[str, Labelled]:
    """A window's labels by segment, in the newest cells."""
    found, _ = measure.found(profiles, window)
    cut = measure.cut
    return {segment: Labelled.of(cells, cut.layout, cut.unit) for segment, cells in found[-1].items()}


def _change(
    measure: LabelMeasure,
    prediction: str,
    segment: str,
    here: dict[str, Labelled],
    there: Sequence[dict[str, Labelled]],
    counts: tuple[int, Sequence[int]],
) -> LabelChange | None:
    """The labels of a segment beside those of like windows; None where they are not 0 and 1, or too few."""
    none = Labelled.of(LabelCells.zero(), measure.cut.layout, measure.cut.unit)
    now, predictions = here.get(segment, none), counts[0]
    pairs = [(w.get(segment, none), n) for w, n in zip(there, counts[1], strict=True)]
    pairs = [(w, n) for w, n in pairs if _is_enough(w)]
    if not _is_enough(now) or not pairs:
        return None
    before, of = zip(*pairs, strict=True)
    return LabelChange(
        "" if segment == WHOLE else segment,
        measure.column,
        prediction,
        int(now.n.sum()),
        np.array([w.n.sum() for w in before]),
        predictions,
        _number(AUC.level, now, before, AUC.error(now)),
        _number(_rate, now, before, 0.5 / float(np.sqrt(now.n.sum()))),
        _number(_score, now, before, 0.0),
        LabelNumber(_share(now, predictions), 0.0, np.array(list(map(_share, before, of)))),
    )


def _is_enough(labels: Labelled) -> bool:
    """Whether labels are 0 and 1, and enough of both."""
    return labels.binary and min(labels.label.sum(), (labels.n - labels.label).sum()) >= FEWEST


def _number(of: Callable[[Labelled], float], now: Labelled, before: Sequence[Labelled], error: float) -> LabelNumber:
    """One number of labels, here and in each like window."""
    return LabelNumber(of(now), error, np.array([of(w) for w in before]))


def _rate(labels: Labelled) -> float:
    """The share of labels that are 1."""
    return float(labels.label.sum() / labels.n.sum())


def _score(labels: Labelled) -> float:
    """The mean prediction."""
    return float(labels.prediction.sum() / labels.n.sum())


def _share(labels: Labelled, predictions: int) -> float:
    """The share of predictions that have a label."""
    return float(labels.n.sum()) / max(predictions, 1)
