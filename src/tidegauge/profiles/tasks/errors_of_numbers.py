"""How far labels that are numbers lie from their predictions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Errors:
    """Means over labelled rows whose label and error can be summed, in interquartile ranges of the labels' sample."""

    rows: float
    error: float  # label less prediction
    absolute: float
    squared: float
    label: float  # less the start of the labels' layout
    label_squared: float
    relative: float  # |error| / |label|, over the rows whose label is not 0
    relative_rows: float
