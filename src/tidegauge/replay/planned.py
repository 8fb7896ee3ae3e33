"""Which fault goes into which window: a bounded choice that is the same every time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tidegauge.core.errors import MonitorError, did_you_mean
from tidegauge.core.window import Window
from tidegauge.replay.catalogue import Catalogue, Pick
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES, Columns, Fault, Ground


@dataclass(frozen=True)
class Planned:
    """One fault in one window, not yet planted."""

    fault: Fault
    size: int
    columns: Columns
    window: Window


def plan(catalogue: Catalogue, ground: Ground, windows: Sequence[Window]) -> list[Planned]:
    """What to plant, by window. `ground` is any window's; `windows` are those that were fine as they are.

    Windows are spread evenly over the replay, so that every season has some; columns take turns. No random number is
    drawn: the same replay plants the same faults, and another budget or reference is asked about the same ones.
    """
    chosen = spread(windows, catalogue.windows)
    out = []
    for pick in catalogue.picks:
        fault = FAULTS[pick.fault]
        targets = _targets(pick, fault, ground)
        for size in [SIZES.index(s) for s in pick.sizes] if chosen and targets else []:
            start = int.from_bytes(hashlib.sha256(f"{fault.name}\x1f{size}".encode()).digest()[:4])
            stride = max(1, len(chosen) // pick.trials)
            for k in range(min(pick.trials, len(chosen) * len(targets))):
                window = chosen[(start + k * stride + k // len(chosen)) % len(chosen)]
                # sizes begin a third of the way on: small, medium and large do not meet the same columns only
                column = targets[(start + k + size * max(1, len(targets) // 3)) % len(targets)]
                out.append(Planned(fault, size, column, window))
    return sorted(dict.fromkeys(out), key=lambda p: p.window)


def spread(windows: Sequence[Window], most: int) -> list[Window]:
    """At most so many of some windows, evenly apart."""
    n = len(windows)
    if n <= most:
        return list(windows)
    return [windows[(2 * i + 1) * n // (2 * most)] for i in range(most)]


def _targets(pick: Pick, fault: Fault, ground: Ground) -> list[Columns]:
    """The columns that are named, if the fault can be done to them; all that it can be done to, if none are."""
    possible = fault.targets(ground)
    if not pick.columns:
        return possible
    single = sorted({c for columns in possible for c in columns})
    width = len(possible[0]) if possible else 1
    said = f"{pick.where}: {pick.fault}" if pick.where else pick.fault
    for columns in pick.columns:
        _check(said, columns, single)
        if len(columns) != width:
            example = ", ".join(possible[0])
            raise MonitorError(f"{said} takes {width} columns at once, such as [{example}].")
    return list(pick.columns)


def _check(said: str, columns: Columns, possible: Sequence[str]) -> None:
    """Refuse columns that the fault cannot be done to."""
    if wrong := next((c for c in columns if c not in possible), None):
        hint = did_you_mean(wrong, possible) if possible else "It applies to no column of this monitor."
        raise MonitorError(f'{said} cannot be done to a column "{wrong}". {hint}')
