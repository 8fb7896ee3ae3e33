"""How tests are shared out between processes: a file to each in turn, and all that ask one Airflow together.

By itself `--dist=loadfile` begins with the files of many tests, which are quick, and ends with those of few, which take
minutes: one process then waits for the other. In their own order the rooms with servers come first, and last come the
doctests, none of which takes long. Two files that ask the same server would start it once in each process.
"""

from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/airflow_server/",)  # rooms whose session fixture is dearer than what side by side would win


def scope_of(test: str) -> str:
    """What a test is shared out with: its file, or its room."""
    return next((room for room in TOGETHER if test.startswith(room)), test.split("::", 1)[0])


class InOrder(LoadFileScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """Files in the order in which they are collected."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)
