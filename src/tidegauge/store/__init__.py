"""What tidegauge remembers. `Store` (in `store.py`) is the one door; the other files are its rooms."""
