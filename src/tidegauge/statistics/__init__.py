"""Statistics: two profiles → one number a column. The visible lists; a new one is a new file and a line here."""

from tidegauge.registry import Registry
from tidegauge.statistics.base import Statistic
from tidegauge.statistics.hellinger import Hellinger, HellingerExcess
from tidegauge.statistics.jensen_shannon import JensenShannon
from tidegauge.statistics.kolmogorov_smirnov import KolmogorovSmirnov
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.psi import PopulationStabilityIndex
from tidegauge.statistics.total_variation import TotalVariation

STATISTICS: Registry[Statistic] = Registry(
    "statistic",
    [
        PopulationStabilityIndex(),
        JensenShannon(),
        Hellinger(),
        HellingerExcess(),
        TotalVariation(),
        KolmogorovSmirnov(),
        Missing(),
    ],
)
