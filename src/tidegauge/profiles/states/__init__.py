"""States: what a window leaves behind. They are algebra: zero, +, to_row, from_row."""
