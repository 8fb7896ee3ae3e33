"""Servers that behave as no server should: each answers on a port of the loopback interface, in a thread."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.services.process import LOOPBACK

Manner = Callable[[socket.socket, threading.Event], None]


@contextmanager
def rude(manner: Manner) -> Iterator[str]:
    """The URL of a server that treats every connection so, until the end of the `with`."""
    over = threading.Event()
    with socket.create_server((LOOPBACK, 0)) as server:
        server.settimeout(0.05)

        def answer(line: socket.socket) -> None:
            with line, suppress(OSError):
                line.settimeout(5)
                manner(line, over)

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):
                    line, _ = server.accept()
                    threading.Thread(target=answer, args=(line,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def heard(line: socket.socket) -> bytes:
    """What was asked, with its body: a line that is closed with something unheard loses what was said on it."""
    said = b""
    while more := line.recv(1 << 16):
        said += more
        _, end, body = said.partition(b"\r\n\r\n")
        if end and len(body) >= _length(said):
            break
    return said


def _length(said: bytes) -> int:
    found = re.search(rb"(?i)content-length: (\d+)", said)
    return int(found[1]) if found else 0


def silent(line: socket.socket, over: threading.Event) -> None:
    """Takes the connection and says nothing."""
    del line
    over.wait()


def saying(whole: bytes) -> Manner:
    """Says this to whatever is asked, and closes."""

    def manner(line: socket.socket, over: threading.Event) -> None:
        del over
        heard(line)
        line.sendall(whole)

    return manner


def dripping(start: bytes, drop: bytes) -> Manner:
    """Says the start at once and then a drop every twentieth of a second, for ever."""

    def manner(line: socket.socket, over: threading.Event) -> None:
        heard(line)
        line.sendall(start)
        while not over.wait(0.05):
            line.sendall(drop)

    return manner


def endless(line: socket.socket, over: threading.Event) -> None:
    """Sends a gigabyte to whoever asks, and takes what is put."""
    if heard(line).startswith(b"PUT"):
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        return
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
    block = b"somebody_elses_metric 1\n" * 4096
    for _ in range((1 << 30) // len(block)):
        if over.is_set():
            return
        line.sendall(block)


def resetting(line: socket.socket, over: threading.Event) -> None:
    """Breaks the connection as soon as it is asked."""
    del over
    heard(line)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
