"""A notice as JSON of our own (docs/notice.schema.json), for whatever else takes one."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar

from tidegauge.actions.messenger import Message, WebMessenger
from tidegauge.core.window import stamp
from tidegauge.monitor.options import SECRET, option

LOST = (401, 403, 404, 410)  # answers to a question by which one sees that a notice would not arrive
MOVED = range(300, 400)  # no redirect is followed
KEY, SIGNATURE = "Idempotency-Key", "X-Tidegauge-Signature"


@dataclass(frozen=True, kw_only=True)
class Webhook(WebMessenger):
    """POSTs it with the header Idempotency-Key, the same whenever it comes again; signed where there is a secret."""

    name: ClassVar[str] = "webhook"

    secret: str = field(
        default="",
        repr=False,
        metadata=option(
            "What both sides know, as ${NAME} of the environment: X-Tidegauge-Signature is then sha256= and the HMAC "
            "of the body. Default: none.",
            SECRET,
        ),
    )

    def send(self, message: Message) -> str:
        from tidegauge.actions.posting import encoded  # HTTP, for whoever sends

        body = notice(message)
        headers = {KEY: message.key}
        secret = self.own_secret("secret")
        if secret:
            headers[SIGNATURE] = f"sha256={hmac.new(secret.encode(), encoded(body), sha256).hexdigest()}"
        self.web(secret).tell(body, headers=headers)
        return ""

    def probe(self) -> str:
        web = self.web(self.own_secret("secret"))
        reply = web.get()
        lost = reply.status in LOST or reply.status in MOVED or reply.of_the_moment
        return web.refusal(reply) if lost else ""


def notice(message: Message) -> dict[str, object]:
    """The body, of the form 1."""
    told = {"form": 1, "event": message.event, "key": message.key, "about": message.about, "title": message.title}
    return told | message.facts() | {"sentence": message.sentence, "ended": stamp(message.window.end)}
