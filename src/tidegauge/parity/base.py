"""What a rate of a group is: a share of some of its labelled rows, at a threshold of the score."""

from abc import ABC, abstractmethod
from typing import ClassVar

from tidegauge.profiles.tasks.confusion import Confusion


class ParityRate(ABC):
    """A share of rows that is to be much the same in every group.

    Which one matters is a question of what a prediction does to people: rates cannot all be equal where base rates
    differ, unless the model is perfect. A member says of which rows it is the share, in its docstring and by `of`.

    Source: A. Chouldechova, Fair prediction with disparate impact (2017); S. Barocas, M. Hardt, A. Narayanan, Fairness
    and Machine Learning (2023), chapter 3.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    says: ClassVar[str]  # what it is a share of, in words

    @abstractmethod
    def of(self, rows: Confusion) -> tuple[float, float]:
        """How many rows, of how many."""
