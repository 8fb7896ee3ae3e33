"""Replay before trust: the decision over past windows, exactly as it would have run, and what that amounts to."""
