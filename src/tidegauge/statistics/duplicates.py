"""How many rows of a window repeat an id."""

import numpy as np

from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.base import WindowLevel
from tidegauge.statistics.scales import angle, angle_error, from_angle, ratio
from tidegauge.statistics.statement import ROWS, Question, Shown
from tidegauge.statistics.statistic import Reads


class Duplicates(WindowLevel):
    """Share of a window's rows whose id occurred before in it, as the angle arcsin √p.

    A load that ran twice, a join that fans out. A row without an id repeats none. Distances hardly see it, as a copied
    window has the same shares.

    Shapes: facts [W] → [W]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√rows. nan where
    the monitor names no id or the window has no rows.

    >>> facts = Facts(np.array([0.0, 100.0]), np.array([0.0, 1.0]), np.array([np.nan, 60.0]))
    >>> Duplicates().natural(Duplicates().level(facts)).round(4)
    array([ nan, 0.01])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "duplicates"
    title = "duplicate ids"
    says = "{value} of the rows have a duplicate id"
    plain = "{value} of the rows have the id of another row"
    reads = Reads.SHARE
    subject = "the identity of rows"
    floor = 0.01
    one_sided = True
    unit = "angle"

    def level(self, facts: Facts) -> Array:
        """[W] arcsin √(duplicates / rows)."""
        return angle(ratio(facts.duplicates, facts.rows))

    def error(self, facts: Facts) -> Array:
        """[W] ½/√rows."""
        return np.where(np.isnan(facts.duplicates), np.nan, angle_error(facts.rows))

    def natural(self, level: Array) -> Array:
        """[...] share of rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        del question
        return ROWS
