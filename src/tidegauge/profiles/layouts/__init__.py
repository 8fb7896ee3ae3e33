"""Layouts: the fixed, versioned cells that a column is counted in."""
