"""An SMTP server, ready for a letter; bounded as a whole, and whatever goes wrong in sentences that hold no secret."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import MonitorError, NobodyThere, Refused, SinkError

PORTS = {"smtp": 587, "smtps": 465}
ME = "[127.0.0.1]"  # who says hello; to ask for a name of this host's may take for ever
BUSY, FINAL = 400, 500  # from where on an answer is a refusal, and where it is one for good


@contextmanager
def opened(server: str, timeout: float, what: str) -> Iterator[smtplib.SMTP]:
    """The server at an address; `what` names its place in a monitor's file."""
    try:
        address = read_address(server, what)
        if address.scheme not in PORTS or not address.host:
            raise Refused(f"{what}: must be an address such as smtp://mail.example.com:587, or smtps://…")
    except MonitorError as error:
        raise Refused(str(error)) from None
    try:
        with _connected(address, timeout) as line:
            yield line
    except (OSError, smtplib.SMTPException) as error:
        raise _trouble(address, what, error) from None


def _trouble(address: Address, what: str, error: Exception) -> SinkError:
    """What went wrong, as the outbox knows it."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        kind = Refused if error.smtp_code >= FINAL else SinkError
        return kind(_sentence(address, what, f"answered {error.smtp_code}", said))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = min(code for code, _ in error.recipients.values())
        return (Refused if code >= FINAL else SinkError)(_sentence(address, what, "refused", f"all addresses ({code})"))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Refused(_sentence(address, what, "lacks what is needed", error))
    return NobodyThere(_sentence(address, what, "can't be reached", error))


@contextmanager
def _connected(address: Address, timeout: float) -> Iterator[smtplib.SMTP]:
    """A line to it. A watch ends it when its time is up, for a server may send a byte now and then for ever."""
    port, until = int(address.port or PORTS[address.scheme]), monotonic() + timeout
    line: smtplib.SMTP
    if address.scheme == "smtps":
        line = smtplib.SMTP_SSL(address.host, port, ME, timeout=timeout, context=ssl.create_default_context())
    else:
        line = smtplib.SMTP(address.host, port, ME, timeout=timeout)
    done = threading.Event()
    threading.Thread(target=_watch, args=(line, done, until), daemon=True).start()
    try:
        line.ehlo_or_helo_if_needed()
        if address.scheme == "smtp" and line.has_extn("starttls"):
            line.starttls(context=ssl.create_default_context())
        if address.password is not None:
            if not isinstance(line.sock, ssl.SSLSocket):
                raise smtplib.SMTPNotSupportedError("it offers no TLS, and a password is sent over nothing else")
            line.login(address.user or "", address.password)
        yield line
        with suppress(OSError, smtplib.SMTPException):  # it has taken the letter by now
            line.quit()
    finally:
        done.set()
        line.close()


def _watch(line: smtplib.SMTP, done: threading.Event, until: float) -> None:
    """When the time is up, end whatever waits on a line."""
    if not done.wait(max(until - monotonic(), 0)) and line.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(line.sock, socket.SHUT_RDWR)  # the plain one: TLS would want to say goodbye first


def _sentence(address: Address, what: str, happened: str, why: object) -> str:
    return f"{what}: {address.place} {happened} ({address.reason_for(why)})"
