"""What `init` says of labels that are words, until labels of several classes are watched."""

SAID = (
    "holds text, and labels of several classes are not watched yet. Two views watch the largest score and whether it "
    "was right: see docs/classes.md"
)


def note(table: str, column: str) -> str:
    """A sentence for a person who has such labels."""
    return f'"{column}" of {table} looks like a label, but it {SAID}.'
