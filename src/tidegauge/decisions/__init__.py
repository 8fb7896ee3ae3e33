"""Decisions: from the scores of a window, and the scores before it, to fine or alert, and why."""
