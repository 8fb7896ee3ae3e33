"""A real browser without a screen: takes a picture of a page, or tells what its DOM became."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

MISSING = "no Chromium is installed: run tests/services/install.sh as root (Debian: chromium)"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # or it calls home at every start
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@dataclass(frozen=True)
class Browser:
    """Chromium, started anew for each page with an empty profile.

    `browser(page, png)` writes a picture and returns its path; `browser.dom(page)` returns the document after its
    scripts have run. A page is a file's path or a URL.
    """

    program: str
    patience: float = 90.0

    def __call__(self, page: Path | str, png: Path, *, width: int = 1280, height: int = 1600, settle: int = 0) -> Path:
        """Write a picture of the page's top `width` x `height` pixels, after `settle` ms of its own time."""
        waits = [f"--virtual-time-budget={settle}"] * bool(settle)
        self._run(page, f"--screenshot={png}", f"--window-size={width},{height}", *waits)
        if not png.exists():
            raise RuntimeError(f"Chromium ended well but wrote no picture of {page}")
        return png

    def dom(self, page: Path | str, *, settle: int = 5000) -> str:
        """The page's document as the browser holds it once scripts and timers have settled."""
        return self._run(page, "--dump-dom", f"--virtual-time-budget={settle}")

    def _run(self, page: Path | str, *options: str) -> str:
        url = page.resolve().as_uri() if isinstance(page, Path) else page
        with tempfile.TemporaryDirectory(prefix="tidegauge-chromium-", ignore_cleanup_errors=True) as home:
            sandbox = ["--no-sandbox"] if os.getuid() == 0 else []  # Chromium's own sandbox refuses to be root
            command = [self.program, *QUIET, *sandbox, f"--user-data-dir={home}/profile", *options, url]
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "HOME": home},
                start_new_session=True,
            )
            try:
                out, err = process.communicate(timeout=self.patience)
            finally:  # the browser's helpers are children too
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode != 0:
            raise RuntimeError(f"Chromium failed on {page} with code {process.returncode}:\n{err[-2000:]}")
        return out


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """A browser: `chromium(page, png)` takes a picture, `chromium.dom(page)` gives the document."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(MISSING)
    return Browser(program)
