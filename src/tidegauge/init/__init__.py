"""A first monitor for a table: `look` at it, `guess` roles, `write` them down; `first` does the three in turn."""
