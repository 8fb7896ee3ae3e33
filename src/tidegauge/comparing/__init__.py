"""Two tables, at once: where they come from, what their columns are, and whether they differ by a size that matters."""
