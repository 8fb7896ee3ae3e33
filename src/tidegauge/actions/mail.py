"""An email, by SMTP."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import ClassVar

from tidegauge.actions.messenger import Message, Messenger
from tidegauge.monitor.options import TEXTS, option
from tidegauge.wording.text import cut

SUBJECT = 200  # letters: a header's line has room for 998 octets


@dataclass(frozen=True, kw_only=True)
class Mail(Messenger):
    """Sends one letter to all of `to`. Its Message-ID is the key: a mailbox that goes by it shows a second one not.

    A password is sent over TLS alone; `smtps://` speaks it from the beginning, `smtp://` begins it where it is offered.
    """

    name: ClassVar[str] = "mail"

    server: str = field(repr=False, metadata=option("The server, such as smtp://me:${PASSWORD}@mail.example.com:587."))
    to: tuple[str, ...] = field(metadata=option("The addresses to send to.", TEXTS))
    sender: str = field(default="tidegauge@localhost", metadata=option("The address that it is from."))

    def send(self, message: Message) -> str:
        from tidegauge.actions.smtp import opened  # SMTP, for whoever sends

        letter = self._letter(message)
        with opened(self.server, self.timeout, "actions.mail.server") as line:
            refused = line.send_message(letter, self.sender, self.to)
        return f"{len(refused)} of {len(self.to)} addresses were refused" if refused else ""

    def problems(self) -> list[str]:
        """What the server says of sender and receivers, up to where a letter would begin."""
        from tidegauge.actions.posting import troubles

        return troubles(self._probe)

    def _probe(self) -> str:
        from tidegauge.actions.smtp import BUSY, opened

        with opened(self.server, self.timeout, "actions.mail.server") as line:
            answers = [(self.sender, line.mail(self.sender)), *((one, line.rcpt(one)) for one in self.to)]
            wrong = [f"{who} ({code})" for who, (code, _) in answers if code >= BUSY]
            line.rset()
        return f"actions.mail: the server refuses {', '.join(wrong)}" if wrong else ""

    def _letter(self, message: Message) -> EmailMessage:
        """It begins what follows in a thread, or follows."""
        letter = EmailMessage()
        letter["Subject"] = cut(message.title, SUBJECT)
        letter["From"] = self.sender
        letter["To"] = ", ".join(self.to)
        letter["Date"] = message.window.end
        letter["Message-ID"] = f"<{message.key}@tidegauge>"
        if message.about != message.key:
            letter["In-Reply-To"] = letter["References"] = f"<{message.about}@tidegauge>"
        facts = "\n".join(f"{name}: {value}" for name, value in message.facts().items())
        letter.set_content(f"{message.text}\n\n{facts}\n")
        return letter
