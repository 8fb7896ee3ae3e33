"""Every query of every dashboard, asked of a real Prometheus that holds the series of a monitor that has decided.

    python -m benchmarks.dashboards.answers .demo/monitors/flights.yml

The tests ask them of their shop; this asks the same of any monitor, such as the demo's after a backfill: each says in
twenty windows what the store says. Which find no rows is printed: silences, say, of a monitor that has none.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.grafana.filling import PROMETHEUS
from tests.grafana.living import decided
from tests.grafana.test_prometheus import test_every_query_says_what_the_store_says as is_true
from tests.grafana.test_prometheus import unanswered
from tests.grafana.truth import Truth


def main() -> int:
    """Ask them; 0 where all that was found is the store's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("monitor", type=Path)
    given = parser.parse_args()
    failed = 0
    with (
        tempfile.TemporaryDirectory(prefix="tidegauge-answers-") as folder,
        decided(given.monitor, Path(folder)) as world,
    ):
        truth = Truth.of(world)
        for name in PROMETHEUS:
            asked, empty = unanswered(name, world)
            panels = sorted({one.partition(":")[0] for one in empty})
            try:
                is_true(name, world, truth)
            except AssertionError as e:
                failed += 1
                print(f"{name}: not as in the store: {str(e)[:2000]}")
            else:
                print(f"{name}: {asked} queries, as in the store; {len(empty)} without rows: {', '.join(panels)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
