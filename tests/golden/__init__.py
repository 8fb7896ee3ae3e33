"""Outputs that are kept, and how they are compared."""
