"""Compare what was made with what is kept; TIDEGAUGE_REGENERATE=1 keeps the new one, for `git diff` to judge."""

import os
from pathlib import Path

HERE = Path(__file__).parent


def check(name: str, made: str) -> None:
    """Assert that `made` is what `tests/golden/<name>` holds."""
    kept = HERE / name
    if os.environ.get("TIDEGAUGE_REGENERATE") == "1":
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(made, encoding="utf-8", newline="\n")
    assert kept.exists(), f"no golden {name}: run with TIDEGAUGE_REGENERATE=1 and look at it"
    assert made == kept.read_text(encoding="utf-8"), (
        f"{name} is not as it was. If that is meant, run with TIDEGAUGE_REGENERATE=1 and read the difference"
    )
