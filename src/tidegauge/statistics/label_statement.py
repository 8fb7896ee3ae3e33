"""The statement of a number about labels: joined to their predictions again, as the profile joins them."""

from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.statistics.statement import NEARLY, Question, Statement


def labels_of(question: Question) -> NumericLayout | None:
    """The layout of labels that are numbers, the question's other side; None where they are 0 and 1."""
    return on_a_line(question.sides[1].layout) if len(question.sides) > 1 else None


def over_labels(question: Question, number: str, group: str = "") -> Statement:
    """A number over the prediction's cells; each has the labelled rows of the finding's segment and of all.

    `n`, `label` and `prediction` are a cell's rows of the segment, the sum of their labels and of their predictions;
    `all_n`, `all_label` and `all_prediction` those of all rows; `below` the rows with label 0 in lower cells, `middle`
    the segment's rows up to the cell's middle, `rows_` all of them, `ones_` the sum of their labels, `bias` that of
    label less prediction. `group`: an expression by which cells are pooled first.
    """
    dialect, layout = question.dialect, question.side.cells
    return Statement(
        "labels",
        {
            "x": question.side.number,
            "cell": layout.cell_sql(dialect, question.side.number, question.side.number),
            "lowest": dialect.number(layout.lowest),
            "highest": dialect.number(layout.highest),
            "start": dialect.number(layout.start),
            "number": number,
            "group": group,
        },
        NEARLY.format(1 / layout.scale),
    )
