"""Receivers whose address is kept under a name elsewhere, as Airflow keeps connections.

Who keeps them is known at the rim alone (`tidegauge.airflow`), and a sink asks for one floors below, when it is about
to write: so the rim says once, for the process, how to ask. Outside Airflow nobody has said so, and what is to be
delivered waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import Hidden
from tidegauge.core.errors import NobodyThere


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """What is kept under a name: where something is, who asks, and headers to send along."""

    what: str  # the place in a monitor's file that names it
    address: Address
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secret(self) -> Hidden:
        """What nobody may see of it, wherever it would be said."""
        return self.address.hidden | Hidden(self.headers.values())

    @property
    def hidden(self) -> Hidden:
        """The same where its own troubles are told: its host too, which may be the piece of a password, unescaped."""
        return self.secret | Hidden((self.address.host,) if self.address.alias else ())


Keeper = Callable[[str, str, str], KeptAddress]
_keeper: Keeper | None = None


def set_keeper(keeper: Keeper | None) -> None:
    """Say how to ask for a connection: by name, the place in a monitor's file that names it, a path if it has none."""
    global _keeper  # noqa: PLW0603 - whether this is Airflow's process is a fact of the process
    _keeper = keeper


def kept_address(name: str, what: str, path: str = "") -> KeptAddress:
    """What is kept under a name; MonitorError where there is none, NobodyThere outside Airflow.

    `path`: where it has none of its own.
    """
    if _keeper is None:
        raise NobodyThere(
            f"{what}: {name} is an Airflow connection, known inside Airflow only, whose next run delivers what waits. "
            "To deliver by hand, write a url in its place; ${NAME} in it is read from the environment"
        )
    return _keeper(name, what, path)
