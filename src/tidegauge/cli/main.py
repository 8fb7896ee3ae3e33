"""`tidegauge` itself: its commands, its exit codes, and errors as one sentence."""

import gc
import sys
from typing import Any

import click

from tidegauge import __version__
from tidegauge.cli.answers_log import log
from tidegauge.cli.begin import compare, init
from tidegauge.cli.codes import ALERT, BUG, INTERRUPTED, NO_HISTORY, OUTAGE, WRONG
from tidegauge.cli.deliveries import deliver
from tidegauge.cli.event_times import export, publish
from tidegauge.cli.forgetting_windows import forget
from tidegauge.cli.incidents_verbs import incident
from tidegauge.cli.looking import explain, report, status
from tidegauge.cli.models_verbs import models
from tidegauge.cli.printing import clean
from tidegauge.cli.pruning import prune
from tidegauge.cli.replays import replay
from tidegauge.cli.rows_verb import rows
from tidegauge.cli.rules_verb import rules
from tidegauge.cli.store_verbs import store_verbs
from tidegauge.cli.verbs import backfill, check, decide, run
from tidegauge.core.errors import (
    ContractError,
    MonitorError,
    NoHistory,
    SinkError,
    StoreError,
    TidegaugeError,
    WarehouseError,
)

EPILOG = """\b
Exit codes:
  0    fine
  1    an alert, or data that is not what the monitor says
  2    a command or a monitor that cannot be understood
  3    an outage: the warehouse, the store or a sink did not answer
  4    no history: the store is missing, empty or another's; `backfill` it, or begin with `run --new`
  70   a bug in tidegauge: please report what was printed

\b
The first ten minutes:
  tidegauge init --source duckdb:///log.duckdb --table inference_log > my.yml
  tidegauge check my.yml
  tidegauge backfill my.yml
  tidegauge run my.yml
"""


# New objects between two searches for garbage that refers to itself: Python's 700 have it search all through a verb's
# imports (0.15 to 0.29 CPU-s of a run, decision 0062), and find nothing there. What is in no circle goes at once.
BETWEEN_SEARCHES = 100_000


class Verbs(click.Group):
    """A group that turns the errors of tidegauge into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except TidegaugeError as error:
            if ctx.params.get("debug"):  # what it adds is where the error came from: the sentence and the code stay
                _trace(error)
            from tidegauge.core.addresses.keyed import mask_keyed

            # the problems of a monitor's file are a line each
            for line in str(error).split("\n") if isinstance(error, MonitorError) else [str(error)]:
                click.echo(clean(mask_keyed(line)), err=True)
            ctx.exit(code_of(error))
        except KeyboardInterrupt:  # what was done is stored; a rerun goes on from there
            click.echo("Interrupted. What was finished is kept; run it again to go on.", err=True)
            ctx.exit(INTERRUPTED)
        except click.UsageError as error:
            from tidegauge.core.addresses.masking import mask

            error.message = mask(error.message)  # type: ignore[misc]  # it repeats what was typed: an address, perhaps
            raise
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own ways to end
        except Exception as error:  # noqa: BLE001 - a bug of ours: Python would end with 1, which a script reads as alert
            _trace(error)
            ctx.exit(BUG)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are met, not by the alphabet."""
        del ctx
        return list(self.commands)


def _trace(error: Exception) -> None:
    """Print where an error came from."""
    from tidegauge.core.addresses.hidden import harmless_traceback
    from tidegauge.core.addresses.keyed import mask_keyed

    for line in harmless_traceback(error).splitlines():
        click.echo(clean(mask_keyed(line)), err=True)


def code_of(error: TidegaugeError) -> int:
    """The exit code that an error ends in."""
    if isinstance(error, WarehouseError | StoreError | SinkError):
        return OUTAGE
    if isinstance(error, NoHistory):
        return NO_HISTORY
    return ALERT if isinstance(error, ContractError) else WRONG


@click.group(
    cls=Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="tidegauge")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
def main(*, debug: bool) -> None:
    """Batch monitoring of machine-learning models: drift beyond the season, on a budget of false alarms."""
    del debug  # read from the context where an error is told
    gc.set_threshold(BETWEEN_SEARCHES, *gc.get_threshold()[1:])  # the process is ours here; nowhere else is it
    for stream in (sys.stdout, sys.stderr):  # a terminal of another encoding shows "?" and goes on
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


for command in (
    init,
    check,
    compare,
    run,
    backfill,
    decide,
    report,
    explain,
    rows,
    status,
    deliver,
    publish,
    export,
    rules,
    prune,
    replay,
    incident,
    models,
    store_verbs,
    forget,
):
    main.add_command(command)
incident.add_command(log)
