"""What says whether a challenger may take the champion's place."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_SIMULATED = "benchmarks/challengers.py: 1,000 equal challengers on flights over three looks (decision 0067)"
_TRIED = "six bad candidates and honest refits on two cuts of flights (decision 0067)"


@dataclass(frozen=True, slots=True)
class PromotionTuning:
    """The looks at a challenger, and where each gate stands."""

    windows: Annotated[
        int, Because("mature windows of the first look; the next come after two and three times as many")
    ] = 14
    looks: Annotated[int, Because("looks after which an undecided challenger is given up")] = 3
    first: Annotated[float, Because("chance at which both tests pass at the first look", _SIMULATED)] = 0.05
    second: Annotated[float, Because("the same at the second", _SIMULATED)] = 0.05
    third: Annotated[float, Because("the same at the third", _SIMULATED)] = 0.05
    worse: Annotated[float, Because("chance at which a challenger is found worse, by both tests, and given up")] = 0.05
    segment_rows: Annotated[int, Because("labelled rows below which nothing is said of a segment", _TRIED)] = 300
    segment_worse: Annotated[float, Because("chance at which a segment is found worse", _TRIED)] = 0.01
    calibration: Annotated[
        float, Because("times that predictions may lie above or below what came true, in the mean", _TRIED)
    ] = 1.6
    divergence: Annotated[
        float, Because("population stability index between both models: so wide that an honest refit passes", _TRIED)
    ] = 1.0
    flipped: Annotated[float, Because("share of rows that may change sides of a threshold", _TRIED)] = 0.3
    unscored: Annotated[float, Because("share of rows that a challenger may say nothing of")] = 0.01
    ranks: Annotated[int, Because("equal parts of the champion's predictions that divergence is told by")] = 20
    knowing: Annotated[
        float, Because("share of a category's golden rows that the champion must respond in, to be held to know it")
    ] = 0.5
    responding: Annotated[
        float, Because("share of a column's golden categories, of the champion's, that it must respond to", _TRIED)
    ] = 0.1

    def share(self, look: int) -> float:
        """The chance at which both tests pass at a look (0, 1, 2)."""
        return (self.first, self.second, self.third)[min(look, 2)]
