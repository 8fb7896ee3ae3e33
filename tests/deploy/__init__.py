"""The files of deploy/: each run where it can be, and held to its rules where it cannot."""
