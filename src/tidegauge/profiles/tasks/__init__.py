"""Tasks: what a model is asked for, as its labels show it. One file and one line here to add one."""

from tidegauge.core.registry import Registry
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.tasks.base import Task
from tidegauge.profiles.tasks.binary import Binary
from tidegauge.profiles.tasks.classes import Classes
from tidegauge.profiles.tasks.ranking import Ranking
from tidegauge.profiles.tasks.regression import Regression

TASKS: Registry[Task] = Registry("task", [Binary(TRUTHS), Classes(TRUTHS), Ranking(TRUTHS), Regression(TRUTHS)])
EVERY = frozenset(TASKS)


def task_of(unit: LabelUnit) -> Task:
    """The task whose labels are counted in this unit.

    >>> task_of(TRUTHS).says
    'labels are 0 and 1'
    """
    return next(type(task)(unit) for task in TASKS.values() if task.takes(unit))
