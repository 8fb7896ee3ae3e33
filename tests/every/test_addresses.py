"""Addresses: what comes from the environment is one part, what cannot be read is said without a letter of it."""

import base64
from http.server import BaseHTTPRequestHandler

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every.reports import fine
from tests.services.answering import answering
from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import Hidden, harmless_traceback, remember
from tidegauge.core.addresses.masking import HARMLESS, looks_like_address, mask
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.addresses.variables import in_variables
from tidegauge.core.errors import MonitorError
from tidegauge.sinks.prometheus import Prometheus

PASSWORDS = st.text(st.characters(exclude_categories=("Cs", "Co"), exclude_characters="\0"), min_size=1)


def read(text: str, **environment: str) -> Address:
    return read_address(text, "source.url", environment=environment)


@given(PASSWORDS)
def test_any_password_from_the_environment_is_the_password(password: str) -> None:
    """Whatever is in it, beside user, host and database that stay what they are."""
    found = read("postgresql://me:${PW}@db:5433/prod?sslpassword=${PW}", PW=password).libpq()
    assert found == {
        "host": "db",
        "port": "5433",
        "user": "me",
        "password": password,
        "dbname": "prod",
        "sslpassword": password,
    }
    _, headers = read("http://me:${PW}@gateway:9091/", PW=password).web()
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == f"me:{password}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("postgresql://h/d", {"host": "h", "dbname": "d"}),
        ("postgres://me:a%40b%25@h/d", {"host": "h", "user": "me", "password": "a@b%", "dbname": "d"}),
        (
            "postgresql+psycopg://me:p@ss@[::1]:5/d",
            {"host": "::1", "port": "5", "user": "me", "password": "p@ss", "dbname": "d"},
        ),
        ("postgresql://a:1,b:2/d", {"host": "a,b", "port": "1,2", "dbname": "d"}),
        ("postgresql:///d?host=/run/pg&ssl=true", {"host": "/run/pg", "dbname": "d", "sslmode": "require"}),
        ("postgresql://me@%2Frun%2Fpg/d", {"host": "/run/pg", "user": "me", "dbname": "d"}),
        ("${WHOLE}", {"host": "h", "port": "7", "user": "u", "password": "p@", "dbname": "d"}),
        ("postgresql://${REST}", {"host": "h", "user": "u", "password": "p/", "dbname": "d"}),
        ("postgresql://me@${PLACE}/d", {"host": "h", "port": "8", "user": "me", "dbname": "d"}),
    ],
)
def test_parts(text: str, parts: dict[str, str]) -> None:
    assert read(text, WHOLE="postgresql://u:p%40@h:7/d\n", REST="u:p%2F@h/d", PLACE="h:8").libpq() == parts


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("postgresql://me:hid/den@h/d", "the address has an at sign behind its host"),
        ("postgresql://me:12?hidden@h/d", "the address has an at sign behind its host"),
        ("postgresql://me:hid#den@h/d", "the address has an at sign behind its host"),
        ("postgresql://me:hidden/d", "has a port that is no number"),
        ("postgresql://h/d#hidden", 'has a "#"'),
        ("postgresql://h/d?hidden", "has a setting"),
        ("postgresql://h/d?password=hid%E9den", 'has a "%" that spells no character'),
        ("hidden", "does not begin with a scheme"),
        ("${SRC}", "the address in the environment variable SRC does not begin with a scheme"),
        ("duckdb://hidden", "lacks a slash"),
        ("postgresql://me@hid den/d", "has no host that can be read"),
        ("${NONE}", "the environment variable NONE is not set"),
        ("postgresql://me:${ODD}@h/d", "the environment variable ODD holds what is no text"),
    ],
)
def test_what_cannot_be_read_is_not_repeated(text: str, sentence: str) -> None:
    with pytest.raises(MonitorError, match=r"source\.url: ") as error:
        read(text, SRC="hidden", ODD="hidden\udcff")
    assert sentence in str(error.value)
    assert mask(str(error.value)) == str(error.value), "what is masked once more, as deliveries do, still names the key"
    assert "hid" not in str(error.value).replace(text, "")
    assert "den" not in str(error.value)


def test_a_setting_that_a_whole_variable_brings_is_hidden_by_its_name_too() -> None:
    """It may be the half of a password."""
    assert read("postgresql://${PW}", PW="?EkGfRYz=J5Cc").hidden.in_text('invalid connection option "EkGfRYz"')
    assert not read("postgresql://h/d?EkGfRYz=J5Cc").hidden.in_text('invalid connection option "EkGfRYz"')


@pytest.mark.parametrize("text", ["${TOKEN}", "hid://den@h"])
def test_a_gateway_s_token_that_looks_like_a_scheme_is_not_repeated(text: str) -> None:
    with pytest.raises(MonitorError, match="begins with neither http:// nor https://") as error:
        read_address(text, "sinks.prometheus.pushgateway", environment={"TOKEN": "hid://den;VX8b@"}, scheme="http")
    assert "hid" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("postgresql://me:hidden@h:5/d?password=hidden", "postgresql://me@h:5/d"),
        ("postgresql://${SECRET}@h/d", "postgresql://h/d"),
        ("http://hidden@h:9091", "http://h:9091"),
        ("http://h/hook/hidden", "http://h/…"),
        ("http://${SECRET}", "http://${SECRET}"),
        ("duckdb:///md:shop?motherduck_token=hidden", "duckdb:///md:shop?…"),
        ("duckdb:///https://me:hidden@h/x.duckdb", "duckdb:///https://h/x.duckdb"),
        ("sqlite:///folder/a@b.db", "sqlite:///folder/a@b.db"),
    ],
)
def test_what_is_shown(text: str, place: str) -> None:
    address = read(text, SECRET="hidden")  # noqa: S106 - no real one
    assert str(address) == place
    assert "hidden" not in repr(address)


def test_a_token_behind_a_file_reaches_duckdb() -> None:
    """As an address has it, so that nothing in it is taken for more."""
    assert read("duckdb:///https://h/x.duckdb?sig=${T}", T="a&b").opened() == "https://h/x.duckdb?sig=a%26b"


def test_user_and_password_open_a_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    """As basic authentication; the URL that is asked for holds neither."""
    asked: list[tuple[str, str, str | None]] = []

    class Guard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.command, self.path, self.headers.get("Authorization")))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.end_headers()

        do_PUT = do_GET  # noqa: N815 - the base class's names

        def log_message(self, *args: object) -> None:
            """Nothing."""

    monkeypatch.setenv("GATEWAY_PASSWORD", "p@ss/w:rd%")
    with answering(Guard) as place:
        Prometheus(pushgateway=place.replace("://", "://me:${GATEWAY_PASSWORD}@")).publish(fine())
    code = base64.b64encode(b"me:p@ss/w:rd%").decode()
    assert [(verb, said) for verb, _, said in asked] == [("GET", f"Basic {code}"), ("PUT", f"Basic {code}")]
    assert not any("w:rd" in path or "p%40ss" in path or "me:" in path for _, path, _ in asked)


@pytest.mark.parametrize(
    ("text", "written", "variables"),
    [
        ("postgresql://me:x@h/d", "postgresql://me:${TIDEGAUGE_PASSWORD}@h/d", {"TIDEGAUGE_PASSWORD"}),
        ("postgresql://h/d?password=x", "postgresql://h/d?password=${TIDEGAUGE_PASSWORD}", {"TIDEGAUGE_PASSWORD"}),
        ("postgresql://me:${MINE}@h/d?sslmode=require", "postgresql://me:${MINE}@h/d?sslmode=require", set()),
        (
            "duckdb:///md:s?motherduck_token=x",
            "duckdb:///md:s?motherduck_token=${TIDEGAUGE_MOTHERDUCK_TOKEN}",
            {"TIDEGAUGE_MOTHERDUCK_TOKEN"},
        ),
        ("duckdb:///a?b.duckdb", "duckdb:///a?b.duckdb", set()),
        ("${SRC}", "${SRC}", set()),
    ],
)
def test_a_file_gets_names_for_secrets(text: str, written: str, variables: set[str]) -> None:
    found, needed = in_variables(text)
    assert (found, set(needed)) == (written, variables)


@pytest.mark.parametrize("key", [*sorted(HARMLESS), "sslpassword", "options", "passfile"])
def test_one_list_says_which_settings_are_harmless(key: str) -> None:
    """What is shown is no secret of an address, and becomes no variable; any other setting is one, everywhere."""
    text = f"postgresql://h/d?{key}=a-value"
    harmless = key in HARMLESS
    assert (mask(text) == text) is harmless
    assert (in_variables(text)[1] == {}) is harmless
    assert (len(read(text).hidden) == 0) is harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("host=h user=me password=S3cr3t", "host=h user=me password=***"),
        ("password = 'S3cr3t it\\'s' host=h", "password = ***"),
        ("Driver={x};UID=me;PWD=S3cr3t;Server=h", "Driver={x};UID=me;PWD=***"),
        ("md:db?motherduck_token=S3cr3t", "md:db?motherduck_token=***"),
        ("md:db?motherduck_token=S3cr3t@h:1/x", "md:db?motherduck_token=***"),  # which looks like a user
        ("password=S3cr3t://S3cr3t@h", "password=***"),  # and this like an address
        (
            "could not read postgresql://me:S3cr3t@h/db: password=S3cr3t",
            "could not read postgresql://me:***@h/db: password=***",
        ),
        ("x.parquet?X-Amz-Signature=S3cr3t&y", "x.parquet?X-Amz-Signature=***"),
        ("AccountKey=S3cr3t==", "AccountKey=***"),
        ("password==S3cr3t", "password=***"),
        ("password=${HOME}S3cr3t", "password=***"),
        ("token=S3cr3t\nsecond line", "token=***\nsecond line"),
        ("user=me password=${PW} host=h", "user=me password=${PW} host=h"),
        ("password='${PW}'&sslmode=require", "password='${PW}'&sslmode=require"),
        ("data/key=1/month=2/x.parquet", "data/key=1/month=2/x.parquet"),  # partitions of a table
        ("sort_key=3", "sort_key=3"),
    ],
)
def test_a_secret_behind_its_name_is_masked(text: str, shown: str) -> None:
    assert mask(text) == mask(shown) == shown
    assert looks_like_address(text) is ("S3cr3t" in text)


def test_masking_takes_no_longer_for_hostile_texts() -> None:
    for text in ("a-" * 50_000 + "=", "token" * 20_000, "= " * 50_000, "token=" * 20_000, "key " * 30_000):
        mask(text)


def test_masking_never_shows_more_than_parts() -> None:
    assert mask("sqlite+pysqlite:////a@b/c.db") == "sqlite+pysqlite:////a@b/c.db"
    assert mask("see http://a:b c@h:1/x?sig=1 2") == "see http://***@h:1/x?sig=***"
    assert mask("me:hidden@host:9091") == "***@host:9091"
    assert mask("plain text, a@b") == "plain text, a@b"
    assert mask("postgresql:/u:hid//den@h/db?password=x: cannot be read") == "postgresql:/u:***@h/db?password=***"
    assert mask("logs/http:/TOKEN@h: no") == "logs/http:/***@h: no"
    assert mask("see C:/Users/a@b and /data/a@b") == "see C:/Users/a@b and /data/a@b"


@given(PASSWORDS)
def test_a_text_that_holds_a_secret_is_known(secret: str) -> None:
    hidden = Hidden([secret])
    assert hidden.in_text(f"before {secret} after")
    assert hidden.in_text(f"before {secret!r} after")
    assert repr(hidden) == "Hidden(1)"


@pytest.mark.parametrize("text", ["host=h password=S3cret", "host=h password=S3@cret/", "me:S3 cret@h"])
def test_what_is_written_as_no_url_is_no_address(text: str) -> None:
    """Where a scheme may be left out as well: what follows an at sign would be shown as a host."""
    with pytest.raises(MonitorError, match="here: the address holds a blank") as caught:
        read_address(text, "here", scheme="http")
    assert "cret" not in str(caught.value)


def test_a_path_behind_a_host_is_escaped() -> None:
    """A blank in it would be an error of the client's, which shows it."""
    assert read("http://h/a b/${T}", T="c d/é?").web()[0] == "http://h/a%20b/c%20d/%C3%A9%3F"


def test_a_bug_is_told_without_the_lines_that_hold_a_secret() -> None:
    remember(Hidden(["q7#Zk!pW2@v"]))
    made = ValueError("nonnumeric port: 'Zk!pW2'")
    told = harmless_traceback(made)
    assert "Zk!p" not in told
    assert "is not shown" in told
