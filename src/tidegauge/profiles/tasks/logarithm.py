"""A logarithm by arithmetic alone, so that every engine gives the same bits: `ln` differs in the last one."""

from collections.abc import Sequence

from tidegauge.warehouses.dialect import Dialect

LEAST = 1e-6  # a score below it counts as if it were it
DOUBLINGS = 20  # of it are one half or more
TERMS = (11, 9, 7, 5, 3)  # of the series of artanh, for what is left between one half and 1: 10⁻⁷ is left over
LN_2 = 0.6931471805599453


def loss_steps(dialect: Dialect, score: str) -> Sequence[dict[str, str]]:
    """Steps that make `loss`, −ln(score), of a score that is NULL or a finite number; at most −ln(LEAST) = 13.8.

    The score is doubled until it is one half or more, and the doublings are counted; what is left is
    2·artanh((1 − x)/(1 + x)), by its series.
    """
    zero, one, two = (dialect.number(x) for x in (0.0, 1.0, 2.0))
    least = dialect.number(LEAST)
    kept = f"CASE WHEN {score} < {least} THEN {least} WHEN {score} > {one} THEN {one} ELSE {score} END"
    ladder = [(dialect.number(2.0 ** -(n + 1)), n) for n in range(DOUBLINGS)]
    powers = " ".join(f"WHEN kept_ >= {end} THEN {dialect.number(2.0**n)}" for end, n in ladder)
    doubled = " ".join(f"WHEN kept_ >= {end} THEN {n}" for end, n in ladder)
    series = dialect.number(1.0 / TERMS[0])
    for term in TERMS[1:]:
        series = f"({dialect.number(1.0 / term)} + square_ * {series})"
    return [
        {"kept_": kept},
        {"left_": f"kept_ * CASE {powers} END", "doubled_": f"CASE {doubled} END"},
        {"slope_": f"({one} - left_) / ({one} + left_)"},
        # so small a slope has a square that is an underflow on some engines, and that adds nothing on any
        {"square_": f"CASE WHEN slope_ < {dialect.number(2.0**-60)} THEN {zero} ELSE slope_ * slope_ END"},
        {"loss": f"doubled_ * {dialect.number(LN_2)} + {two} * (slope_ * ({one} + square_ * {series}))"},
    ]
