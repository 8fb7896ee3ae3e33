"""The prediction moves."""

from typing import ClassVar

from tidegauge.core.window import STAGES
from tidegauge.replay.faults.base import FLOAT, NORMAL, WINDOW, Change, Columns, Fault, Ground

STEPS = (0.3, 0.8, 1.6)
EDGE = 1e-4  # a probability is kept so far from 0 and 1, as a logit has no end


class PredictionShifted(Fault):
    """Probabilities move by a step in logits, other predictions by as many spreads: a wrong model, or a stale one."""

    name: ClassVar[str] = "prediction-shifted"
    sizes: ClassVar[tuple[str, str, str]] = ("by 0.3 in logits (or spreads)", "by 0.8", "by 1.6")
    stages: ClassVar[frozenset[str]] = frozenset(STAGES)

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.score if c in ground.spreads]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x, one, step = ground.number(column), ground.floats(1.0), ground.sign(column) * STEPS[size]
        shares = f"(SELECT min({x}) >= 0 AND max({x}) <= 1 FROM {WINDOW})"  # noqa: S608 - names are quoted
        p = f"greatest(least({x}, {ground.floats(1 - EDGE)}), {ground.floats(EDGE)})"
        moved = f"{one} / ({one} + exp(-(ln({p} / ({one} - {p})) + {ground.floats(step)})))"
        other = f"{x} + {ground.floats(step * ground.spreads[column] / NORMAL)}"
        changed = f"CASE WHEN {x} IS NULL THEN NULL WHEN {shares} THEN {moved} ELSE {other} END"
        return Change({column: changed}, {column: FLOAT})
