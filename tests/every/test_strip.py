"""All columns on one look: whose row stands where, what is folded, and what each cell says without its colour."""

import re
from dataclasses import replace

from tests.every.pages import Reader
from tests.every.reports import fine, numeric, strip
from tidegauge.core.decision import Verdict
from tidegauge.reports.rendering import render
from tidegauge.reports.report import Report, Stirred
from tidegauge.reports.strip_table import followers, following
from tidegauge.reports.strip_table import strip as laid_out


def table_of(html: str) -> str:
    """The part of a page that holds the strip."""
    return html.partition('<section aria-labelledby="strip">')[2].partition("</section>")[0]


def test_what_leads_stands_first_what_follows_is_folded_and_what_was_quiet_is_named() -> None:
    report = numeric()
    assert report.strip is not None
    names = [row.column for row in report.strip.rows]
    assert names == ["temp", "dewp", "humid", "carrier"]
    quiet = replace(report.strip.rows[-1], cells=(Stirred.QUIET,) * 42)
    found = laid_out(replace(report, strip=replace(report.strip, rows=(*report.strip.rows[:-1], quiet))))
    assert [row["name"] for row in found["rows"]] == ["temp", "humid"]
    assert [row["name"] for row in found["follow"]] == ["dewp"]
    assert found["following"] == "1 column only follows: dewp"
    assert found["quiet"] == 'Quiet throughout: "carrier".'
    assert following([]) == ""
    many = following([replace(quiet, column=f"c{i}") for i in range(14)])
    assert many.startswith("14 columns only follow: c0, c1, ")
    assert many.endswith("c11 and 2 more")


def test_a_follower_that_led_an_earlier_alert_keeps_its_row() -> None:
    report = numeric()
    assert report.strip is not None
    rows = list(report.strip.rows)
    rows[1] = replace(rows[1], cells=(Stirred.LED, *rows[1].cells[1:]))
    found = laid_out(replace(report, strip=replace(report.strip, rows=tuple(rows))))
    assert [row["name"] for row in found["rows"]][1] == "dewp"
    assert not found["follow"]


def test_findings_that_only_follow_are_one_group_and_the_first_never_is() -> None:
    report = numeric()
    folded = followers(report.decision.findings, report.strip)
    assert [f.column for f in folded] == ["dewp"]
    assert followers(report.decision.findings[1:], report.strip) == []
    assert followers(report.decision.findings, None) == []
    html = render(report)
    group = html.partition('<details class="more">')[2].partition("</article>")[0]
    assert "1 column only follows: dewp" in group
    assert '<article class="finding' in group


def test_every_cell_says_it_without_its_colour_and_every_row_is_whole() -> None:
    html = render(numeric())
    table = table_of(html)
    for row in re.findall(r"<tr[^>]*><th scope=.row.>.*?</tr>", table):
        assert row.count("<td") == 42
    assert re.findall(r'<td class="a">(.)', table) == ["▲"]
    assert re.findall(r'<td class="s">(.)', table) == ["■"]
    assert set(re.findall(r'<td class="n">(.)', table)) == {"▪"}
    assert set(re.findall(r'<td class="(\w+)">', table)) <= {"a", "s", "n", "u", *Verdict}
    assert not re.findall(r"<th[^>]*></th>", table), "no header is empty"
    assert "led an alert" in Reader(html).text


def test_a_hundred_columns_are_small() -> None:
    report: Report = replace(fine(), strip=strip(*[f"feature_{i:03d}" for i in range(100)], verdict=Verdict.ALERT))
    assert len(table_of(render(report)).encode()) < 100_000


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert 'id="strip"' not in render(replace(numeric(), strip=None))
