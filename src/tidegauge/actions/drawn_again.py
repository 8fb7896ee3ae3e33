"""What is worked out when everybody has been told goes into the pages that were written before it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tidegauge.actions.asking import sinks_of
from tidegauge.actions.delivering import sentence_of
from tidegauge.actions.execution import carry_out
from tidegauge.actions.sink_names import name_now
from tidegauge.core.intent import DELIVER, Intent
from tidegauge.core.unseen import logger
from tidegauge.core.window import Window
from tidegauge.monitor.outlets import ACTIONS
from tidegauge.store.outbox import DONE

if TYPE_CHECKING:
    from tidegauge.pipeline.pipeline import Pipeline

_log = logger(__name__)


def look_closer(pipeline: "Pipeline", newest: Mapping[str, Window]) -> None:
    """Work out, once a week, what each stage's newest window would have seen, and write its pages anew with it.

    A page is delivered already, and stays so: whatever fails here is logged, and `tidegauge report` writes it again.
    """
    for stage, window in newest.items():
        before = pipeline.sensitivity(window, work=False, stage=stage)
        found = pipeline.sensitivity(window, stage=stage)
        if found is None or not found.columns or (before is not None and before.columns == found.columns):
            continue
        for intent in _pages(pipeline, stage, window):
            try:
                carry_out(pipeline, intent)
            except Exception as error:  # noqa: BLE001 - as where it was delivered: a template, a disk, anything
                _log.warning("%s", sentence_of(error))


def _pages(pipeline: "Pipeline", stage: str, window: Window) -> list[Intent]:
    """The intents of a window that wrote a page of it."""
    sinks = sinks_of(pipeline.monitor)
    carried = pipeline.store.outbox.carried(pipeline.monitor.name, [window])
    done = [c.intent for c in carried if c.state == DONE and c.intent.payload.get("stage") == stage]

    def is_page(intent: Intent) -> bool:
        if intent.action == DELIVER:
            sink = sinks.get(name_now(pipeline.monitor, intent.payload.get("sink", "")))
            return sink is not None and sink.draws_sensitivity
        return intent.action in ACTIONS and ACTIONS[intent.action].draws_sensitivity

    return [intent for intent in done if is_page(intent)]
