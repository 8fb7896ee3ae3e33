"""The reckoning as a table for people."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from examples.flights.dashboard_numbers import Number
from examples.flights.verdict import Outcome, Reckoning
from tidegauge.core.window import Window


def reckoning(console: Console, found: Reckoning, home: Path) -> None:
    """Per fault what was found and triggered, then the clean nights, then where things lie."""
    console.print("\n[bold]What was broken on purpose, and what tidegauge said of it[/bold]")
    console.print(_table(("fault", "night", "alerted", "column", "its rank", "triggered"), map(_row, found.outcomes)))
    false = f"{len(found.false_alerts)}, and the budget allows {found.allowed}"
    console.print(f"\nFalse alerts on clean nights: {false}.")
    for decision in found.false_alerts:
        console.print(Text(f"  {decision.stage}: {decision.sentence}"))
    console.print(f"Retraining runs in Airflow: {', '.join(found.retrainings) or 'none'}")
    console.print(f"Candidates recorded: {', '.join(str(path) for path in found.candidates) or 'none'}")
    console.print("Reports, each a page that opens anywhere:")
    for outcome in found.outcomes:
        console.print(Text(f"  {outcome.report or f'none of {outcome.fault.name}'}"))
    console.print(f"  {home / 'reports' / 'index.html'} lists all")


def dashboards(console: Console, window: Window, numbers: Iterable[Number]) -> None:
    """What the large panels of the dashboards say at the end of the newest window."""
    console.print(f"\n[bold]What Grafana's dashboards show of it, as of {window.start:%-d %B %Y}[/bold]")
    rows = ((n.dashboard, n.title, "  ".join(f"{v:,.3g}" for v in n.values)) for n in numbers)
    console.print(_table(("dashboard", "panel", "inputs  labels, or all"), rows))


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _row(outcome: Outcome) -> tuple[str, ...]:
    fault = outcome.fault
    return (
        fault.name,
        f"{fault.night:%a %-d %b}",
        "[green]yes[/green]" if outcome.alerted else "[red]no[/red]",
        ", ".join(fault.columns),
        str(outcome.rank or "–"),
        ", ".join(outcome.triggered) or "nothing",
    )
