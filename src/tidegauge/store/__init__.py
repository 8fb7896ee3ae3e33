"""What tidegauge remembers. `Store` (in `store.py`) is the one door; behind it are its parts."""
