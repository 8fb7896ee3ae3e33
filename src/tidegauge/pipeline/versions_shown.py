"""Two versions of a model as somebody looks at them in Python: a table, a page, and what a notebook shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegauge.core.versions_beside import VersionsBeside

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ShownVersions:
    """Two versions side by side; `found` has all of it as values."""

    found: VersionsBeside
    zone: str

    def to_frame(self) -> "pd.DataFrame":
        """A row a number, of all rows first and then by segment: both values, the difference, and all intervals."""
        import pandas as pd  # only where a frame is asked for

        rows = [
            {"segment": f.segment, "statistic": f.statistic, "title": f.title, "unit": f.unit}
            | {"value": f.values[0], "low": f.intervals[0][0], "high": f.intervals[0][1]}
            | {"other": f.values[1], "other_low": f.intervals[1][0], "other_high": f.intervals[1][1]}
            | {"difference": f.difference, "difference_low": f.low, "difference_high": f.high, "apart": f.is_apart}
            for f in self.found.figures
        ]
        return pd.DataFrame(rows)

    def to_html(self) -> str:
        """One page that opens anywhere."""
        from tidegauge.reports.versions_page import versions_page

        return versions_page(self.found, self.zone)

    def __repr__(self) -> str:
        one, other = self.found.versions
        return f"<versions {one} and {other} of {self.found.monitor}: {len(self.found.windows)} windows>"

    def _repr_html_(self) -> str:
        from tidegauge.reports.versions_page import versions_fragment

        return versions_fragment(self.found, self.zone)
