"""The actions, in plain sight: one file and one line each."""

from tidegauge.actions.base import Action
from tidegauge.actions.notify import Notify
from tidegauge.actions.report import Report
from tidegauge.actions.retrain import Retrain
from tidegauge.registry import Registry

ACTIONS: Registry[type[Action]] = Registry("action", [Retrain, Notify, Report])
