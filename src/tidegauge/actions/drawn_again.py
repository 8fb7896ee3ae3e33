"""What is worked out when everybody has been told goes into the pages that were written before it."""

from collections.abc import Mapping
from typing import Protocol

from tidegauge.actions.asking import sinks_of
from tidegauge.actions.delivering import sentence_of
from tidegauge.actions.execution import Shown, carry_out
from tidegauge.actions.sink_names import name_now
from tidegauge.core.decision import Sensitivity
from tidegauge.core.intent import DELIVER, Intent
from tidegauge.core.unseen import logger
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor.outlets import ACTIONS
from tidegauge.store.outbox import DONE

_log = logger(__name__)


class SeenCloser(Shown, Protocol):
    """Where it is worked out what a window would have seen: a pipeline."""

    def sensitivity(self, window: Window, *, work: bool = True, stage: str = FIRST_STAGE) -> Sensitivity | None:
        """What it would have seen; without `work`, only what is known of it already."""


def look_closer(shown: SeenCloser, newest: Mapping[str, Window]) -> None:
    """Work out, once a week, what each stage's newest window would have seen, and write its pages anew with it.

    A page is delivered already, and stays so: whatever fails here is logged, and `tidegauge report` writes it again.
    """
    for stage, window in newest.items():
        before = shown.sensitivity(window, work=False, stage=stage)
        found = shown.sensitivity(window, stage=stage)
        if found is None or not found.columns or (before is not None and _same(before, found)):
            continue
        for intent in _pages(shown, stage, window):
            try:
                carry_out(shown, intent)
            except Exception as error:  # noqa: BLE001 - as where it was delivered: a template, a disk, anything
                _log.warning("%s", sentence_of(error))


def _same(before: Sensitivity, found: Sensitivity) -> bool:
    """Whether they say the same. As texts: a column may have a NaN, which is itself to no comparison."""
    return repr(before.columns) == repr(found.columns)


def _pages(shown: Shown, stage: str, window: Window) -> list[Intent]:
    """The intents of a window that wrote a page of it."""
    sinks = sinks_of(shown.monitor)
    carried = shown.store.outbox.carried(shown.monitor.name, [window])
    done = [c.intent for c in carried if c.state == DONE and c.intent.payload.get("stage") == stage]

    def is_page(intent: Intent) -> bool:
        if intent.action == DELIVER:
            sink = sinks.get(name_now(shown.monitor, intent.payload.get("sink", "")))
            return sink is not None and sink.draws_sensitivity
        return intent.action in ACTIONS and ACTIONS[intent.action].draws_sensitivity

    return [intent for intent in done if is_page(intent)]
