"""`python -m tidegauge.quality monitor.yml`: write the first suite of a monitor, from what is profiled so far."""

import sys
from pathlib import Path

from tidegauge.core.errors import TidegaugeError
from tidegauge.core.window import FIRST_STAGE
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_shown
from tidegauge.profiles.kinds.every import total
from tidegauge.quality.place import suite_path
from tidegauge.quality.suite import generate, save

MOST = 60  # windows of history that decide what was never missing


def write(path: Path) -> Path:
    """Write the suite beside the monitor at `path`; its own path."""
    monitor = load_monitor(path)
    with open_shown(monitor, Past.PROFILED) as pipeline:
        windows = sorted(pipeline.store.profiles.revisions(monitor.source_key, FIRST_STAGE))[-MOST:]
        layouts, _ = pipeline.profiler.profiles.layouts()
        read = pipeline.profiler.profiles.cells(windows)
        past = {column: total([cells[column] for cells in read if column in cells]) for column in layouts}
    place = suite_path(path)
    save(place, monitor.name, generate(layouts, past))
    return place


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{write(Path(sys.argv[1]))}\n")
    except (TidegaugeError, IndexError) as problem:
        sys.exit(str(problem) if isinstance(problem, TidegaugeError) else __doc__)
