"""The command line: the verbs by hand. Nothing heavy is imported before a command needs it, so `--help` is quick."""

from tidegauge.cli.main import main

__all__ = ["main"]
