"""What is fixed of rows that are handed out."""

MOST_ROWS = 10_000  # where nobody says how many
WHY = "tidegauge_why"  # the column that says why a row is among them
