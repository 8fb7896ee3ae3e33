"""How far a monitor's decisions, and what they asked for, had come when somebody looked.

What a decision asks for rests on a look at what is decided and asked for already: one notice an incident, one training
a cooldown. Another process may decide and ask between that look and the writing of what came of it, and then both would
ask for the same. So the look is compared with what is there, under the lock of the writing; where somebody was faster,
nothing is written, and one has to look again.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tidegauge.core.errors import TidegaugeError
from tidegauge.core.intent import SHOWN
from tidegauge.store.schema import decisions, outbox

LOOKS = 6  # by then it is written whatever others do meanwhile: rather told twice than never


class Overtaken(TidegaugeError):
    """Somebody else has decided or asked since: nothing was written. Never seen outside: one looks again."""


@dataclass
class Stand:
    """The number of a monitor's last decision, and how often an action was asked for; one's own writing counts too."""

    monitor: str
    decision: int
    asked: int

    @classmethod
    def now(cls, connection: Connection, monitor: str) -> "Stand":
        """As it is."""
        last = select(func.max(decisions.c.id)).where(decisions.c.monitor == monitor)
        actions = outbox.c.monitor == monitor, outbox.c.action.not_in(SHOWN)
        asked = select(func.count()).select_from(outbox).where(*actions)
        return cls(monitor, connection.execute(last).scalar() or 0, connection.execute(asked).scalar_one())

    def hold(self, connection: Connection) -> None:
        """Overtaken where it is another by now; to be asked under the lock of the writing."""
        if self != Stand.now(connection, self.monitor):
            raise Overtaken(f"another process has decided windows of {self.monitor} meanwhile")

    def keep_up(self, connection: Connection) -> None:
        """Take in what was written just now, under that lock."""
        now = Stand.now(connection, self.monitor)
        self.decision, self.asked = now.decision, now.asked
