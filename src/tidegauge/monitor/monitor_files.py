"""Which files of a folder are monitors: for whoever is given the folder and not the files."""

import re
from collections.abc import Iterator
from pathlib import Path

from tidegauge.core.regular_files import is_folder, read_regular
from tidegauge.core.unseen import logger
from tidegauge.monitor.yaml_lines import read_yaml

_log = logger(__name__)
_SAYS_SO = re.compile(rb"(?:\A\W*|^[\"']?)monitor[\"']?\s*:", re.MULTILINE)  # also in what is no YAML
_NEEDED = {"source", "columns"}  # no monitor is without them, and hardly anything else has both


def monitor_files(folder: Path) -> Iterator[Path]:
    """The YAML files with a key `monitor`, or with all that a monitor needs but its name.

    Others (values, suites) may lie beside them. A slip in one key, `montior`, makes a broken monitor, of which somebody
    is told, and not a file that nobody looks at.
    """
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        if _may_be_monitor(path):
            yield path
        else:
            _log.info("%s has no key `monitor`, so it is no monitor.", path)


def _may_be_monitor(path: Path) -> bool:
    """Whether a file has such keys. Of what cannot be read it is not known, and reading it as a monitor says why."""
    try:
        found = read_regular(path)
    except OSError:
        return not is_folder(path)
    if _SAYS_SO.search(found):
        return True
    if not all(key.encode() in found for key in _NEEDED):  # hardly any other file has to be parsed, every 30 seconds
        return False
    value = read_yaml(found.decode("utf-8", "replace")).value
    return isinstance(value, dict) and ("monitor" in value or value.keys() >= _NEEDED)
