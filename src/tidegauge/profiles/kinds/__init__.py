"""Kinds of column: how one is read, cut, counted, stacked, shown and changed. One file and one line here to add one.

A monitor lists its columns under their kind's name (`numeric: [distance]`), and everything else asks this list. Its
order is the order of stacks and of all that is followed: those that stand here first keep their place when one joins.
"""

from tidegauge.core.plugins import Plugins
from tidegauge.core.registry import Registry
from tidegauge.profiles.kinds.base import Kind
from tidegauge.profiles.kinds.categories import Categorical
from tidegauge.profiles.kinds.numbers import Numeric

KINDS: Registry[Kind] = Registry(
    "kind of column",
    [
        Numeric(),
        Categorical(),
    ],
    plugins=Plugins("tidegauge.kinds"),
    base=Kind,
)

# What a monitor's prediction is counted as, which it lists under no kind: a score where its type is a number, or else
# a class. Labels are compared with numbers, so this is a choice that other kinds have no part in.
SCORE, CLASS = Numeric.name, Categorical.name
