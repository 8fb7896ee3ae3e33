"""Write docs/metrics.md from the lists of metrics themselves: `python -m tools.build_metrics`.

A test compares the page with `page()`, so that it cannot fall behind, and with what is really written.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tidegauge.core.point import MOST_SERIES
from tidegauge.sinks.event_time import METRICS
from tidegauge.sinks.metrics import HELP
from tidegauge.stages.series import FAIR, LATECOMERS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "metrics.md"
HEAD = f"""# Metrics

<!-- Written by tools/build_metrics.py from the lists of metrics; change those, not this page. -->

What Prometheus gets to know of a monitor, and by which names. How it gets there: [In event time](event-time.md).

## In event time, by `remote_write`

Every one of these has a sample for every decided window, at the window's own time. A monitor has at most {MOST_SERIES}
series and those of its incidents, whatever its data hold: which columns have one is fixed when the monitor is first
decided, but for {LATECOMERS} that come later, and all others are one, `column="(others)"`. `segment="*"` is the whole
window. `statistic` is one of [Statistics](statistics.md), or `surprise`: minus the logarithm of the probability that so
much of a column is strange at once. The band (`_expected_`, `_low_`, `_high_`) is what the same number was in like
windows before, the one that a report draws. Where a number or its band is not known, the sample is NaN.

An estimate has a sample once the last labels that were due with a window's rows are decided, and a later one where they
are decided anew. Where nothing is to be believed ([Performance](performance.md)), it is NaN.

Ratios between groups are there where the monitor names `fairness`: how many are outside, and the ratios themselves of
as many groups as {FAIR} series hold. Of too few rows they are NaN.

"""
BETWEEN = """
## The newest decision, on a Pushgateway

These have no time but that of the scrape. A group (`job`, `monitor`, `stage`) always speaks of the newest window. What
is said of a monitor as a whole, whether it runs and what it could not deliver, is a group (`job`, `monitor`).

A Pushgateway forgets nothing by itself. When a monitor was deleted or renamed, or has no labels any more, take its
groups away, or Prometheus goes on to say what it last was:

```console
$ tidegauge prune monitors/
$ tidegauge prune monitors/ --delete
```

Name all monitors at once that push under the same `job`: a name that none of them has is stale.

"""


def page() -> str:
    """The whole page."""
    return "".join((HEAD, *_event_time(), BETWEEN, *_newest()))


def _event_time() -> Iterator[str]:
    yield "| metric | what it says | labels |\n|---|---|---|\n"
    for metric in METRICS.values():
        yield f"| `{metric.name}` | {metric.help} | {', '.join(f'`{label}`' for label in metric.labels)} |\n"


def _newest() -> Iterator[str]:
    yield "| metric | what it says |\n|---|---|\n"
    for name, text in HELP.items():
        yield f"| `{name}` | {text} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
