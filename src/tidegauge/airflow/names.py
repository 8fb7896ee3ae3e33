"""Run ids that name what they are for, so that Airflow itself refuses to start the same thing twice."""

import re
from hashlib import sha256

SWEEP, ANSWER = "tidegauge-sweep", "tidegauge-answer"  # the DAGs that look for what is missing, and take answers
APPROVAL = "tidegauge-approval"  # the DAG that asks a person
LONGEST = 120  # Airflow takes 250 characters; a page shows fewer


def run_id(why: str, key: str) -> str:
    """The same id for the same key, of the characters that Airflow allows in one.

    >>> run_id("sweep", "day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z")
    'sweep__day.2013-04-01T04:00:00Z.2013-04-02T04:00:00Z'
    """
    if re.fullmatch(r"[A-Za-z0-9_~:+/-]+", key) and len(key) <= LONGEST:
        return f"{why}__{key.replace('/', '.')}"
    # A key with other characters, or "." (which "/" becomes), is named by its hash: two keys never share an id.
    return f"{why}__{sha256(key.encode()).hexdigest()[:32]}"
