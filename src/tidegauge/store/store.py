"""The store's one door, and the parts behind it.

>>> from datetime import UTC, datetime
>>> from tidegauge.core.window import Window
>>> from tidegauge.store.profiles import ProfileRow, Revision
>>> day = Window(datetime(2013, 4, 1, tzinfo=UTC), datetime(2013, 4, 2, tzinfo=UTC), "day")
>>> with Store.open("sqlite://") as store:
...     entry = (day, Revision(2, "2013-04-02", "ab"), [ProfileRow("*", "distance", "l1", "numeric", b"...")])
...     store.profiles.put("f00d", "inputs", [entry])
...     [p.column for p in store.profiles.of("f00d", "inputs", [day])]
1
['distance']
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import NoHistory
from tidegauge.store.absence import no_file
from tidegauge.store.artefacts import Artefacts
from tidegauge.store.database import Database
from tidegauge.store.dump import dump
from tidegauge.store.file import MAKE, USE, file_of
from tidegauge.store.known_monitors import KnownMonitors
from tidegauge.store.last_delivered import Deliveries
from tidegauge.store.local_dates import LocalDates
from tidegauge.store.migrate import migrate
from tidegauge.store.outbox import Outbox
from tidegauge.store.part import Names
from tidegauge.store.profiles import Profiles
from tidegauge.store.runs import Runs
from tidegauge.store.space import Space
from tidegauge.store.stored_decisions import Decisions
from tidegauge.store.stored_feedback import Answers
from tidegauge.store.stored_incidents import Incidents
from tidegauge.store.stored_layouts import Layouts
from tidegauge.store.stored_models import Models
from tidegauge.store.stored_points import Points
from tidegauge.store.stored_recuts import Recuts
from tidegauge.store.stored_trainings import Flags, Snapshots
from tidegauge.store.tombstones import Tombstones


class Store:
    """Everything that tidegauge remembers, in SQLite or PostgreSQL: a part for each kind of thing, over one database.

    `layouts`, `recuts` (layouts that were cut again), `profiles` and `artefacts` are kept by source, for monitors share
    them; `decisions` (with the scores that they rest on), `points` (what is shown of them) and `local_dates`,
    `incidents`, `feedback` (answers), `outbox` (what a decision causes; `deliveries`: when it last went), `runs` and
    `models` (challengers and champions), `snapshots` (what they learnt from) and `flags` (what serves) are each
    monitor's own. `tombstones` forgets windows; `monitors` says whose past there is, `space` how much it takes. What a
    part is asked for most is called the same everywhere: `put` stores, `get` finds one, `of` all of a source or a
    monitor.

    Each verb is one short transaction and idempotent on its keys: a process may die at any instant, and running it
    again completes what it left. No verb looks at the clock; callers pass `as_of`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        words = Names(database)  # interned once for all parts
        self.monitors = KnownMonitors(database)
        self.layouts = Layouts(database, words)
        self.recuts = Recuts(database, words)
        self.profiles = Profiles(database, words)
        self.artefacts = Artefacts(database)
        self.decisions = Decisions(database)
        self.points, self.local_dates = Points(database), LocalDates(database)
        self.incidents = Incidents(database)
        self.feedback = Answers(database)
        self.outbox, self.deliveries = Outbox(database), Deliveries(database)
        self.tombstones = Tombstones(database)
        self.runs = Runs(database)
        self.models = Models(database)
        self.snapshots, self.flags = Snapshots(database), Flags(database)
        self.space = Space(database)

    @classmethod
    def open(cls, url: Address | str, *, make: bool = True) -> Self:
        """Open a store by its address and bring its tables up to date. Close it, or use it as a context.

        `sqlite:///folder/tidegauge.db` (the folder is made) for one host, `postgresql://…` for more, `sqlite://`
        for one that lives in memory. Without `make`, NoHistory where there is no store, and nothing is made.
        """
        database = Database.at(url, MAKE if make else USE)
        if not make and (lacking := no_file(database)):
            raise NoHistory(lacking)
        try:
            migrate(database, make=make)
        except SQLAlchemyError as error:  # pragma: no cover - the doors have their own sentences; this is the last net
            database.close()
            raise database.sentence("open", error) from None
        except BaseException:
            database.close()
            raise
        return cls(database)

    def dump(self, *, outbox: bool = False, artefacts: bool = False) -> str:
        """The final state as text (`tidegauge.store.dump`): equal where two stores say the same."""
        return dump(self.database, outbox=outbox, artefacts=artefacts)

    @property
    def where(self) -> str:
        """Its address, as it may be shown."""
        return self.database.where

    @property
    def folder(self) -> Path | None:
        """The folder of its file; None where it is no file."""
        file = None if self.database.is_postgres else file_of(self.database.address)
        return None if file is None else file.parent

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
