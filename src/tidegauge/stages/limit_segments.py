"""Limits of segments that no row has: nothing would ever be said of them."""

from collections.abc import Iterator, Mapping, Sequence

from tidegauge.core.errors import did_you_mean
from tidegauge.monitor.hard_limits import Limit
from tidegauge.profiles.segments import segment_names
from tidegauge.wording.text import column_name, one_line


def without_rows(limits: Sequence[Limit], segments: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence for each limit of a segment that is none of those counted; `segments`: column → its values.

    Nothing while no segment is known: they are found in the first rows that are counted.
    """
    names = segment_names(segments)
    for limit in (x for x in limits if names and x.segment is not None and x.segment not in names):
        where = one_line(str(limit.segment), 60)
        alike = [n for n in names if n.partition("=")[0] == str(limit.segment).partition("=")[0]]
        for key, bound in limit.bounds:
            what = limit.performance or key
            of = f' of "{column_name(limit.column)}"' if limit.column else ""
            comes = "counts no row of any window" if key == "rows" else "is never judged"
            known = did_you_mean(str(limit.segment), alike)
            yield f'The limit "{what} {bound.written}"{of} in {where} {comes}: no segment is called so. {known}'
