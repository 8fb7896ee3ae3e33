"""Where a change lies: which cells of single columns, and of pairs of columns, explain what an alert is about."""
