"""Statistics: two profiles → one number a column. The visible lists; a new one is a new file and a line here."""

from tidegauge.registry import Registry
from tidegauge.statistics.base import Level, Statistic, WindowLevel
from tidegauge.statistics.chi_squared import ChiSquared, CramersV
from tidegauge.statistics.duplicates import Duplicates
from tidegauge.statistics.far_outside import FarOutside
from tidegauge.statistics.freshness import Freshness
from tidegauge.statistics.hellinger import Hellinger, HellingerExcess
from tidegauge.statistics.jensen_shannon import JensenShannon
from tidegauge.statistics.kolmogorov_smirnov import KolmogorovSmirnov
from tidegauge.statistics.location import Location
from tidegauge.statistics.log_spread import LogSpread
from tidegauge.statistics.mean_shift import MeanShift
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.mode_share import ModeShare
from tidegauge.statistics.never_seen import NeverSeen
from tidegauge.statistics.new_categories import NewCategories
from tidegauge.statistics.not_finite import NotFinite
from tidegauge.statistics.psi import PopulationStabilityIndex
from tidegauge.statistics.quantile_shift import QuantileShift
from tidegauge.statistics.share_at_maximum import ShareAtMaximum
from tidegauge.statistics.top_share import TOP, TopShare
from tidegauge.statistics.total_variation import TotalVariation
from tidegauge.statistics.volume import Volume
from tidegauge.statistics.wasserstein import Wasserstein, WassersteinNormalised

# between a profile and a reference
DISTANCES: Registry[Statistic] = Registry(
    "distance",
    [
        PopulationStabilityIndex(),
        JensenShannon(),
        Hellinger(),
        HellingerExcess(),
        TotalVariation(),
        KolmogorovSmirnov(),
        Wasserstein(),
        WassersteinNormalised(),
        ChiSquared(),
        CramersV(),
        NeverSeen(),
        MeanShift(),
        QuantileShift(0.5, "median-shift"),
        QuantileShift(0.1, "p10-shift"),
        QuantileShift(0.9, "p90-shift"),
    ],
)

# facts of one profile, which decisions follow through time
LEVELS: Registry[Level] = Registry(
    "level",
    [
        Missing(),
        NotFinite(),
        Location(),
        LogSpread(),
        ModeShare(),
        ShareAtMaximum(),
        FarOutside(),
        NewCategories(),
        *(TopShare(rank) for rank in range(1, TOP + 1)),
    ],
)

# facts of a window's rows as a whole
WINDOW_LEVELS: Registry[WindowLevel] = Registry("window level", [Volume(), Duplicates(), Freshness()])

# everything that can be said of a column
STATISTICS: Registry[Statistic] = Registry("statistic", [*DISTANCES.values(), *LEVELS.values()])
