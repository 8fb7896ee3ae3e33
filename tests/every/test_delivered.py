"""What a run by hand says of a retraining: once, and not of one that could not be asked for."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.store.samples import intent
from tidegauge.actions import delivering
from tidegauge.actions.delivering import Outcome
from tidegauge.cli.delivered import delivered
from tidegauge.core.retrying import Why


@pytest.mark.parametrize(
    ("before", "failed", "said"),
    [([], False, True), (["m/0/retrain"], False, False), (None, False, False), ([], True, False)],
)
def test_a_retraining_is_said_once(
    before: list[str] | None,
    failed: bool,
    said: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It was said at each run until Airflow took it, and of a damaged intent, which nobody starts."""
    outcome = Outcome(intent(0), "pending", "it is damaged" if failed else "", Why.REFUSED if failed else None)
    monkeypatch.setattr(delivering, "deliver", lambda _: [outcome])
    outbox = SimpleNamespace(undelivered=lambda _: [])
    pipeline = SimpleNamespace(store=SimpleNamespace(outbox=outbox), monitor=SimpleNamespace(name="m", path="m.yml"))
    assert delivered(cast("Any", pipeline), before) == (["it is damaged"] if failed else [])
    assert ("Retraining asked for" in capsys.readouterr().err) is said
