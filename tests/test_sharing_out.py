"""Tests that ask the same server run in one process; all others by file."""

from pathlib import Path

from tests.sharing_out import TOGETHER, scope_of

ROOT = Path(__file__).parents[1]


def test_a_room_with_one_server_is_one_piece() -> None:
    for room in TOGETHER:
        files = [f.relative_to(ROOT).as_posix() for f in (ROOT / room).glob("test_*.py")]
        assert len(files) > 1, f"{room} needs no such care"
        assert {scope_of(f"{file}::test_a[x::y]") for file in files} == {room}


def test_any_other_file_is_a_piece() -> None:
    assert scope_of("tests/test_words.py::test_a[x::y]") == "tests/test_words.py"
    assert scope_of("src/tidegauge/core/window.py::tidegauge.core.window") == "src/tidegauge/core/window.py"
