"""Run a suite and tell two things apart that Great Expectations reports alike: bad data, and a check that broke."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tidegauge.core.decision import Verdict
from tidegauge.core.errors import TidegaugeError, did_you_mean
from tidegauge.quality.suite import Expectation

if TYPE_CHECKING:
    import pandas as pd

ROW_COUNT = "expect_table_row_count"
SHOWN = 3  # unexpected values in a sentence


@dataclass(frozen=True, slots=True)
class FactOutcome:
    """What a suite says of a window. An outage is said even when facts failed too: the check was not whole."""

    verdict: Verdict  # FINE, BROKEN or OUTAGE
    failures: tuple[str, ...] = ()  # facts that do not hold
    errors: tuple[str, ...] = ()  # expectations that could not be evaluated


def judge(expectations: Sequence[Expectation], frame: "pd.DataFrame", rows: int) -> FactOutcome:
    """Judge the facts of a window by its small frame and its number of rows.

    An expectation on a column that is not there fails: that is a fact of the data. One that raised is an error: it
    says nothing of the data, and must page whoever runs the checks, not whoever feeds the table.
    """
    gone = [e for e in expectations if _is_gone(_column(e), frame)]
    failures = list(dict.fromkeys(f'column "{_column(e)}" is not there. {_hint(e, frame)}' for e in gone))
    errors: list[str] = []
    import pandas as pd

    counting = [e for e in expectations if e["type"].startswith(ROW_COUNT)]
    apart = [*gone, *counting]
    others = [e for e in expectations if e not in apart]
    # A frame of no columns has as many rows as its index says, at no cost: the true count, not the small frame's.
    for some, data in ((counting, pd.DataFrame(index=pd.RangeIndex(rows))), (others, frame)):
        if some:
            failed, unsure = _sentences(some, data)
            failures += failed
            errors += unsure
    return FactOutcome(_verdict(failures, errors), tuple(failures), tuple(errors))


def _verdict(failures: Sequence[str], errors: Sequence[str]) -> Verdict:
    """What a window is, by the facts that do not hold and by those that nobody could evaluate."""
    if errors:
        return Verdict.OUTAGE
    return Verdict.BROKEN if failures else Verdict.FINE


def _is_gone(column: str | None, frame: "pd.DataFrame") -> bool:
    """Whether an expectation is about a column that is not there; one about none is about the table."""
    return column is not None and column not in frame.columns


def _sentences(expectations: Sequence[Expectation], frame: "pd.DataFrame") -> tuple[list[str], list[str]]:
    """A sentence for each fact that does not hold, and for each expectation that could not be evaluated."""
    results, unread = _validate(expectations, frame)
    failures, errors = [], [*unread]
    for result in results:
        raised = _raised(result.exception_info or {})
        if raised is not None:
            errors.append(f"{_named(result)} could not be evaluated: {raised}")
        elif not result.success:
            failures.append(f"{_named(result)} does not hold: {_found(result.result)}")
    return failures, errors


@contextmanager
def _as_a_file() -> Iterator[None]:
    """Let the main module look like a file's while the library is imported.

    It looks whether PySpark is there; and a PySpark without all that Spark Connect needs ends a process whose main
    module has no file (`python -c`, a worker that was sent its code), since it takes that for its own doctests.
    """
    main = vars(sys.modules["__main__"])
    bare = "__file__" not in main and main.get("__spec__") is None
    if bare:
        main["__file__"] = "<none>"
    try:
        yield
    finally:
        if bare:
            del main["__file__"]


def _validate(expectations: Sequence[Expectation], frame: "pd.DataFrame") -> tuple[Sequence[Any], Sequence[str]]:
    """The results, and a sentence for each expectation that cannot be read: a suite would leave those out silently."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # it would send what it does over the network
    try:
        with _as_a_file():
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig
            from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    except ImportError:
        raise TidegaugeError(
            "Great Expectations is not installed. To fix this, pip install 'tidegauge[quality]' or move the suite away."
        ) from None
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of a hundred closures a run
    known, unread = [], []
    for expectation in expectations:
        try:
            known.append(ExpectationConfiguration(**expectation).to_domain_obj())
        except Exception as error:  # noqa: BLE001 - its own errors and pydantic's, for a suite that somebody edited
            unread.append(f"{expectation['type']} cannot be read: {' '.join(str(error).split())}")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("window").add_dataframe_asset("profile")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    results: Sequence[Any] = batch.validate(gx.ExpectationSuite(name="facts", expectations=known)).results
    return results, unread


def _raised(info: Mapping[str, Any]) -> str | None:
    """The exception of a result, which lies flat or under each metric's name; None where there was none."""
    for one in (info, *(v for v in info.values() if isinstance(v, Mapping))):
        if one.get("raised_exception"):
            return str(one.get("exception_message") or "an error without words")
    return None


def _column(expectation: Expectation) -> str | None:
    column = expectation.get("kwargs", {}).get("column")
    return None if column is None else str(column)


def _hint(expectation: Expectation, frame: "pd.DataFrame") -> str:
    return did_you_mean(str(_column(expectation)), [str(c) for c in frame.columns])


def _named(result: Any) -> str:  # noqa: ANN401 - Great Expectations' own model
    config = result.expectation_config
    shown = {k: v for k, v in config.kwargs.items() if k not in ("batch_id", "column", "value_set", "type_list")}
    words: str = config.type.removeprefix("expect_").removeprefix("column_").replace("_", " ")
    column = config.kwargs.get("column")
    limits = ", ".join(f"{k} {v:g}" if isinstance(v, int | float) else f"{k} {v}" for k, v in sorted(shown.items()))
    about = f'"{column}": ' if column else ""
    return about + words + (f" ({limits})" if limits else "")


def _found(result: Mapping[str, Any]) -> str:
    if result.get("unexpected_percent") is not None:
        some = list(dict.fromkeys(str(v) for v in result.get("partial_unexpected_list", [])))[:SHOWN]
        return f"{result['unexpected_percent']:.3g} % do not" + (f", such as {', '.join(some)}" if any(some) else "")
    return f"found {result.get('observed_value')}"
