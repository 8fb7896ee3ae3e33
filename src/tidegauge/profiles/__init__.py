"""Profiles: what a window leaves behind, the statements that count it, and the cells that it is counted in."""
