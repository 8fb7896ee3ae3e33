"""No secret, and no piece of four characters of one, in anything that tidegauge says, writes, logs or raises."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secrets.hostile import dresses, passwords, pieces, shown, twin
from tests.secrets.stage import CONTROL, Stage, a_stage, night

PASSWORDS = passwords(20)


@pytest.fixture(scope="module")
def stage(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A warehouse and a gateway that ask for a password."""
    with a_stage(postgres_url, tmp_path_factory.mktemp("secrets")) as made:
        yield made


@pytest.fixture(scope="module")
def control(stage: Stage) -> dict[str, bytes]:
    """What everything shows with another password."""
    with pytest.MonkeyPatch.context() as patch:
        return night(stage, CONTROL, patch)


@pytest.mark.parametrize("password", PASSWORDS, ids=[str(k) for k in range(len(PASSWORDS))])
def test_no_piece_of_a_password_comes_to_light(
    password: str, stage: Stage, control: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = night(stage, password, monkeypatch)
    assert seen.keys() == control.keys()
    assert shown(password, seen, control) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A search that finds nothing shows something only if it would have found it."""
    (password,) = passwords(1)
    for seen in (password, repr(password), password[3:7], f"postgresql://me:{password}@h"):
        assert shown(password, {"x": seen.encode()}, {"x": b""})
    assert not shown(password, {"x": b"nothing of it"}, {"x": b""})


def test_a_twin_has_the_shape_and_no_piece() -> None:
    """But for pieces of nothing but what is left as it is: `%41`, `${HOME}`."""
    for password in passwords(200):
        other = twin(password)
        assert [a for a in password if not a.isalnum()] == [b for b in other if not b.isalnum()]
        assert len(other) == len(password)
        same = pieces(password) & pieces(other)
        assert all(re.search(r"[^A-Za-z0-9]{2}|%|HOM|OME|x00", piece) for piece in same), (password, other)
    assert shown("abcd", {"x": b"abcd"}, {"x": twin("abcd").encode()})
    assert any("abcd" in dress for dress in dresses("abcd"))
