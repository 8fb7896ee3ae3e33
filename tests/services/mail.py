"""A small SMTP server of a test's own: takes letters, and knows a password where it is given one."""

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import NamedTuple

from tests.services.process import LOOPBACK


class Letter(NamedTuple):
    """What was handed over."""

    sender: str
    to: tuple[str, ...]
    data: bytes


class MailServer(ThreadingTCPServer):
    """Its letters so far. `refused`: an address that nobody has here."""

    daemon_threads = allow_reuse_address = True
    refused = "nobody@example.com"

    def __init__(self, password: str, context: ssl.SSLContext | None) -> None:
        super().__init__((LOOPBACK, 0), _Talk)
        self.password, self.context = password, context
        self.letters: list[Letter] = []
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"smtp://{LOOPBACK}:{self.server_address[1]}"


class _Talk(StreamRequestHandler):
    server: MailServer
    sender: str = ""
    disable_nagle_algorithm = True  # a line that follows another would wait for an answer to it

    def setup(self) -> None:
        super().setup()
        self.to: list[str] = []

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n"):
            verb = line.split(" ")[0].split(":")[0].upper()
            self.server.heard.append(verb)
            if verb == "QUIT":
                return self.say("221 bye")
            getattr(self, f"on_{verb.lower()}", self.unknown)(line)
        return None

    def unknown(self, line: str) -> None:
        self.say(f"502 {line} is not known")

    def on_ehlo(self, line: str) -> None:
        del line
        extensions = ["here", *(["STARTTLS"] if self.server.context and not self.is_secure else [])]
        extensions += ["AUTH PLAIN"] if self.server.password and self.is_secure else []
        for k, one in enumerate(extensions):
            self.say(f"250{' ' if k == len(extensions) - 1 else '-'}{one}")

    @property
    def is_secure(self) -> bool:
        return isinstance(self.request, ssl.SSLSocket)

    def on_starttls(self, line: str) -> None:
        del line
        assert self.server.context is not None
        self.say("220 go on")
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def on_auth(self, line: str) -> None:
        said = base64.b64decode(line.split(" ")[2]).decode().split("\0")[-1]
        self.say("235 welcome" if said == self.server.password else "535 the password is wrong")

    def on_mail(self, line: str) -> None:
        self.sender, self.to = line.partition("<")[2].partition(">")[0], []
        self.say("250 good")

    def on_rcpt(self, line: str) -> None:
        who = line.partition("<")[2].partition(">")[0]
        if who == self.server.refused:
            return self.say(f"550 no such user {who}")
        self.to.append(who)
        return self.say("250 good")

    def on_data(self, line: str) -> None:
        del line
        self.say("354 go on")
        data = b""
        while (more := self.rfile.readline()) != b".\r\n":
            data += more[1:] if more.startswith(b"..") else more
        self.server.letters.append(Letter(self.sender, tuple(self.to), data))
        self.say("250 taken")

    def on_rset(self, line: str) -> None:
        del line
        self.say("250 good")


@contextmanager
def mail_server(password: str = "", context: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """The server, on a free port of the loopback interface."""
    with MailServer(password, context) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
