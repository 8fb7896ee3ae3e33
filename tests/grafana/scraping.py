"""A Pushgateway's page in a Prometheus, as if it had been scraped at moments that are years ago."""

import urllib.request
from collections.abc import Iterable
from datetime import datetime

from prometheus_client.parser import text_string_to_metric_families

from tests.services.series_servers import SeriesServer
from tidegauge.core.point import SeriesSample
from tidegauge.sinks.remote_write import RemoteWrite

JOB = "dashboards"  # the gateway is the session's


def scrape(gateway: str, server: SeriesServer, moments: Iterable[datetime]) -> None:
    """Write what the gateway says now of our job, with the labels that were pushed (`honor_labels`), at each moment."""
    with urllib.request.urlopen(f"{gateway}/metrics", timeout=20) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    found = [one for family in families for one in family.samples if one.labels.get("job") == JOB]
    assert {one.labels.get("stage") for one in found} >= {"inputs", "labels"}
    at = [int(moment.timestamp()) * 1000 for moment in moments]
    labels = [tuple(sorted((k, v) for k, v in one.labels.items() if v)) for one in found]
    samples = [SeriesSample(o.name, mine, o.value, ms) for o, mine in zip(found, labels, strict=True) for ms in at]
    assert RemoteWrite(url=server.write_url).show(samples) == ""
