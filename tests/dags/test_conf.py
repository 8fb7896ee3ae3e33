"""A run's conf is strict: what is not understood is refused by a sentence, never passed over."""

from types import SimpleNamespace
from typing import Any

import pytest

from tidegauge.airflow.conf import FLAGS, checked
from tidegauge.airflow.resolve import resolve
from tidegauge.airflow.run_task import begins, is_live, vouched
from tidegauge.core.errors import WindowError

DAY = "2013-04-01"
REFUSED: list[tuple[Any, str]] = [
    ({"Window": DAY}, 'conf: unknown key "Window". Did you mean "window"?'),
    ({"windwo": DAY}, 'conf: unknown key "windwo". Did you mean "window"?'),
    ({"window": DAY, "LIVE": True}, 'conf: unknown key "LIVE". Did you mean "live"?'),
    ({"window": DAY, "clock-is-right": True}, 'unknown key "clock-is-right". Did you mean "clock_is_right"?'),
    ({"window": DAY, "dry_run": True}, '"dry_run". Known: clock_is_right, live, new, wait, window, windows.'),
    ({"window": DAY, "live": "false"}, "conf: \"live\" is true or false, and this is 'false'."),
    ({"window": DAY, "new": 1}, 'conf: "new" is true or false, and this is 1.'),
    ({"window": DAY, "clock_is_right": None}, 'conf: "clock_is_right" is true or false, and this is None.'),
    ({"window": None}, "conf: a window is named by a text"),
    ({"window": [DAY]}, "conf: a window is named by a text"),
    ({"windows": []}, 'conf: "windows" is empty.'),
    ({"windows": [DAY, 3]}, "conf: a window is named by a text"),
    ({"window": DAY * 10_000}, "conf: a window's name has at most 200 characters, and this has 100,000."),
    ([DAY], "conf: must be a JSON object"),
    (DAY, "conf: must be a JSON object"),
]


@pytest.mark.parametrize(("conf", "sentence"), REFUSED)
def test_what_is_not_understood_is_refused_whoever_asks(conf: Any, sentence: str) -> None:  # noqa: ANN401 - a conf
    """By the first task, which asks for the windows, and by each question that is asked of a conf."""
    context: Any = {"dag_run": SimpleNamespace(run_type="scheduled", conf=conf)}
    for ask in (is_live, begins, vouched, lambda _: resolve("day", "UTC", conf=conf)):
        with pytest.raises(WindowError) as told:
            ask(context)
        assert sentence in str(told.value)
        assert len(str(told.value)) < 500


@pytest.mark.parametrize(
    "secret",
    ["host=h user=me password=S3cretWord", "md:db?motherduck_token=S3cretWord", "postgresql://me:S3cretWord@h/db"],
)
def test_no_secret_in_a_conf_is_repeated(secret: str) -> None:
    confs: list[Any] = [
        {"window": secret},
        {"windows": [secret]},
        {secret: 1},
        {"window": DAY, "live": secret},
        secret,
        [secret],
    ]
    confs += [{"window": {"password": "S3cretWord"}}, {"window": DAY, "live": {"api_key": "S3cretWord"}}]
    for conf in confs:
        with pytest.raises(WindowError) as told:
            resolve("day", "UTC", conf=conf)
        assert "S3cret" not in str(told.value)
    for given in ({"partition_key": secret}, {"extras": [{"window": secret}]}):
        with pytest.raises(WindowError) as told:
            resolve("day", "UTC", **given)
        assert "S3cret" not in str(told.value)


def test_what_is_understood() -> None:
    every = {"window": DAY, "windows": ["2013-04-02"], **dict.fromkeys(FLAGS, True)}
    assert checked(every) == every
    assert checked(None) == {}
    assert [w.start.day for w in resolve("day", "UTC", conf=every)] == [1, 2]


def test_an_events_other_keys_are_other_peoples() -> None:
    """But one that is ours in other letters is a window that would be lost."""
    (window,) = resolve("day", "UTC", extras=[{"window": DAY, "rows": 12, "live": "false"}])
    assert window.start.day == 1
    for key in ("Window", "WINDOWS", " window"):
        with pytest.raises(WindowError, match=rf'^asset event: unknown key "{key}"\. Did you mean "window'):
            resolve("day", "UTC", extras=[{key: DAY}])


def test_a_partition_key_is_a_windows_name() -> None:
    with pytest.raises(WindowError, match=r"^partition key: a window's name has at most 200 characters"):
        resolve("day", "UTC", partition_key="x" * 100_000)
