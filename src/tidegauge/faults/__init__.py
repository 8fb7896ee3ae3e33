"""The faults that a replay can plant, in plain sight: one file and one line each."""

from tidegauge.faults.base import Fault
from tidegauge.faults.clipped import Clipped
from tidegauge.faults.clock_shifted import ClockShifted
from tidegauge.faults.codes_swapped import CodesSwapped
from tidegauge.faults.columns_swapped import ColumnsSwapped
from tidegauge.faults.labels_flipped import LabelsFlipped
from tidegauge.faults.missing import Missing
from tidegauge.faults.missing_together import MissingTogether
from tidegauge.faults.new_category import NewCategory
from tidegauge.faults.prediction_shifted import PredictionShifted
from tidegauge.faults.prediction_shuffled import PredictionShuffled
from tidegauge.faults.recased import Recased
from tidegauge.faults.rows_doubled import RowsDoubled
from tidegauge.faults.rows_lost import RowsLost
from tidegauge.faults.segment_lost import SegmentLost
from tidegauge.faults.shifted import Shifted
from tidegauge.faults.sign_flipped import SignFlipped
from tidegauge.faults.stuck import Stuck
from tidegauge.faults.unit_error import UnitError
from tidegauge.registry import Registry

FAULTS: Registry[Fault] = Registry(
    "fault",
    [
        Missing(),
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
