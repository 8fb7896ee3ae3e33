"""Samples as OpenMetrics text with their times, as `promtool tsdb create-blocks-from openmetrics` reads it.

Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from collections.abc import Iterable, Iterator
from math import isnan

from tidegauge.core.point import SeriesSample
from tidegauge.sinks.event_time import METRICS


def openmetrics(samples: Iterable[SeriesSample]) -> Iterator[str]:
    """Line by line: families by name, each series of one in the order of time.

    >>> from tidegauge.core.point import SeriesSample
    >>> for line in openmetrics([SeriesSample("tidegauge_window_rows", (("monitor", "m"),), 7.0, 1364860799001)]):
    ...     print(line)
    # HELP tidegauge_window_rows Rows in the window
    # TYPE tidegauge_window_rows gauge
    tidegauge_window_rows{monitor="m"} 7.0 1364860799.001
    # EOF
    """
    families: dict[str, list[SeriesSample]] = {}
    for sample in samples:
        families.setdefault(sample.name, []).append(sample)
    for name in sorted(families):
        yield f"# HELP {name} {METRICS[name].help}"
        yield f"# TYPE {name} gauge"
        for s in sorted(families[name], key=lambda s: (s.labels, s.at)):
            labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in s.labels)
            value = "NaN" if isnan(s.value) else repr(s.value)
            yield f"{name}{{{labels}}} {value} {s.at // 1000}.{s.at % 1000:03d}"
    yield "# EOF"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
