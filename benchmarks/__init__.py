"""Measurements that anyone can run: ours against peers, on the same files."""
