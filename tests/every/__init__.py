"""Checks that every member of a family must pass."""
