"""The faults that a replay can plant, in one list: one file and one line each."""

from tidegauge.core.registry import Registry
from tidegauge.replay.faults.base import Fault
from tidegauge.replay.faults.clipped import Clipped
from tidegauge.replay.faults.clock_shifted import ClockShifted
from tidegauge.replay.faults.codes_swapped import CodesSwapped
from tidegauge.replay.faults.columns_swapped import ColumnsSwapped
from tidegauge.replay.faults.labels_flipped import LabelsFlipped
from tidegauge.replay.faults.missing_together import MissingTogether
from tidegauge.replay.faults.new_category import NewCategory
from tidegauge.replay.faults.prediction_shifted import PredictionShifted
from tidegauge.replay.faults.prediction_shuffled import PredictionShuffled
from tidegauge.replay.faults.recased import Recased
from tidegauge.replay.faults.rows_doubled import RowsDoubled
from tidegauge.replay.faults.rows_lost import RowsLost
from tidegauge.replay.faults.segment_lost import SegmentLost
from tidegauge.replay.faults.sign_flipped import SignFlipped
from tidegauge.replay.faults.stuck import Stuck
from tidegauge.replay.faults.unit_error import UnitError
from tidegauge.replay.faults.values_lost import ValuesLost
from tidegauge.replay.faults.values_shifted import Shifted

FAULTS: Registry[Fault] = Registry(
    "fault",
    [
        ValuesLost(),
        MissingTogether(),
        UnitError(),
        Recased(),
        NewCategory(),
        CodesSwapped(),
        Stuck(),
        ColumnsSwapped(),
        SignFlipped(),
        Clipped(),
        RowsDoubled(),
        RowsLost(),
        SegmentLost(),
        Shifted(),
        PredictionShifted(),
        PredictionShuffled(),
        LabelsFlipped(),
        ClockShifted(),
    ],
)
