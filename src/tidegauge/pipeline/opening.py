"""A monitor's store: where it lies, and whether it remembers the monitor.

A store that is gone and one that was never there look the same, and a new one judges nothing: every window is
"learning" and every night is fine. So only a verb that begins a history may make a store; the others say that there is
none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from tidegauge.actions.old_places import left_behind
from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import MonitorError, NoHistory, StoreError, TidegaugeError
from tidegauge.core.unseen import logger
from tidegauge.monitor import Monitor
from tidegauge.pipeline.changed_source import changed_source, key_as_was
from tidegauge.store.absence import absence
from tidegauge.store.database import Database
from tidegauge.store.file import INSPECT, could_be_made
from tidegauge.store.known_monitors import KnownMonitors, Knows
from tidegauge.store.store import Store

_log = logger(__name__)
Tell = Callable[[str], None]


class Past(StrEnum):
    """What a verb needs of the past. There is no default: a verb that forgot to say it would make stores in silence."""

    SPARED = "spared"  # nothing, and a missing store stays missing: an empty one in memory stands in for it (check)
    BEGINS = "begins"  # nothing: it may make the store (backfill, replay, `run --new`)
    PROFILED = "profiled"  # windows to compare with (run, decide)
    KNOWN = "known"  # anything that can be looked at: windows, decisions, answers (status, explain, incident)


@contextmanager
def open_store(monitor: Monitor, past: Past, tell: Tell = _log.warning) -> Iterator[Store]:
    """A monitor's store, open; NoHistory where it has less of a past than the verb needs. `tell` hears of oddities."""
    url = address_of(monitor, tell)
    try:
        store = Store.open(url, make=past is Past.BEGINS)
    except NoHistory as lacking:
        if past is not Past.SPARED:
            raise _none(monitor, str(lacking)) from None
        could_be_made(url)
        tell(f"No store yet: {lacking}. `tidegauge backfill {monitor.path}` makes it.")
        store = Store.open("sqlite://")
    for sentence in left_behind(monitor):
        tell(sentence)
    with store:
        if (key := key_as_was(monitor, store)) is not None:
            monitor.know_by(key)
        if past in (Past.PROFILED, Past.KNOWN):
            _hold(monitor, store, past, tell)
        yield store


def by_store(
    monitors: Iterable[Monitor], tell: Tell = _log.warning
) -> Iterator[tuple[Monitor, Store | TidegaugeError]]:
    """Each monitor with its store, to be looked at before the next is asked for, or why there is none.

    For whoever looks at many: a store is opened once for all monitors that lie in it, since opening takes longer than
    asking, and where it is away that is found once.
    """
    stores: dict[Address, list[Monitor]] = {}
    for monitor in monitors:
        try:
            stores.setdefault(address_of(monitor, tell), []).append(monitor)
        except TidegaugeError as error:
            yield monitor, error
    for url, inside in stores.items():
        yield from _of_one_store(url, inside, tell)


def _of_one_store(
    url: Address, monitors: Sequence[Monitor], tell: Tell
) -> Iterator[tuple[Monitor, Store | TidegaugeError]]:
    try:
        store = Store.open(url, make=False)
    except NoHistory as lacking:
        yield from ((m, _none(m, str(lacking))) for m in monitors)
        return
    except TidegaugeError as error:
        yield from ((m, error) for m in monitors)
        return
    with store:
        for monitor in monitors:
            try:
                _hold(monitor, store, Past.KNOWN, tell)
            except TidegaugeError as error:
                yield monitor, error
            else:
                yield monitor, store


def address_of(monitor: Monitor, tell: Tell = _log.warning) -> Address:
    """The address of a monitor's store.

    Earlier versions took a relative path from the working directory; and a monitor may be reached by a link, beside
    which no store lies. One that lies there, or beside the file that the link leads to, and knows the monitor
    is used and named, unless another of them knows it as well: two pasts are an error.
    """
    address, relative = monitor.expanded_store(), monitor.store_relative
    if relative is None:
        return address
    beside = monitor.folder / relative
    others = [(old, where, _of_anybody(monitor, old)) for old, where in _elsewhere(monitor, relative)]
    found = [(old, where, there) for old, where, there in others if there is not None]
    if not found:
        return address
    here = _newest(monitor, beside)
    stores = [f"{beside} ({here})"] * (here is not None) + [f"{old} ({there}), {where}" for old, where, there in found]
    if len(stores) > 1:
        raise MonitorError(
            f"{monitor.path}: {monitor.name} has two stores: {' and '.join(stores)}. Keep the one that you trust "
            "beside the monitor's file, and move the other away"
        )
    (old, where, there), *_ = found
    itself = monitor.path.resolve()
    by_link = old == itself.parent / relative
    advice = f"Name the file itself, {itself}, or write store: with its place"
    tell(
        f"{monitor.name}: using the store {old} ({there}), {where}. "
        f"{advice if by_link else f'Move it to {beside}, so that it is found from everywhere'}"
    )
    return replace(address, path=str(old))


def _elsewhere(monitor: Monitor, relative: Path) -> Iterator[tuple[Path, str]]:
    """Where else a store may lie, each place once, and why; that is another file than the one beside the monitor's."""
    places = [
        (Path.cwd, "in the working directory, where an earlier version kept it"),
        (monitor.path.resolve().parent.absolute, f"beside the file that {monitor.path} is a link to"),
    ]
    known = [monitor.folder / relative]
    for folder, where in places:
        try:
            old = folder() / relative
            if old.is_file() and not any(one.exists() and old.samefile(one) for one in known):
                known.append(old)
                yield old, where
        except OSError:  # the working directory is gone or may not be looked into: nothing was kept there
            continue


def _of_anybody(monitor: Monitor, file: Path) -> str | None:
    """`_newest` of a file that may be no store at all."""
    try:
        return _newest(monitor, file)
    except StoreError:
        return None


def _newest(monitor: Monitor, file: Path) -> str | None:
    """What a file holds of a monitor, in words; None where it does not know the monitor. It is only looked at."""
    url = Address("sqlite", path=str(file))
    if absence(url) is not None:
        return None
    database = Database.at(url, INSPECT)
    try:
        known = KnownMonitors(database).knows(monitor.source_key, monitor.name)
    finally:
        database.close()
    if known.last is None and not known.decided:
        return None
    until = f"up to {known.last.key}" if known.last else "no window of its source as it is now"
    return f"{file.stat().st_size / 1e6:,.1f} MB, {until}"


def _hold(monitor: Monitor, store: Store, past: Past, tell: Tell) -> None:
    """NoHistory where a store that is there has too little of the monitor; what it has of another source is said."""
    known = store.monitors.knows(monitor.source_key, monitor.name)
    if known.has_past or (past is Past.KNOWN and _is_only_counted(known)):
        return
    changed = changed_source(monitor, store, known)
    if changed and past is not Past.KNOWN:
        raise NoHistory(changed)
    if past is Past.KNOWN and (known.decided or store.feedback.of(monitor.name)):
        if changed:
            tell(changed)
        return
    raise _none(monitor, _lacking(monitor, store, known))


def _lacking(monitor: Monitor, store: Store, known: Knows) -> str:
    """What a store has of a monitor instead of a past."""
    if known.decided and store.tombstones.of(monitor.source_key):
        return f"all that the store at {store.where} knew of it was forgotten (tidegauge status names it)"
    if known.last is not None:
        counted = f"windows of its source up to {known.last.key}, by a replay or another monitor"
        return f"the store at {store.where} has counted {counted}, and none was ever decided for it"
    return f"the store at {store.where} holds nothing of it{_knows(store, monitor.name)}"


def _knows(store: Store, name: str) -> str:
    """Which other monitors a store knows: the name may be a slip."""
    others = [other for other in store.monitors.names() if other != name]
    return f" (it knows {', '.join(others[:5])}{' and others' if len(others) > 5 else ''})" if others else ""


def _none(monitor: Monitor, what: str) -> NoHistory:
    return NoHistory(
        f"{monitor.name} has no history: {what}. If it had one, find the store that it is in (moved? in another "
        "folder?). If not, "
        f"`tidegauge backfill {monitor.path}` reads the past, and `tidegauge run {monitor.path} --new` "
        '(in Airflow, a run with {"new": true}) begins without one.'
    )


def _is_only_counted(known: Knows) -> bool:
    """Whether there are profiles of it, by a replay or another monitor, and nothing of another source."""
    return known.last is not None and not known.others
