"""The whole monitor: its parts, whether they fit each other, and what its profiles depend on."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, model_validator

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.grid import TYPED, containing, following
from tidegauge.core.window import Window
from tidegauge.monitor import choices, fields, yaml_lines
from tidegauge.monitor.alerting import Alerts
from tidegauge.monitor.durations import PER_MONTH, spell_duration
from tidegauge.monitor.hard_limits import Limits, unfit_limits
from tidegauge.monitor.own_metrics import Metrics, unfit_metrics
from tidegauge.monitor.parts import (
    Columns,
    Labels,
    Part,
    Reference,
    WindowRule,
)
from tidegauge.monitor.schedule import Schedule
from tidegauge.monitor.sensitive import Sensitives, unfit
from tidegauge.monitor.source import Source
from tidegauge.monitor.texts import Wrong, refuse

DEFAULT_STORE = "sqlite:///tidegauge.db"  # as `tidegauge init` writes it, too
LONGEST_SILENCE = timedelta(days=366)


class Monitor(Part):
    """One model under watch."""

    name: fields.Name = Field(
        alias="monitor", description="Its name: a-z, 0-9 and -. It names the DAG and labels metrics."
    )
    store: fields.StoreUrl = Field(
        default=DEFAULT_STORE,
        description="Where profiles and decisions are kept: sqlite:///path or postgresql://…. A relative path "
        "is meant from the folder of the monitor's file.",
    )
    source: Source
    labels: Labels | None = None
    columns: Columns
    window: WindowRule
    schedule: Schedule = Field(default=Schedule(), description="What starts the runs of its DAG in Airflow.")
    sample: int = Field(
        default=1000,
        ge=0,
        le=10_000,
        strict=True,
        description="Rows kept of each window as they are, drawn by a hash of their ids, to see whether columns still "
        "hang together and to show examples. 0 keeps no row, for privacy: then only what each column does on its own "
        "is watched.",
    )
    reference: Reference = Reference()
    fairness: Sensitives = Field(
        default=(), description="Columns between whose groups the model is to be fair. Needs labels that are 0 and 1."
    )
    alerts: Alerts = Alerts()
    limits: Limits = Field(
        default=(),
        description="What must hold of every window, beside the budget and whatever its past is like, such as "
        '{column: fare, missing: "< 5 %"} or {rows: "> 1000"}.',
    )
    metrics: Metrics = Field(
        default=(),
        description="Numbers of labelled rows of its own, shown and judged with the others, such as "
        '{name: revenue_per_row, sql: "fare * 0.1", unit: "$", better: higher}.',
    )
    sinks: choices.Sinks = Field(
        default=(), description="Where decisions are shown: sinks by name, each with its options."
    )
    actions: choices.Actions = Field(
        default=(), description="What an alert starts, once for each incident: actions by name, each with its options."
    )

    _path: Path = PrivateAttr(default=Path("monitor"))
    _located: yaml_lines.Located = PrivateAttr(default_factory=yaml_lines.Located)
    _key: str = PrivateAttr(default="")  # that its profiles are found by, where it is not that of what the file says

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        wrong: list[Wrong] = []
        if self.labels:
            if self.columns.id is None:
                wrong.append(
                    (("columns", "id"), "is missing, and labels join by it. Name the column that identifies a row")
                )
            same = self.labels.table == self.source.table
            if same and any(self.labels.value in names for names in self.columns.roles.values()):
                wrong.append(
                    (("labels", "value"), f'"{self.labels.value}" also has a role in columns. Leave it out there')
                )
        every, length = self.window.every, self.window.length
        most = PER_MONTH[every]
        if self.alerts.budget >= most:
            sentence = (
                f"is {self.alerts.budget:.3g} a month, and a month has {most:.0f} windows: every one could alert. "
            )
            wrong.append((("alerts", "budget"), sentence + 'Try "1 per month"'))
        wrong += self._silences_wrong()
        wrong += unfit(self.fairness, self.columns, labels=self.labels is not None)
        wrong += unfit_limits(self.limits, self.columns, labels=self.labels is not None)
        wrong += unfit_metrics(self.metrics, self.labels)
        room = self.reference.look_back // length
        if room < self.reference.minimum:
            sentence = f"holds {room} windows of a {every}, and minimum asks for {self.reference.minimum}. "
            need = spell_duration(length * self.reference.minimum)
            wrong.append((("reference", "look_back"), f"{sentence}Give at least {need}"))
        if wrong:
            raise refuse(*wrong)
        return self

    def _silences_wrong(self) -> Iterator[Wrong]:
        for k, silence in enumerate(self.alerts.silences):
            at, (start, end) = ("alerts", "silences", k), silence.instants(self.window.zone)
            if end <= start:
                yield (*at, "to"), f"must be after from ({silence.start}); the end itself is not in the silence"
            elif end - start > LONGEST_SILENCE:
                yield at, "is longer than a year. Is a date mistyped?"
            elif start.year not in TYPED or end.year not in TYPED:
                years = f"the years {TYPED[0]} to {TYPED[-1]}"
                yield at, f"lies beyond {years}. Is a date mistyped?"

    def placed(self, path: Path, located: yaml_lines.Located) -> Self:
        """The same monitor, knowing the file and lines that it came from."""
        self._path, self._located = path, located
        return self

    @property
    def path(self) -> Path:
        """The file that it came from."""
        return self._path

    @property
    def folder(self) -> Path:
        """The folder of that file, which relative places are meant from: the default store's, pages', notices'.

        By the path by which the monitor was named: a folder that is a link to the newest checkout stays one place.
        """
        folder = self._path.absolute().parent
        return folder.resolve() if ".." in folder.parts else folder

    @property
    def source_key(self) -> str:
        """What the stored profiles of this monitor depend on, in 16 hex digits.

        The source, the columns and the labels' place are in it, and how windows are cut. The budget, sinks, actions,
        reference, waits, scores of classes and passwords are not: changing one of those profiles nothing again.
        """
        return self._key or hashlib.sha256(json.dumps(self.reads, sort_keys=True).encode()).hexdigest()[:16]

    def know_by(self, key: str) -> None:
        """Find its stored profiles by another key: the store alone can tell what `source.was` says without secrets."""
        self._key = key

    @property
    def reads(self) -> dict[str, Any]:
        """What `source_key` is made of, by the file's own keys; an address in it shows no password."""
        # of labels: when they count, and how
        judged = {"delay", "look_back", "mature", "thresholds", "query", "top", "quantiles"}
        what = self.model_dump(
            mode="json",
            include={"source", "columns", "labels"},
            exclude={"labels": judged, "columns": {"scores"}},
        )
        for how in ("paths", "extensions", "was"):  # they say what may be read or where it lay, not what is
            del what["source"][how]
        what["source"] |= self.source.place()
        what["columns"] = {k: v for k, v in what["columns"].items() if v or k not in ("text", "derived")}
        if "text" in what["columns"]:
            what["columns"]["text"] = sorted((c, sorted(seen)) for c, seen in what["columns"]["text"])
        listed = (*self.columns.counted, "segments")
        what["columns"] |= {role: sorted(what["columns"][role]) for role in listed}
        what["window"] = [self.window.every, self.window.zone]
        return what

    def silenced(self) -> dict[Window, str]:
        """Every window that a planned silence touches, oldest first, and why: all reasons, where there are several."""
        found: dict[Window, list[str]] = {}
        for silence in self.alerts.silences:
            start, end = silence.instants(self.window.zone)
            window = containing(self.window.every, self.window.zone, start)
            while window.start < end:
                found.setdefault(window, []).append(silence.why)
                window = following(window, self.window.zone)
        return {w: "; ".join(dict.fromkeys(found[w])) for w in sorted(found)}

    @property
    def store_beside(self) -> Path | None:
        """The store's file, where `store` names one by a relative path: one from the folder of the monitor's file."""
        relative = self.store_relative
        return None if relative is None else self.folder / relative

    @property
    def store_relative(self) -> Path | None:
        """The relative path of the store's file; None where it is none, as the root's, memory and PostgreSQL are."""
        found = read_address(self.store, "store")
        is_file = found.engine == "sqlite" and found.path not in ("", ":memory:")
        return Path(found.path) if is_file and not found.path.startswith(("/", "file:")) else None

    def expanded_store(self) -> Address:
        """The store's address with ${NAME} filled in from the environment. Use it at once; do not keep it."""
        beside, found = self.store_beside, read_address(self.store, "store")
        return found if beside is None else replace(found, path=str(beside))

    def where(self, *path: str | int) -> str:
        """File, line and key for an error that is found later: `flights.yml:12: columns.numeric`."""
        return f"{self._path}:{self._located.line(path)}: {yaml_lines.spell(path)}"
