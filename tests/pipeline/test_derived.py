"""A derived column is a view's: the same decisions, words and rows, with no view and on either engine."""

from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, RECASED, UNIT, a_monitor, change, day, faults, inside, windows
from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.errors import REMEDY, ContractError, MonitorError
from tidegauge.core.window import WHOLE
from tidegauge.monitor import Monitor
from tidegauge.pipeline.checking import problems
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.content import digest_of
from tidegauge.profiles.derived_values import blamed
from tidegauge.profiles.first_layouts import cut_layouts
from tidegauge.profiles.profile import profile_windows
from tidegauge.reports.head import over_findings
from tidegauge.stages.contract import hold
from tidegauge.stages.explaining import statement
from tidegauge.warehouses import open_warehouse

SQL = {"per_wait": "amount / nullif(wait, 0)", "where_at": "upper(shop) || ' 100%'", "dear": "amount > 25"}
TEXT = {"plan.upper_case": "CASE WHEN plan LIKE 'P%' THEN '1' ELSE '0' END", "plan.characters": "length(plan)"}
LISTED = {
    "numeric: [amount, wait]": "numeric: [amount, wait, per_wait]",
    "categorical: [shop, plan]": "categorical: [shop, plan, where_at, dear]",
}
DERIVED = "".join(f'    {name}: "{sql}"\n' for name, sql in SQL.items())
DERIVE = {
    "  segments: [shop]": f"  segments: [where_at]\n  text: [{{column: plan, descriptors: [upper_case, characters]}}]\n"
    f"  derived:\n{DERIVED}"
}
VIEWED = {
    "numeric: [amount, wait]": "numeric: [amount, wait, per_wait, plan.characters]",
    "categorical: [shop, plan]": "categorical: [shop, plan, where_at, dear, plan.upper_case]",
    "  segments: [shop]": "  segments: [where_at]",
    "table: log": "table: made",
}


def derived(url: str, folder: Path, **changes: str) -> Monitor:
    return a_monitor(url, folder, **{**LISTED, **DERIVE, **changes})


def counted(monitor: Monitor) -> tuple[dict[str, str], list[str]]:
    """Column → its layout, and the states of some windows in short."""
    with open_warehouse(monitor.source.expanded_url()) as warehouse:
        contract = hold(monitor, warehouse)
        assert not contract.problems
        layouts, segments = cut_layouts(warehouse, contract.kinds, contract.mapping, BEGIN, day(20).end)
        some = windows()[UNIT : RECASED + 1]
        found = profile_windows(warehouse, contract.kinds, contract.mapping, layouts, segments, some, 50)
        states = [f"{sorted(p.segment_rows.items())} {digest_of(p)}" for run in found for p in run]
    return {c: layout.text for c, layout in layouts.items()}, states


def test_it_is_counted_as_a_view_s_column_is(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *faults())
    columns = ", ".join(f'{sql} AS "{name}"' for name, sql in {**SQL, **TEXT}.items())
    change(warehouse, f"CREATE VIEW made AS SELECT log.*, {columns} FROM log")
    mine = counted(derived(warehouse, tmp_path))
    assert mine == counted(a_monitor(warehouse, tmp_path, **VIEWED))
    assert {*SQL, *TEXT} <= {*mine[0]}


def test_a_fault_in_what_it_is_made_of_is_told_of_it(duck: str, tmp_path: Path) -> None:
    change(duck, *faults())
    fewer = {"numeric: [amount, wait]": "numeric: [per_wait]", "categorical: [shop, plan]": "categorical: [dear]"}
    later = {"start: 2024-02-05": "start: 2024-02-19", "reference: {country": "sample: 0\nreference: {country"}
    with open_pipeline(derived(duck, tmp_path, **fewer, **later)) as pipeline:
        pipeline.backfill(day(14).start, day(RECASED).end)
        found = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
    unit, recased = found[day(UNIT)], found[day(RECASED)]
    assert unit.verdict is recased.verdict is Verdict.ALERT
    told = {f.column: f for f in unit.findings}
    assert "amount / nullif(wait, 0)" in told["per_wait"].sql
    assert recased.findings[0].column == "plan.upper_case"


def test_what_is_shown_of_it_can_be_pasted(warehouse: str, tmp_path: Path) -> None:
    """The client wants each per cent sign twice; a console does not."""
    turned = DERIVE["  segments: [shop]"].replace("amount / nullif(wait, 0)", "id % 7")
    monitor = derived(warehouse, tmp_path, **{"  segments: [shop]": turned})
    score = Score("per_wait", "missing", WHOLE, 0.0, 0.0, 0.0, 0.0, z=0.0, surprise=0.0, pool="", n=1)
    with open_warehouse(monitor.source.expanded_url()) as opened:
        contract = hold(monitor, opened)
        layouts, _ = cut_layouts(opened, contract.kinds, contract.mapping, BEGIN, day(20).end)
        finding = Finding("per_wait", WHOLE, 1.0, (score,))
        sql = statement(opened.dialect, contract.kinds, contract.mapping, layouts, finding, day(3))
    assert "id % 7" in sql
    assert "' 100%'" in sql
    assert run_bare(warehouse, sql)[0][-1] == 0


def run_bare(url: str, sql: str) -> list[tuple[object, ...]]:
    """What a console shows of a statement, where no client puts values in."""
    if url.startswith("duckdb"):
        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            return connection.execute(sql).fetchall()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(sql.encode()).fetchall()


def test_what_is_derived_is_part_of_what_its_profiles_depend_on(duck: str, tmp_path: Path) -> None:
    plain = a_monitor(duck, tmp_path)
    assert "derived" not in plain.reads["columns"]
    assert "text" not in plain.reads["columns"]
    another = DERIVE["  segments: [shop]"].replace("amount > 25", "amount > 26")
    one, other = derived(duck, tmp_path), derived(duck, tmp_path, **{"  segments: [shop]": another})
    assert len({plain.source_key, one.source_key, other.source_key}) == 3
    turned = DERIVE["  segments: [shop]"].replace("[upper_case, characters]", "[characters, upper_case]")
    assert derived(duck, tmp_path, **{"  segments: [shop]": turned}).source_key == one.source_key, "in any order"


def test_an_expression_that_does_not_hold_breaks_its_column_alone(warehouse: str, tmp_path: Path) -> None:
    wrong = DERIVE["  segments: [shop]"].replace("amount > 25", "amout > 25")
    monitor = derived(warehouse, tmp_path, **{"  segments: [shop]": wrong})
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(9).end)
        [problem] = pipeline.profiler.contract.problems.values()
        assert problem.startswith('column "dear" is derived as amout > 25, which does not hold.')
        assert "amout" in problem.split("hold.")[1]
        assert {"per_wait", "plan.upper_case"} <= {*pipeline.profiler.contract.mapping.counted}


def test_no_column_is_blamed_for_a_row_of_another_time(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, f"UPDATE log SET plan = 'x1' WHERE {inside(day(0))}")
    cast = "CAST(CASE WHEN plan = 'x1' THEN plan ELSE '1' END AS INTEGER)"
    bad = DERIVE["  segments: [shop]"].replace("amount / nullif(wait, 0)", cast)
    monitor, error = derived(warehouse, tmp_path, **{"  segments: [shop]": bad}), ContractError("another")
    with open_warehouse(monitor.source.expanded_url()) as opened:
        contract = hold(monitor, opened)
        micros = opened.dialect.micros(opened.dialect.quote("sold_at"), contract.kinds["sold_at"], "UTC")
        asked = opened, contract.mapping, error, micros
        assert blamed(*asked, day(5).start, day(5).end) is error
        assert 'column "per_wait"' in str(blamed(*asked, day(0).start, day(0).end))


def test_a_column_that_can_be_worked_out_for_no_row_breaks_alone(warehouse: str, tmp_path: Path) -> None:
    bad = DERIVE["  segments: [shop]"].replace("amount / nullif(wait, 0)", "CAST(plan AS INTEGER)")
    said = 'column "per_wait" is derived as CAST(plan AS INTEGER), which cannot be worked out for every row'
    with open_pipeline(derived(warehouse, tmp_path, **{"  segments: [shop]": bad})) as pipeline:
        [problem] = [p for p in problems(pipeline.profiler, None) if p.startswith(said)]
        assert problem.endswith(REMEDY)
        assert len(problem) > len(said) + len(REMEDY) + 4, "what the engine says stands between"
        pipeline.backfill(BEGIN, day(9).end)
        found = pipeline.store.decisions.of("shop", "inputs")
        assert {d.verdict for d in found} == {Verdict.BROKEN}
        assert all(said in d.sentence for d in found)
        profile, _ = pipeline.profiler.profiles.profile(day(9))
        assert "dear" in profile.whole, "all others are counted"
        assert "per_wait" not in profile.whole


def test_a_row_that_stops_the_engine_breaks_its_window_alone(warehouse: str, tmp_path: Path) -> None:
    """In one backfill, night by night, and again: the same decisions; and once it is mended, all is well."""
    change(warehouse, f"UPDATE log SET plan = 'x' || plan WHERE {inside(day(31))}")
    cast = "CASE WHEN plan LIKE 'x%' THEN CAST(plan AS INTEGER) ELSE 1 END + wait"
    bad = DERIVE["  segments: [shop]"].replace("amount / nullif(wait, 0)", cast)
    bad = bad.replace("amount > 25", f"({cast}) > 25")  # two of them, in the same row
    changes = {"  segments: [shop]": bad, "reference: {country": "sample: 0\nreference: {country"}
    (tmp_path / "nightly").mkdir()
    made = []

    def broken(pipeline: Pipeline) -> list[Decision]:
        return [d for d in pipeline.store.decisions.of("shop", "inputs") if d.verdict is Verdict.BROKEN]

    for folder, nights in ((tmp_path, ()), (tmp_path / "nightly", (31, 31, 32, 33, 33))):
        with open_pipeline(derived(warehouse, folder, **changes)) as pipeline:
            pipeline.backfill(BEGIN, day(30 if nights else 33).end)
            for night in nights:
                pipeline.run(day(night))
            made.append([repr(d) for d in pipeline.store.decisions.of("shop", "inputs")])
            assert [d.window for d in broken(pipeline)] == [day(31)]
            assert '"per_wait"' in broken(pipeline)[0].sentence
    assert made[0] == made[1]
    change(warehouse, f"UPDATE log SET plan = substr(plan, 2) WHERE {inside(day(31))}")
    with open_pipeline(derived(warehouse, tmp_path, **changes)) as pipeline:
        pipeline.backfill(BEGIN, day(33).end)
        assert not broken(pipeline)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amount > 25", "amount > 25; SELECT 1", "derived.dear: holds a semicolon"),
        ("amount > 25", "amount > (SELECT 1)", "derived.dear: holds a subquery (SELECT)"),
        ("amount > 25", "amount > ?", "derived.dear: holds a ?, for which nobody gives a value"),
        ("amount > 25", "amount > random()", "derived.dear: holds random, which says something else each time"),
        ('    dear: "', '    DEAR: "amount > 1"\n    dear: "', "derived.DEAR: differs from another one by case alone"),
        ("where_at, dear]", "where_at]", "derived.dear: has no role"),
        (
            "id: id\n  time: sold_at",
            "id: dear\n  time: sold_at",
            "derived.dear: is id, which must be a column of the table",
        ),
        ("upper_case, characters]", "upper_case, upper_case]", "names upper_case more than once"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(duck: str, tmp_path: Path, old: str, new: str, said: str) -> None:
    changes = {k: v.replace(old, new) for k, v in {**LISTED, **DERIVE}.items()}
    changes = changes if changes != {**LISTED, **DERIVE} else {**changes, old: new}
    with pytest.raises(MonitorError) as error:
        a_monitor(duck, tmp_path, **changes)
    assert said in str(error.value)


def test_a_descriptor_called_like_a_column_breaks_alone_and_once(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, 'ALTER TABLE log ADD COLUMN "plan.Characters" INTEGER')
    with open_pipeline(derived(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(30).end)
        mapping = pipeline.profiler.contract.mapping
        [told] = pipeline.check()
        [incident] = pipeline.store.incidents.of("shop")
        last = pipeline.store.decisions.of("shop", "inputs")[-1]
    assert "plan.upper_case" in mapping.counted
    assert "plan.characters" not in mapping.counted
    assert told.startswith('column "plan.characters" describes the text "plan", and the table has a column "plan.Char')
    assert 'List the `descriptors` of "plan" without characters' in told
    assert last.verdict is Verdict.BROKEN
    assert any(f.scores for f in last.findings), "others were judged"
    assert incident.columns == ("plan.characters",)
    assert over_findings(last) == "What was not checked, and what was"


def test_a_text_that_is_not_there_is_said_once(duck: str, tmp_path: Path) -> None:
    gone = DERIVE["  segments: [shop]"].replace("column: plan,", "column: plam,")
    with open_pipeline(derived(duck, tmp_path, **{"  segments: [shop]": gone})) as pipeline:
        pipeline.backfill(BEGIN, day(2).end)
        told = 'column "plam" is not in the table. Did you mean "plan"?'
        assert pipeline.check() == [told]
        assert pipeline.store.decisions.of("shop", "inputs")[-1].sentence.count(told) == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("avg(amount) > 25", "It holds an aggregate, such as avg(…). Its value must come from the row alone"),
        ("row_number() OVER () > 25", "It holds a window function (… OVER …). Its value must come from the row alone"),
        ("shop_log.amount > 25", 'Did you mean amount, without "shop_log." before it?'),
        ("shop_log.amout > 25", 'Did you mean "amount"?'),
    ],
)
def test_an_engine_s_refusal_is_said_in_our_words(warehouse: str, tmp_path: Path, sql: str, said: str) -> None:
    wrong = DERIVE["  segments: [shop]"].replace("amount > 25", sql)
    metric = {"actions:": f"metrics: [{{name: dear, sql: '{sql}', unit: share}}]\nactions:"}
    monitor = derived(warehouse, tmp_path, **{"  segments: [shop]": wrong}, **metric)
    with open_pipeline(monitor) as pipeline:
        [problem, of_metric] = pipeline.check()
    assert said in problem
    assert said.removeprefix("It ") in of_metric
    assert "WHERE" not in problem + of_metric


@pytest.mark.parametrize(
    ("old", "sql", "said"),
    [
        (
            "amount / nullif(wait, 0)",
            "plan || shop",
            'column "per_wait" is listed as numeric, but its expression (plan',
        ),
        (
            "amount > 25",
            "ARRAY[1, 2]",
            'column "dear" is derived as ARRAY[1, 2], which gives INTEGER[], and such values',
        ),
        (
            "amount > 25",
            "CAST(plan AS BLOB)",
            "which gives BLOB, and such values are not counted. Take a part of it out",
        ),
        ("amount / nullif(wait, 0)", "amount / 0 * 0", "which is NULL, NaN or infinite in every row."),
        ("amount > 25", "nullif(plan, plan)", 'column "dear" is derived as nullif(plan, plan), which is NULL in every'),
        ("amount > 25", "NULL", 'column "dear" is derived as NULL, which gives nothing but NULL.'),
    ],
)
def test_what_an_expression_gives_is_not_laid_to_the_table(
    duck: str, tmp_path: Path, old: str, sql: str, said: str
) -> None:
    wrong = DERIVE["  segments: [shop]"].replace(old, sql)
    with open_pipeline(derived(duck, tmp_path, **{"  segments: [shop]": wrong})) as pipeline:
        [problem] = pipeline.check()
    assert said in problem
    assert "the table" not in problem
