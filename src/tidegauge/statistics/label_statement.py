"""The statement of a number about labels: joined to their predictions again, as the profile joins them."""

from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.tasks.regression import FAR, NEGLIGIBLE
from tidegauge.statistics.statement import NEARLY, Question, Statement


def labels_of(question: Question) -> NumericLayout | None:
    """The layout of labels that are numbers, the question's other side; None where they are 0 and 1."""
    return on_a_line(question.sides[1].layout) if len(question.sides) > 1 else None


def over_labels(question: Question, number: str, group: str = "", *, threshold: float = 0.5) -> Statement:
    """A number over the prediction's cells; each has the labelled rows of the finding's segment and of all.

    `n`, `label` and `prediction` are a cell's rows of the segment, the sum of their labels and of their predictions;
    `all_n`, `all_label` and `all_prediction` those of all rows; `below` the rows with label 0 in lower cells, `middle`
    the segment's rows up to the cell's middle, `rows_` all of them, `ones_` the sum of their labels, `bias` that of
    label less prediction. `group`: an expression by which cells are pooled first.
    `yes` and `hits` are the segment's rows with a prediction of at least the threshold, and the sum of their labels.
    """
    parts = {"number": number, "group": group, "far": "", "threshold": question.dialect.number(threshold)}
    return Statement("labels", parts | _joined(question), NEARLY.format(1 / question.side.cells.scale))


def over_errors(question: Question, number: str) -> Statement:
    """A number over the errors of the segment's rows, those left out that the profile's sums leave out.

    `error`, `absolute` and `deviation` are the mean of label less prediction, of its size, and the root of the mean of
    its square; `relative` the mean of its size over the label's; `squared` and `varying` the mean square of errors and
    the variance of labels, in a unit of their own.
    """
    layout = labels_of(question)
    far = FAR if layout is None else FAR / layout.scale
    spelled = question.dialect.number
    ends = {"far": spelled(far), "part": 1 / far, "label_start": spelled(0.0 if layout is None else layout.start)}
    return Statement("labels", {"number": number, "group": "", "tiny": spelled(NEGLIGIBLE)} | ends | _joined(question))


def _joined(question: Question) -> dict[str, object]:
    """What the prediction is, and where its cells lie."""
    dialect, layout = question.dialect, question.side.cells
    return {
        "x": question.side.number,
        "cell": layout.cell_sql(dialect, question.side.number, question.side.number),
        "lowest": dialect.number(layout.lowest),
        "highest": dialect.number(layout.highest),
        "start": dialect.number(layout.start),
    }
