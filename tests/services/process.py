"""A server that a test starts: wait until it answers, stop all of it afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE = 60.0  # seconds that a server may take to answer; a busy machine of two cores needs some


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def mortal(*options: str) -> list[str]:
    """What to put before a command so that it ends when these tests are killed and cannot stop it (Linux only)."""
    setpriv, env = shutil.which("setpriv"), shutil.which("env")
    # a shell's background job hands on that it ignores INT, which is what makes PostgreSQL end at once
    return [str(env), "--default-signal=INT", setpriv, *options, "--pdeathsig=INT"] if setpriv else []


class Server:
    """A program in a process group of its own, so that stopping it leaves no child behind.

    Its output goes to a log file, which is quoted when the program dies early or never answers.
    """

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The id of the program, which is also that of its process group."""
        return self._process.pid

    def wait_until(self, answers: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Return when `answers()` is true; raise with the log when it never is."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self._process.returncode}:\n{self._printed()}")
            if answers():
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the server did not answer within {patience:.0f} s:\n{self._printed()}")

    def stop(self, gently: signal.Signals = signal.SIGTERM) -> None:
        """Ask the whole group to end; after ten seconds make it."""
        for request, seconds in ((gently, 10), (signal.SIGKILL, 10)):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, request)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
                break
        with suppress(ProcessLookupError):  # children that outlived their parent
            os.killpg(self.pid, signal.SIGKILL)

    def _printed(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]
