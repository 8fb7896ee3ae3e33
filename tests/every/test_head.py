"""The lines under a page's first sentence: each says what is known, and nothing where nothing is."""

from dataclasses import replace

from tests.every.reports import broken, day, fine, incident, labels, numeric
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.reports.head import lines
from tidegauge.reports.report import PredictionThen, Report


def lines_of(report: Report) -> dict[str, str]:
    return dict(lines(report))


def test_an_alert_answers_each_next_question_and_a_fine_day_asks_none() -> None:
    told = lines_of(numeric())
    assert list(told) == ["Since when", "Where", "The prediction", "Labels", "What to do"]
    assert told["Where"] == "Rows with origin = EWR: 98 % of the change."
    assert told["Labels"] == "Those of this window are due on Saturday 14 December 2013, 02:00."
    assert lines(fine()) == []
    assert list(lines_of(broken())) == ["What to do"]
    assert "labels of these days are right" in lines_of(labels())["What to do"]
    assert "Labels" not in lines_of(labels())


def test_since_when_is_the_first_window_of_the_number_or_of_the_incident() -> None:
    report = numeric()
    assert lines_of(report)["Since when"] == "The first window of it: Wednesday 11 December 2013."
    panel = replace(report.panels[0], since=day(3))
    assert "Monday 9 December" in lines_of(replace(report, panels=(panel,)))["Since when"]
    first = replace(incident("temp", alerts=1), first=day(0))
    assert lines_of(replace(report, incident=first))["Since when"] == "This window is the first."
    assert "Since when" not in lines_of(replace(report, incident=None))
    lead = report.decision.findings[0]
    slow = replace(lead, scores=(replace(lead.scores[0], over=28),))
    drift = replace(report, decision=replace(report.decision, findings=(slow,)))
    assert lines_of(drift)["Since when"].startswith(
        "It came slowly, over the last 28 days, and has been told since Wednesday"
    )


def test_a_prediction_that_stayed_accuses_the_log_only_where_most_rows_changed() -> None:
    report = numeric()
    then = PredictionThen("score", 0.171, 0.155, 0.183, "8 past Thursdays")
    few = replace(report.where[0], rate=0.2)

    def of(prediction: PredictionThen, **changes: object) -> str:
        return lines_of(replace(report, prediction=prediction, **changes))["The prediction"]  # type: ignore[arg-type]

    plain = 'It stayed as it was: values of "score" lie around 0.171, where 0.155 to 0.183 is usual.'
    assert of(then, where=(few,)) == plain
    large = LikelyCause("other-unit", ("temp",), "…", 1.0, 0.1, 0.9)
    assert of(then, decision=replace(report.decision, causes=(large,))).startswith(f"{plain} Either the model")
    assert of(replace(then, value=0.1549)).startswith("It stayed as it was:"), "what reads as an end is not beyond it"
    assert lines_of(replace(report, where=(), decision=replace(report.decision, causes=(replace(large, share=1.0),))))[
        "Where"
    ].startswith("In all rows")
    assert of(replace(then, value=0.4)).startswith("Outside what is usual, but no alert:")
    assert of(replace(then, value=0.4, is_named=True)).startswith("It moved too:")
    assert of(replace(then, is_named=True)).startswith("Something of it is unusual too")
    assert "The prediction" not in lines_of(replace(report, prediction=None))
