"""What is fixed of rows that are handed out."""

MOST_ROWS = 10_000  # where nobody says how many
LABEL = "tidegauge_label"  # the column with what has come true of a row
WHY = "tidegauge_why"  # the column that says why a row is among them
