"""Relations between columns: what a window's rows keep to, and single columns cannot say.

Chosen once from a source's first weeks (`plan`), learnt from past windows, scored on a bounded sample of a window's
rows that the profile statement drew. One file and one line here to add a family, or an entry point (see `plugins`).
"""

from collections.abc import Mapping

from tidegauge.core.registry import Registry
from tidegauge.relations.base import Family, RelationStatistic, whole_family
from tidegauge.relations.broken_rows import BrokenRows
from tidegauge.relations.determinants import BrokenGroups
from tidegauge.relations.pairs import PairInformation
from tidegauge.relations.ranks import RankCorrelation
from tidegauge.relations.residuals import Residuals
from tidegauge.relations.together import MissingWithout
from tidegauge.statistics.statistic import PLUGINS

FAMILIES: Registry[Family] = Registry(
    "family of relations",
    [
        RankCorrelation(),
        MissingWithout(),
        PairInformation(),
        BrokenGroups(),
        BrokenRows(),
        Residuals(),
    ],
    check=whole_family,
    plugins=PLUGINS,
    base=Family,
)


class RelationStatistics(Registry[RelationStatistic]):
    """The numbers of all families, by name; the families hold them."""

    _families: tuple[Family, ...] = ()  # those that `_members` are of

    def _all(self) -> Mapping[str, RelationStatistic]:
        families = tuple(FAMILIES.values())
        if families != self._families:
            self._families = families
            self._members = {s.name: s for family in families for s in family.statistics}
        return self._members


RELATION_STATISTICS = RelationStatistics("number of relations", ())
