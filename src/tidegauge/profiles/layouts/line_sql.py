"""The number line in the statements that show a finding: slow and plain, for a person to run once."""

from collections.abc import Sequence

from tidegauge.profiles.layouts.base import Floats
from tidegauge.warehouses.dialect import Dialect

BANDS = 8  # that a number is shown in beside another column


def cell_case(dialect: Dialect, number: str, edges: Floats, atoms: Sequence[tuple[float, int]], first: int) -> str:
    """A number's code by one CASE over the edges: the same cells as the profile's, of which `first` is the lowest."""
    single = "".join(f" WHEN {number} = {dialect.number(v)} THEN {code}" for v, code in atoms)
    taken = {code for _, code in atoms}
    cases = "".join(
        f" WHEN {number} < {dialect.number(float(high))} THEN {code}"
        for code, high in enumerate(edges[1:-1].tolist(), start=first)
        if code not in taken
    )
    return f"CASE WHEN {dialect.is_unreal(number)} THEN NULL{single}{cases} ELSE {first + len(edges) - 2} END"


def band_case(dialect: Dialect, number: str, inner: Sequence[float], missing: str) -> str:
    """A number's band in words, cut at some of the `inner` edges; NULL where the condition `missing` holds."""
    cuts = sorted(set(inner[:: max(len(inner) // BANDS, 1)]))
    cases = "".join(f" WHEN {number} < {dialect.number(c)} THEN 'below {c:.6g}'" for c in cuts)
    last = f" ELSE 'from {cuts[-1]:.6g}'" if cuts else " ELSE 'a number'"
    return f"CASE WHEN {missing} THEN NULL{cases}{last} END"
