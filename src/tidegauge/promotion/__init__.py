"""The gates that a challenger passes before it may serve, in one list: one file and one line each."""

from tidegauge.core.registry import Registry
from tidegauge.promotion.base import Gate
from tidegauge.promotion.better import Better
from tidegauge.promotion.golden_set import GoldenSet
from tidegauge.promotion.no_segment_worse import NoSegmentWorse
from tidegauge.promotion.shadow import Shadow

GATES: Registry[Gate] = Registry("gate", [GoldenSet(), Shadow(), NoSegmentWorse(), Better()])
