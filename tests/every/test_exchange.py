"""The Pushgateway and servers that take its place: slow, endless, broken off, no HTTP at all."""

import socket
import ssl
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.every.reports import fine
from tests.services.rude import Manner, dripping, endless, heard, resetting, rude, saying, silent
from tidegauge.core.errors import NobodyThere, Refused, SinkError
from tidegauge.sinks import exchange as bounded
from tidegauge.sinks import gateway
from tidegauge.sinks.exchange import BadAddress, exchange, lines
from tidegauge.sinks.prometheus import Prometheus

PATIENCE = 0.5  # seconds given to a rude server
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na 1\n"


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        (silent, "no whole answer within the time-out"),
        (dripping(b"", b"H"), "no whole answer within the time-out"),
        (dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "no whole answer within the time-out|ended early"),
        (dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"a 1\n"), "no whole answer within the time-out"),
        (dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a"), "no whole answer within the time-out"),
        (dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"), "no whole answer within"),
        (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "no whole answer within the time-out"),
        (resetting, "reset|ended early"),
        (saying(b""), "ended early"),
        (saying(SHORT), "ended early"),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "ended early"),
        (saying(b"220 mail.example.org ESMTP ready\r\n"), "no HTTP"),
        (saying(b"\xff\xfe\x00\x01" * 100), "no HTTP"),
        (saying(b"HTTP/1.1 banana OK\r\n\r\n"), "no HTTP"),
        (saying(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000), "no HTTP"),
        (saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\n\xff\xfe\n\x00"), r"\(503: "),
    ],
)
def test_a_rude_server_is_away_within_the_time_that_it_had(manner: Manner, said: str) -> None:
    """None of them is a refusal: what stands there today may be a gateway tomorrow."""
    began = time.monotonic()
    with rude(manner) as url, pytest.raises(SinkError, match=said) as error:
        Prometheus(pushgateway=url, timeout=PATIENCE).publish(fine())
    assert not isinstance(error.value, Refused)
    late = "no whole answer" in str(error.value)
    assert isinstance(error.value, NobodyThere) is late, (
        "an answer may be about the one report; a time-out costs as much for each"
    )
    assert "\n" not in str(error.value)
    assert time.monotonic() - began < 30 * PATIENCE, "a drop every twentieth of a second does not prolong it"


@pytest.mark.parametrize("status", ["301 Moved", "401 Who are you", "404 Not Found", "400 Bad"])
def test_a_no_is_a_refusal(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nLocation: http://elsewhere/\r\nContent-Length: 3\r\n\r\nno!".encode()
    with rude(saying(answer)) as url, pytest.raises(Refused, match=rf"\({status[:3]}: no!\)"):
        Prometheus(pushgateway=url).publish(fine())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9", "http://no-such-host.invalid:9091"])
def test_who_cannot_be_reached_is_not_there(url: str) -> None:
    with pytest.raises(NobodyThere, match="can't be reached"):
        Prometheus(pushgateway=url).publish(fine())


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "404 Not Found", "500 Oh"])
def test_an_answer_without_a_word_is_said_in_words(status: str) -> None:
    """Not with the name of a class of ours."""
    with rude(saying(f"HTTP/1.1 {status}\r\n\r\n".encode())) as url, pytest.raises(SinkError) as error:
        Prometheus(pushgateway=url).publish(fine())
    assert f"({status[:3]}: it gave no reason)" in str(error.value)
    assert not isinstance(error.value, NobodyThere)


def test_an_answer_that_repeats_a_secret_is_said_in_words() -> None:
    answer = b"HTTP/1.1 401 No\r\nContent-Length: 11\r\n\r\nS3cretToken"
    with rude(saying(answer)) as url, pytest.raises(Refused) as error:
        Prometheus(pushgateway=url.replace("http://", "http://me:S3cretToken@")).publish(fine())
    assert "(401: an error (its own words are not repeated" in str(error.value)


def test_a_gateway_that_shows_a_gigabyte(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What it holds cannot be told then. The newest window that we know replaces nothing newer; another one might."""
    monkeypatch.setattr(gateway, "MOST", 4 << 20)
    put: list[str] = []
    honest = gateway._ask

    def noting(method: str, url: str, *rest: object) -> None:
        put.append(method)
        honest(method, url, *rest)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(gateway, "_ask", noting)
    with rude(endless) as url:
        sink = Prometheus(pushgateway=url, timeout=60)
        sink.publish(replace(fine(), newest=False))
        assert put == []
        assert "more than 4 MB" in caplog.text
        sink.publish(fine())
        assert put == ["PUT"]


def test_lines_are_found_in_a_stream_and_no_long_one_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "CHUNK", 16)
    body = b"a 1\nwanted{x} 1\n" + b"z" * 10_000 + b" 2\nwanted 2\nunwanted 3\nwanted 4"
    with (
        rude(saying(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)) as url,
        exchange("GET", url, until=time.monotonic() + 20) as answer,
    ):
        assert list(lines(answer, b"wanted", 1 << 20)) == [b"wanted{x} 1", b"wanted 2", b"wanted 4"]


def test_strangers_lines_on_the_gateway_are_no_business_of_ours() -> None:
    """One that no parser reads, and one in another encoding, kept every push back."""
    name = b"tidegauge_decided_window_end_timestamp_seconds"
    page = name + b'{"} nonsense\n' + name + b'{a="\xff"} 1\n'
    with rude(saying(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(page) + page)) as url:
        Prometheus(pushgateway=url).publish(fine())


def test_user_and_password_of_the_address_are_sent_and_not_shown() -> None:
    asked: list[bytes] = []

    def manner(line: socket.socket, over: object) -> None:
        del over
        asked.append(heard(line))
        line.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")

    with rude(manner) as url, pytest.raises(Refused) as error:
        Prometheus(pushgateway=url.replace("://", "://us%40er:pa%3Ass@")).publish(fine())
    assert b"Authorization: Basic dXNAZXI6cGE6c3M=\r\n" in asked[0]
    assert "pa%3A" not in str(error.value)


def test_a_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def manner(line: socket.socket, over: object) -> None:
        del over
        asked.append(heard(line))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with rude(manner) as url:
        monkeypatch.setenv("http_proxy", url.replace("://", "://pro%40xy:word@"))
        Prometheus(pushgateway="http://me:k3y-0f-m1n3@gateway.example:9091").publish(fine())
    assert [a.split(b"\r\n")[0].partition(b"/job/")[0] for a in asked] == [
        b"GET http://gateway.example:9091/metrics HTTP/1.1",
        b"PUT http://gateway.example:9091/metrics",
    ]
    for said in asked:  # each hears its own
        assert b"\nProxy-Authorization: Basic cHJvQHh5OndvcmQ=\r\n" in said
        assert b"\nAuthorization: Basic bWU6azN5LTBmLW0xbjM=\r\n" in said


def test_user_and_password_go_in_headers_alone() -> None:
    with (
        pytest.raises(BadAddress, match="holds a user or a password, which belong in the headers") as error,
        exchange("GET", "http://me:secret@127.0.0.1:9/", until=time.monotonic() + 5),
    ):
        pass
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://[::1", "has no host that can be read"),
        ("http://host:port", "has a port that is no number"),
        ("http://ho\x01st:1/", "has no host that can be read"),
        ("ftp://host", "begins with neither http"),
        ("http://:9091", "has no host"),
        ("http://no-such-host.invalid:9091", "can't be reached"),
        ("http://" + "x" * 300 + ".org", "can't be reached"),
    ],
)
def test_an_address_that_is_none_is_a_sentence(address: str, said: str) -> None:
    with pytest.raises(SinkError, match=said):
        Prometheus(pushgateway=address).publish(fine())


def test_a_name_that_no_resolver_answers_takes_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(*_: object, **__: object) -> list[object]:
        time.sleep(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    began = time.monotonic()
    with pytest.raises(SinkError, match="no whole answer within the time-out"):
        Prometheus(pushgateway="http://gateway:9091", timeout=PATIENCE).publish(fine())
    assert time.monotonic() - began < 30


def test_a_line_that_never_shakes_hands_is_away() -> None:
    with rude(silent) as url, pytest.raises(SinkError, match="no whole answer within the time-out"):
        Prometheus(pushgateway=url.replace("http", "https"), timeout=PATIENCE).publish(fine())


def test_a_gateway_behind_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It drips, once the hands are shaken; then it does not."""
    key, paper = tmp_path / "key.pem", tmp_path / "paper.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*made.split(), "-keyout", key, "-out", paper], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(paper, key)

    def behind(manner: Manner) -> Manner:
        def secured(line: socket.socket, over: threading.Event) -> None:
            with context.wrap_socket(line, server_side=True) as secret:
                manner(secret, over)

        return secured

    monkeypatch.setenv("SSL_CERT_FILE", str(paper))
    slow = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"a 1\n")
    with rude(behind(slow)) as url, pytest.raises(SinkError, match="no whole answer within the time-out"):
        Prometheus(pushgateway=url.replace("http", "https"), timeout=2).publish(fine())
    with rude(behind(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))) as url:
        Prometheus(pushgateway=url.replace("http", "https")).publish(fine())
    monkeypatch.delenv("SSL_CERT_FILE")
    with rude(behind(silent)) as url, pytest.raises(SinkError, match="SSLCertVerificationError|certificate"):
        Prometheus(pushgateway=url.replace("http", "https")).publish(fine())
