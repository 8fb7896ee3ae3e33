"""The names that a monitor's sinks have in the store: their kind, and their place among those of their kind.

What waits for a sink waits under its name, for a week if need be, and the monitor's file may be edited meanwhile. By
its place in the whole list a sink would have another name as soon as another one is put before it, and what waits would
go to the wrong one, or to none. Only another of its own kind that is put before it takes its name.

Earlier versions did name them by that place ("0:html"): such a name is still read.
"""

from collections import Counter
from collections.abc import Iterable

from tidegauge.monitor import Monitor


def sink_names(kinds: Iterable[str]) -> list[str]:
    """The names of sinks of these kinds, in their order.

    >>> sink_names(["html", "remote_write", "html"])
    ['html', 'remote_write', 'html:2']
    """
    seen = Counter[str]()
    names = []
    for kind in kinds:
        seen[kind] += 1
        names.append(kind if seen[kind] == 1 else f"{kind}:{seen[kind]}")
    return names


def kind_of(name: str) -> str:
    """The kind of the sink that is called so, now or by an earlier version.

    >>> kind_of("html:2"), kind_of("0:html")
    ('html', 'html')
    """
    first, _, rest = name.partition(":")
    return rest if _is_old(name) else first


def name_now(monitor: Monitor, name: str) -> str:
    """What a stored name is called now. An earlier version's: the sink at its place, else the first of its kind."""
    if not _is_old(name):
        return name
    place, kind = int(name.partition(":")[0]), kind_of(name)
    kinds = [sink.name for sink in monitor.sinks]
    return sink_names(kinds)[place] if kinds[place : place + 1] == [kind] else kind


def _is_old(name: str) -> bool:
    place, _, kind = name.partition(":")
    return bool(kind) and place.isascii() and place.isdigit()
