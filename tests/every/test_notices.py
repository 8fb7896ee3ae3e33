"""The file of notices: whole lines or none, each key once, whatever lies there or happens to it."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tidegauge.actions import notices
from tidegauge.actions.notices import append
from tidegauge.core.errors import NobodyThere, Refused, SinkError

LINE = json.dumps({"key": "k1", "sentence": "x" * 400})


def keys(place: Path) -> list[str]:
    """Those of the whole lines."""
    found = []
    for line in place.read_bytes().split(b"\n"):
        try:
            found.append(json.loads(line)["key"])
        except ValueError:
            continue
    return found


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond: what a full disk does, a short write and then an error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_half_notice_and_it_is_not_done(tmp_path: Path) -> None:
    """It was cut in half and called done, and the half with its key kept the whole one out for ever."""
    place = tmp_path / "notices"
    append(place, "k0", json.dumps({"key": "k0"}))
    before = place.read_bytes()
    for size in (len(before), len(before) + 1, len(before) + 200, len(before) + len(LINE)):
        with room_for(size), pytest.raises(SinkError, match="could not be written to .*notices: (No space|File too)"):
            append(place, "k1", LINE)
        assert place.read_bytes() == before
    assert append(place, "k1", LINE)
    assert not append(place, "k1", LINE)
    assert keys(place) == ["k0", "k1"]


def test_half_a_line_of_an_earlier_day_is_no_notice(tmp_path: Path) -> None:
    """Cut off by a power cut, or by an earlier version: what follows it stands on a line of its own."""
    place = tmp_path / "notices"
    place.write_text(LINE[:100])
    assert append(place, "k1", LINE)
    assert not append(place, "k1", LINE)
    assert place.read_text() == f"{LINE[:100]}\n{LINE}\n"


def test_a_line_that_lacks_its_end_alone_was_told(tmp_path: Path) -> None:
    """Found by the law of delivery, in its run 2,327: cut off one byte early, it was told again."""
    place = tmp_path / "notices"
    place.write_text(LINE)
    assert not append(place, "k1", LINE)
    assert place.read_text() == f"{LINE}\n"


def test_lines_of_others_in_any_encoding_are_in_nobodys_way(tmp_path: Path) -> None:
    """One that is no UTF-8 kept every later notice back."""
    place = tmp_path / "notices"
    place.write_bytes(
        b'\xff\xfe caf\xe9 "k1"\n["k1"]\n"k1"\n' + b"[" * 100_000 + b'"k1"\n' + b"\x00" * 3_000_000 + b"\n"
    )
    assert append(place, "k1", LINE)
    assert not append(place, "k1", LINE)


@pytest.mark.parametrize("what", ["folder", "pipe", "loop", "below a file", "not ours"])
def test_what_takes_no_notice_is_said_at_once(tmp_path: Path, what: str) -> None:
    """A pipe that nobody reads held the run for ever."""
    place = tmp_path / "notices"
    if what == "folder":
        place.mkdir()
    elif what == "pipe":
        os.mkfifo(place)
    elif what == "loop":
        place.symlink_to(place)
    elif what == "below a file":
        place.touch()
        place = place / "notices"
    else:
        place = Path("/proc/version")
    with pytest.raises(SinkError, match="the notice could not be written to") as error:
        append(place, "k1", LINE)
    assert isinstance(error.value, Refused) == (what in ("folder", "pipe"))


def test_a_device_and_the_streams_of_the_process(capfd: pytest.CaptureFixture[str]) -> None:
    assert append(Path("/dev/null"), "k1", LINE)
    with pytest.raises(SinkError, match="No space left on device"):
        append(Path("/dev/full"), "k1", LINE)
    assert append(Path("/dev/stdout"), "k1", LINE)
    assert append(Path("/dev/stderr"), "k1", LINE)
    assert capfd.readouterr() == (f"{LINE}\n", f"{LINE}\n")


def test_a_disk_that_does_not_keep_what_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "notices"

    def broken(file: int) -> None:
        raise OSError(5, os.strerror(5))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(SinkError, match="Input/output error"):
            append(place, "k1", LINE)
    assert place.read_bytes() == b""
    assert append(place, "k1", LINE)


def test_a_file_that_another_process_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "notices"
    monkeypatch.setattr(notices, "PATIENCE", 0.1)
    hold = "import fcntl,sys,time; f=open(sys.argv[1],'a'); fcntl.flock(f,2); print('held',flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", hold, place], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(NobodyThere, match="another process holds it"):
            append(place, "k1", LINE)
        other.kill()
    assert append(place, "k1", LINE), "a lock ends with its process"


def test_many_writers_tell_each_key_once(tmp_path: Path) -> None:
    """Looking and writing are two steps: without a lock two workers both find nothing and both write."""
    place = tmp_path / "notices"
    write = (
        "import json,sys; from pathlib import Path; from tidegauge.actions.notices import append\n"
        "for n in range(40): append(Path(sys.argv[1]), f'k{n}', json.dumps({'key': f'k{n}', 'x': 'y' * 5000}))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", write, place]) for _ in range(4)]
    assert [w.wait(120) for w in writers] == [0] * 4
    assert sorted(keys(place)) == sorted(f"k{n}" for n in range(40))
    assert len(place.read_bytes().splitlines()) == 40
