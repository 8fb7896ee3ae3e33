"""What a law says when it is broken: the statistic and one number, and not a hundred lines of arrays."""

import numpy as np
import pytest

from tests.laws.agreeing import agree

NAN = float("nan")


@pytest.mark.parametrize(
    ("found", "expected", "within"),
    [([1.0, NAN], [1.0, NAN], 0.0), ([1e9 + 1], [1e9], 1e-8), ([np.inf], [np.inf], 0.0), ([], [], 0.0)],
)
def test_what_agrees(found: list[float], expected: list[float], within: float) -> None:
    agree("mean", np.array(found), np.array(expected), within)


@pytest.mark.parametrize(
    ("found", "expected", "said"),
    [
        (
            [1.0, 2.5, 3.0],
            [1.0, 2.0, 3.1],
            "mean: 2.5 where 2.0 is right, at [1] (and 1 more of 3)",
        ),
        ([1.0, NAN], [1.0, 2.0], "mean: nan where 2.0 is right, at [1]"),
        ([1.0], [1.0, 2.0], "mean: shape (1,) where (2,) is right"),
    ],
)
def test_what_does_not_is_one_line(found: list[float], expected: list[float], said: str) -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        agree("mean", np.array(found), np.array(expected), 1e-9)
    assert str(caught.value) == said
