"""Limits of segments that no row has: nothing would ever be said of them."""

from collections.abc import Iterator, Mapping, Sequence

from tidegauge.core.errors import did_you_mean
from tidegauge.monitor.hard_limits import Limit
from tidegauge.profiles.segments import segment_names
from tidegauge.wording.text import column_name, first_up, one_line


def without_rows(limits: Sequence[Limit], segments: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence for each limit of a segment that is none of those counted; `segments`: column → its values.

    Nothing while no segment is known: they are found in the first rows that are counted.
    """
    names = segment_names(segments)
    for limit in limits:
        if names and limit.segment is not None and limit.segment not in names:
            yield from _sentences(limit, limit.segment, names)


def _sentences(limit: Limit, segment: str, names: Sequence[str]) -> Iterator[str]:
    """What is said of a limit's segment that is none of those with these names."""
    column = segment.partition("=")[0]
    known = did_you_mean(segment, [name for name in names if name.partition("=")[0] == column])
    of = f' of "{column_name(limit.column)}"' if limit.column else ""
    for key, bound in limit.bounds:
        named = f'the limit "{limit.performance or key} {bound.written}"{of} in {one_line(segment, 60)}'
        comes = "counts no row of any window" if key == "rows" else "is never judged"
        yield f"{first_up(named)} {comes}: no segment is called so. {known}"
