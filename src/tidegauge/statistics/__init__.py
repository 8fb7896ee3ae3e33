"""Statistics: the visible lists; a new one is a new file and a line here, or an entry point (see `plugins`)."""

from tidegauge.core.registry import Joined, Registry
from tidegauge.profiles.tasks.classes import HIGHEST
from tidegauge.statistics.accuracy import Accuracy
from tidegauge.statistics.accuracy_contrast import AccuracyContrast
from tidegauge.statistics.agreement import LabelAgreement
from tidegauge.statistics.auc import AreaUnderCurve
from tidegauge.statistics.average_precision import AveragePrecision
from tidegauge.statistics.balanced_accuracy import BalancedAccuracy
from tidegauge.statistics.base import ColumnStatistic, Distance, Level, SegmentLevel, WindowLevel
from tidegauge.statistics.base_rate import BaseRate
from tidegauge.statistics.below_floor import BelowFloor
from tidegauge.statistics.brier import BrierScore
from tidegauge.statistics.calibration_error import CalibrationError
from tidegauge.statistics.chi_squared import ChiSquared, CramersV
from tidegauge.statistics.clock_shift import ClockShift
from tidegauge.statistics.duplicates import Duplicates
from tidegauge.statistics.expected_calibration_error import ExpectedCalibrationError
from tidegauge.statistics.f1 import F1Score
from tidegauge.statistics.fact import ExactFact
from tidegauge.statistics.far_outside import FarOutside
from tidegauge.statistics.freshness import Freshness
from tidegauge.statistics.hellinger import Hellinger, HellingerExcess
from tidegauge.statistics.jensen_shannon import JensenShannon
from tidegauge.statistics.kolmogorov_smirnov import KolmogorovSmirnov
from tidegauge.statistics.label_bias import LabelBias
from tidegauge.statistics.label_contrast import LabelContrast
from tidegauge.statistics.labelled import ArrivalLevel, LabelLevel, SegmentLabelLevel
from tidegauge.statistics.labelled_share import LabelledShare
from tidegauge.statistics.lift import Lift
from tidegauge.statistics.location import Location
from tidegauge.statistics.log_loss import LogLoss
from tidegauge.statistics.log_spread import LogSpread
from tidegauge.statistics.macro_f1 import MacroF1
from tidegauge.statistics.macro_precision import MacroPrecision
from tidegauge.statistics.mean_absolute_error import MeanAbsoluteError
from tidegauge.statistics.mean_absolute_percentage_error import MeanAbsolutePercentageError
from tidegauge.statistics.mean_shift import MeanShift
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.mode_share import ModeShare
from tidegauge.statistics.never_seen import NeverSeen
from tidegauge.statistics.new_categories import NewCategories
from tidegauge.statistics.not_finite import NotFinite
from tidegauge.statistics.one_versus_rest_auc import OneVersusRestAUC
from tidegauge.statistics.over_estimation import OverEstimation
from tidegauge.statistics.own_limits import BrokenLimit, BrokenShareLimit
from tidegauge.statistics.precision import Precision
from tidegauge.statistics.prediction_rank import PredictionRank
from tidegauge.statistics.psi import PopulationStabilityIndex
from tidegauge.statistics.quantile_shift import QuantileShift
from tidegauge.statistics.r_squared import RSquared
from tidegauge.statistics.ranking_gain import NormalisedGain
from tidegauge.statistics.ranking_hits import HitRate
from tidegauge.statistics.ranking_precision import MeanAveragePrecision
from tidegauge.statistics.ranking_reciprocal import MeanReciprocalRank
from tidegauge.statistics.recall import RecallLevel
from tidegauge.statistics.root_mean_squared_error import RootMeanSquaredError
from tidegauge.statistics.sent_again import SentAgain
from tidegauge.statistics.share_at_maximum import ShareAtMaximum
from tidegauge.statistics.statistic import PLUGINS, whole
from tidegauge.statistics.top_accuracy import TopAccuracy
from tidegauge.statistics.top_share import TOP, TopShare
from tidegauge.statistics.total_variation import TotalVariation
from tidegauge.statistics.under_estimation import UnderEstimation
from tidegauge.statistics.volume import Volume
from tidegauge.statistics.wasserstein import Wasserstein, WassersteinNormalised
from tidegauge.statistics.weighted_f1 import WeightedF1

# between a profile and a reference
DISTANCES: Registry[Distance] = Registry(
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
        *QuantileShift.all(),
    ],
    check=whole,
    plugins=PLUGINS,
    base=Distance,
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
    check=whole,
    plugins=PLUGINS,
    base=Level,
)

# facts of a window's rows as a whole
WINDOW_LEVELS: Registry[WindowLevel] = Registry(
    "window level", [Volume(), Duplicates(), Freshness()], check=whole, plugins=PLUGINS, base=WindowLevel
)

# told only where no past window had it, by an exact chance; nothing is followed of them
FACTS: Registry[ExactFact] = Registry(
    "fact",
    [SentAgain(), BelowFloor(), ClockShift(), BrokenLimit(), BrokenShareLimit()],
    check=whole,
    plugins=PLUGINS,
    base=ExactFact,
)

# facts of a segment's predictions
SEGMENT_LEVELS: Registry[SegmentLevel] = Registry(
    "segment level", [PredictionRank()], check=whole, plugins=PLUGINS, base=SegmentLevel
)

# how many labels are there at all; facts of a window's labels; of a segment's against the other rows
ARRIVALS: Registry[ArrivalLevel] = Registry(
    "level of arrival", [LabelledShare()], check=whole, plugins=PLUGINS, base=ArrivalLevel
)
LABEL_LEVELS: Registry[LabelLevel] = Registry(
    "label level",
    [
        LabelBias(),
        AreaUnderCurve(),
        Accuracy(),
        CalibrationError(),
        MacroF1(),
        OneVersusRestAUC(),
        AveragePrecision(),
        LogLoss(),
        BrierScore(),
        ExpectedCalibrationError(),
        Precision(),
        RecallLevel(),
        F1Score(),
        Lift(),
        BaseRate(),
        MeanAbsoluteError(),
        RootMeanSquaredError(),
        RSquared(),
        MeanAbsolutePercentageError(),
        OverEstimation(),
        UnderEstimation(),
        WeightedF1(),
        BalancedAccuracy(),
        MacroPrecision(),
        *(TopAccuracy(k) for k in HIGHEST),
        NormalisedGain(),
        MeanAveragePrecision(),
        MeanReciprocalRank(),
        HitRate(),
    ],
    check=whole,
    plugins=PLUGINS,
    base=LabelLevel,
)
SEGMENT_LABEL_LEVELS: Registry[SegmentLabelLevel] = Registry(
    "label level of a segment",
    [LabelContrast(), LabelAgreement(), AccuracyContrast()],
    check=whole,
    plugins=PLUGINS,
    base=SegmentLabelLevel,
)

# everything that can be said of a column
STATISTICS: Joined[ColumnStatistic] = Joined("statistic", [DISTANCES, LEVELS])
