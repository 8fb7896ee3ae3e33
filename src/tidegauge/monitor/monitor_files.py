"""Which files of a folder are monitors: for whoever is given the folder and not the files."""

import re
from collections.abc import Iterator
from pathlib import Path

from tidegauge.core.regular_files import is_folder, read_regular
from tidegauge.core.unseen import logger

_log = logger(__name__)


def monitor_files(folder: Path) -> Iterator[Path]:
    """The YAML files with a line that begins with `monitor:`; others (values, suites) may lie beside them."""
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        if _may_be_monitor(path):
            yield path
        else:
            _log.info("%s has no key `monitor`, so it is no monitor.", path)


def _may_be_monitor(path: Path) -> bool:
    """Whether a file has such a line. Of what cannot be read it is not known, and reading it as a monitor says why."""
    try:
        return re.search(rb"^monitor\s*:", read_regular(path), re.MULTILINE) is not None
    except OSError:
        return not is_folder(path)
