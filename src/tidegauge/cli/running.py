"""What `tidegauge run` does, without its words: run what was asked for, and deliver what anybody waits for."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegauge.cli.delivered import delivered
from tidegauge.cli.printing import clean
from tidegauge.cli.rim import opened, warn, windows_named
from tidegauge.core.errors import TidegaugeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegauge.core.decision import Decision
    from tidegauge.core.window import Window
    from tidegauge.monitor import Monitor
    from tidegauge.pipeline.pipeline import Pipeline


def run_once(
    path: Path, window: str | None, *, live: bool, new: bool, clock_is_right: bool
) -> "tuple[Monitor, list[Decision], int, list[str]]":
    """The monitor, its decisions, how many earlier ones were made again, and what could not be delivered."""
    from tidegauge.actions.drawn_again import look_closer
    from tidegauge.actions.holding import held_of
    from tidegauge.pipeline.opening import Past

    with opened(path, Past.BEGINS if new else Past.PROFILED, clock_is_right=clock_is_right) as (found, pipeline):
        if new:
            _warn_of_past(pipeline)
        wanted = _wanted(pipeline, window)
        pipeline.hold(wanted)
        before = [intent.key for intent in pipeline.pending()]
        held = [c.intent.key for c in held_of(found, pipeline.store)]
        if not live:  # a replay is for whoever replays, and leaves nothing for the next run to show
            pipeline.deciding.keep_to_itself()
        made, again = _decided(pipeline, wanted, live=live)
        warn(*_what_stands(pipeline, wanted, made))
        _tell_held(pipeline, held)
        trouble = delivered(pipeline, before) if live else []
        look_closer(pipeline, {d.stage: d.window for d in sorted(made, key=lambda d: d.window) if live})
    return found, made, again, trouble


def _tell_held(pipeline: "Pipeline", before: "Sequence[str]") -> None:
    """Say of a retraining that this run has asked for and that is held, and why."""
    from tidegauge.actions.holding import held_of

    new = (c for c in held_of(pipeline.monitor, pipeline.store) if c.intent.key not in before)
    for c in new:
        click.echo(clean(f"Retraining {c.note}: the DAG {c.intent.payload.get('dag', '?')} is not started."), err=True)


def _warn_of_past(pipeline: "Pipeline") -> None:
    """Say that --new is not needed: standing in a script, it would let a lost store pass."""
    monitor = pipeline.monitor
    past = pipeline.store.monitors.knows(monitor.source_key, monitor.name)
    if past.last and past.has_past:
        warn(f"{monitor.name} has a history, up to {past.last.key}: it begins no more, and needs no --new.")


def _decided(pipeline: "Pipeline", wanted: "Sequence[Window]", *, live: bool) -> "tuple[list[Decision], int]":
    """Run some windows: the decisions on what was asked for, and how many earlier ones were made again.

    A filled gap, an answer or a newer version decide the past again: that is not what was asked, no alert now, unless
    it is one just before whose own rows made it worse, of which people are told as well.
    """
    before = _stages_and_windows(pipeline)
    every = [d for w in wanted for d in pipeline.run(w, live=live)]
    old = before - pipeline.deciding.worsened
    made = [d for d in every if d.window in wanted or (d.stage, d.window) not in old]
    again, known = len(every) - len(made), {d.window for d in made}
    made += [pipeline.explain(w) for w in wanted if w not in known]  # decided before, on the same rows
    made += [pipeline.explain(w, stage) for stage, w in sorted(pipeline.told_late.difference(_keys(made)))]
    return made, again


def _what_stands(pipeline: "Pipeline", wanted: "Sequence[Window]", made: "Sequence[Decision]") -> list[str]:
    """What is bad of the labels that have come due lately, and was decided before: by a backfill, or another night."""
    from tidegauge.decisions.blame import BAD
    from tidegauge.pipeline.due_windows import due_lately

    at = max(w.end for w in wanted) + pipeline.monitor.window.wait
    shown = _keys(made)
    lately = [pipeline.store.decisions.get(pipeline.monitor.name, s, w) for s, w in due_lately(pipeline.profiler, at)]
    stand = [d for d in lately if d and d.verdict in BAD and not d.silenced and (d.stage, d.window) not in shown]
    return [
        f"Decided before, and standing: {d.verdict.value} on the {d.stage} of {d.window.key}. "
        f"tidegauge explain {pipeline.monitor.path} --window {d.window.key} --stage {d.stage}"
        for d in stand
    ]


def _stages_and_windows(pipeline: "Pipeline") -> set[tuple[str, "Window"]]:
    """Of which windows which stages are decided."""
    from tidegauge.core.window import STAGES

    name = pipeline.monitor.name
    return {(stage, d.window) for stage in STAGES for d in pipeline.store.decisions.outlines(name, stage)}


def _keys(decisions: "Sequence[Decision]") -> set[tuple[str, "Window"]]:
    return {(d.stage, d.window) for d in decisions}


def _wanted(pipeline: "Pipeline", text: str | None) -> "list[Window]":
    """The windows that are to be run: the latest, or those that a word means and that have ended."""
    if text is None:
        return [pipeline.clock.last(wait=pipeline.monitor.window.wait)]
    named, now = windows_named(pipeline.monitor, text), pipeline.clock.now()
    ended = [w for w in named if w.end <= now]
    if not ended:
        return named  # to be refused with the sentence that all callers get
    if left := len(named) - len(ended):
        click.echo(f"Left out {left} of {len(named)} hours of {text}: they have not ended yet.", err=True)
    return ended


def deliver_from_store(path: Path) -> list[str]:
    """The same where a window could not be run: what a page needs lies in the store."""
    from tidegauge.monitor import load_monitor
    from tidegauge.pipeline.pipeline import open_shown

    with suppress(TidegaugeError), open_shown(load_monitor(path), tell=lambda _: None) as pipeline:
        return delivered(pipeline)
    return []  # what stopped the run stops this too, and is told by it
