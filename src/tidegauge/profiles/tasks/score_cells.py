"""Fixed cells of a class's score, the same for every class: as fine near 0 and near 1 as in the middle.

A score of several classes is often nearly 0 or nearly 1, and the order among those decides an AUC as well. So the
distance to the nearer end is cut in seven octets, each eight times as near as the one before, of 56 equal cells. No
layout is cut for a class's score, so none can be outgrown, and a cell is had by compare, multiply by a power of two
and floor: the same one on every engine.
"""

from tidegauge.warehouses.dialect import Dialect

OCTETS = 7
EQUAL = 56  # cells of an octet: from 8 to 64 of its 64ths
SIDE = OCTETS * EQUAL + 2  # the nearest ones are one cell; one half itself is one
CELLS = 2 * SIDE
SLACK = 1e-4  # a score that is rounded may lie that far beyond 0 or 1


def near_sql(dialect: Dialect, score: str) -> str:
    """How far a score lies from the nearer of 0 and 1; exact, for so near a difference of floats is."""
    zero, half, one = (dialect.number(x) for x in (0.0, 0.5, 1.0))
    return (
        f"CASE WHEN {score} <= {zero} THEN {zero} WHEN {score} >= {one} THEN {zero} "
        f"WHEN {score} < {half} THEN {score} ELSE {one} - {score} END"
    )


def cell_sql(dialect: Dialect, score: str, near: str) -> str:
    """The number of a score's cell from 0, ascending with it; `near`: what `near_sql` gives."""
    octets = []
    for k in range(OCTETS):
        begin, least = 1 + EQUAL * (OCTETS - 1 - k) - 8, 2.0 ** -(3 * k + 4)
        place = f"CAST(floor({dialect.times(near, 2.0 ** (3 * k + 7))}) AS INTEGER)"
        octets.append(f"WHEN {near} >= {dialect.number(least)} THEN {begin} + {place}")
    inside = f"CASE {' '.join(octets)} ELSE 0 END"
    return f"CASE WHEN {score} < {dialect.number(0.5)} THEN {inside} ELSE {CELLS - 1} - ({inside}) END"
