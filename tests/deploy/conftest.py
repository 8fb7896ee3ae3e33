"""lake.py is for the environment of tests/services/lake.py; elsewhere pytest is not to look into it."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("moto") else ["lake.py"]
