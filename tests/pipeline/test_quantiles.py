"""Predicted quantiles of labels that are numbers: their loss and what lies between them, as scikit-learn has it."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from tests.begun import open_pipeline
from tests.pipeline.test_labels import regression
from tests.pipeline.world import BEGIN, END, LATER, a_monitor, change, day, inside
from tidegauge.core.errors import MonitorError
from tidegauge.pipeline.performances import performances

QUANTILES = {"delay: 1 day": 'delay: 1 day, quantiles: {0.9: "hi gh", 0.1: low}'}
NARROW = 44


def test_they_are_what_scikit_learn_has_and_a_narrow_interval_is_told(tmp_path: Path) -> None:
    url = regression(tmp_path / "shop.duckdb")
    change(
        url,
        "ALTER TABLE log ADD COLUMN low DOUBLE",
        'ALTER TABLE log ADD COLUMN "hi gh" DOUBLE',
        'UPDATE log SET low = score - 0.51, "hi gh" = score + 0.51',
        f'UPDATE log SET low = score - 0.1, "hi gh" = score + 0.1 WHERE {inside(day(NARROW))}',
    )
    with open_pipeline(a_monitor(url, tmp_path, **QUANTILES)) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        (found,) = performances(pipeline.deciding, day(20).start, day(20).end)
        figures = {f.statistic: f for f in found.figures}
        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            rows = connection.execute(
                f'SELECT y, low, "hi gh" FROM log JOIN labels USING (id) WHERE {inside(day(20))}'
            ).fetchnumpy()
        y, low, high = (np.asarray(rows[c]) for c in ("y", "low", "hi gh"))
        for name, bound, part in (("0-1", low, 0.1), ("0-9", high, 0.9)):
            loss = figures[f"mean-of-pinball-{name}"]
            assert loss.value == pytest.approx(mean_pinball_loss(y, bound, alpha=part), rel=1e-9)
            assert loss.title == f"pinball loss at {part}"
            assert not loss.judged
            assert figures[f"share-of-up-to-{name}"].value == pytest.approx(float((y <= bound).mean()), abs=1e-12)
        covered = figures["share-of-covered"]
        assert covered.value == pytest.approx(float(((y >= low) & (y <= high)).mean()), abs=1e-12)
        assert covered.judged
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
        assert "labels between quantiles 0.1 and 0.9 is " in made[day(NARROW)].sentence


@pytest.mark.parametrize(
    ("written", "said"),
    [("{1.5: low}", "between 0 and 1"), ("[low]", "must be quantile"), ("{x: low}", "names")],
)
def test_what_is_no_quantile_is_refused(clean: str, tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(MonitorError, match=said):
        a_monitor(clean, tmp_path, **{"delay: 1 day": f"delay: 1 day, quantiles: {written}"})
