"""A message in a Slack channel, by an incoming webhook."""

from dataclasses import dataclass
from typing import ClassVar

from tidegauge.actions.messenger import Message, WebMessenger
from tidegauge.wording.text import cut

HEADER, SECTION = 150, 3000  # letters that Slack takes of a block's text
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # all that Slack asks to be written so
NO_TEXT = ("no_text", "invalid_payload")  # what it says to an empty message where it would have taken another


@dataclass(frozen=True, kw_only=True)
class Slack(WebMessenger):
    """Posts to an incoming webhook, whose address is a secret: `url: ${SLACK_WEBHOOK}`.

    Slack knows no key against doubles: a message comes at least once, and twice only where a process was killed, or the
    answer lost, between sending and noting it.
    """

    name: ClassVar[str] = "slack"

    def send(self, message: Message) -> str:
        self.web().tell(slack_body(message))
        return ""

    def probe(self) -> str:
        """An empty message is refused for being empty, by one who would have taken another; nothing is posted."""
        web = self.web()
        reply = web.post({})
        return "" if reply.ok or reply.text.strip() in NO_TEXT else web.refusal(reply)


def slack_body(message: Message) -> dict[str, object]:
    """Plain texts, in which a category called <!channel> calls nobody."""
    facts = [_text(f"{name}: {value}", SECTION) for name, value in message.facts().items() if value]
    return {
        "text": escaped(message.title, SECTION),
        "blocks": [
            {"type": "header", "text": _text(message.title, HEADER)},
            {"type": "section", "text": _text(message.text or message.title, SECTION)},
            {"type": "context", "elements": facts[:10]},
        ],
    }


def _text(text: str, most: int) -> dict[str, object]:
    return {"type": "plain_text", "text": escaped(text, most), "emoji": False}


def escaped(text: str, most: int) -> str:
    """The text as Slack takes it, at most so many of the units that it counts (UTF-16) after escaping.

    >>> escaped("a <!channel> & more", 100), escaped("&&&&", 13)
    ('a &lt;!channel&gt; &amp; more', '&amp;&amp;…')
    """
    whole = [ENTITIES.get(letter, letter) for letter in text]
    sizes = [len(w.encode("utf-16-le", "replace")) // 2 for w in whole]
    if sum(sizes) <= most:
        return "".join(whole)
    taken, room = 0, most - 1
    while taken < len(whole) and sizes[taken] <= room:
        room -= sizes[taken]
        taken += 1
    return cut("".join(whole[:taken]) + "…", most)
