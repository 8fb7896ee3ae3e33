"""An address in parts. Drivers get the parts, people see some of them, and nobody sees the whole."""

import base64
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from tidegauge.core.addresses.hidden import Hidden
from tidegauge.core.addresses.masking import HARMLESS
from tidegauge.core.addresses.reasons import reason
from tidegauge.core.addresses.schemes import names_file


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is, and how to get in. Its text form is `place`, which holds no secret."""

    scheme: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    host: str = field(default="", repr=False)
    port: str = field(default="", repr=False)  # several, as many as hosts, for a cluster: "5432,5433"
    path: str = field(default="", repr=False)  # a database's name, a file, or what stands behind a gateway's host
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    given: bool = False  # whether the user comes out of the environment, and so is nobody's to see
    private: tuple[str, ...] = field(default=(), repr=False)  # what else came out of the environment
    alias: str = ""  # what is shown for an address whose very place may be a secret: "http://${GATEWAY}"

    @property
    def engine(self) -> str:
        """The scheme without its driver: "postgresql"."""
        name = self.scheme.partition("+")[0]
        return "postgresql" if name == "postgres" else name

    @property
    def place(self) -> str:
        """The address as it may be shown: scheme, host, port, database; the user where a file of ours names it."""
        if self.alias:
            return self.alias
        if names_file(self.engine):
            return f"{self.scheme}://{f'/{self.file}' if self.path else ''}"
        if self.scheme in {"http", "https"}:  # a token may stand in the user's place, or in the path
            return f"{self.scheme}://{self._hosts}{'/…' if self.path.strip('/') else ''}"
        user = f"{self.user}@" if self.user and not self.given else ""
        return f"{self.scheme}://{user}{self._hosts}{f'/{self.path}' if self.path else ''}"

    def __str__(self) -> str:
        return self.place

    @property
    def file(self) -> str:
        """The path of a file as it may be shown: nothing of what a service's settings or users say."""
        scheme, slashes, rest = self.path.partition("://")
        shown = f"{scheme}://{rest.rpartition('@')[2]}" if slashes else self.path
        return shown + ("?…" if self.query else "")

    @property
    def _hosts(self) -> str:
        ports = self.port.split(",") if self.port else []
        hosts = [f"[{h}]" if ":" in h else h for h in self.host.split(",")]
        return ",".join(f"{h}:{ports[k]}" if k < len(ports) and ports[k] else h for k, h in enumerate(hosts))

    @property
    def hidden(self) -> Hidden:
        """What nobody may see of it."""
        token = self.scheme in {"http", "https"} or self.given
        settings = [(key, value) for key, value in self.query if key not in HARMLESS]
        found = [self.password or "", *(value for _, value in settings)]
        if self.given:  # a setting's name may be the half of a password that held a "?" and a "="
            found += [key for key, _ in settings]
        inner = self.path.partition("://")[2].rpartition("@")[0]  # of a file that a service keeps
        return Hidden([*found, *self.private, inner, (self.user or "") if token else ""])

    def libpq(self) -> dict[str, str]:
        """The parts as psycopg takes them, so that no driver has to read a text, and none can repeat it."""
        parts = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        settings = dict(self.query)
        if settings.get("ssl") == "true":  # as libpq reads a URL of JDBC's
            settings = {k: v for k, v in settings.items() if k != "ssl"} | {"sslmode": "require"}
        return {k: v for k, v in (parts | {"dbname": self.path}).items() if v} | settings

    def opened(self) -> str:
        """The file as a driver in this process opens it, with its settings; without a path, memory."""
        behind = f"?{urlencode(self.query, quote_via=quote)}" if self.query else ""
        return (self.path or ":memory:") + behind

    def web(self) -> tuple[str, dict[str, str]]:
        """The URL to ask, without user and password, and the headers that carry them."""
        url = f"{self.scheme}://{self._hosts}{self.path}"
        if self.user is None and self.password is None:
            return url, {}
        pair = f"{self.user or ''}:{self.password or ''}".encode()
        return url, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def reason_for(self, error: object, *, connected: bool = False) -> str:
        """Why it failed: what the driver said, in one line, if that shows nothing of the address; else in our words.

        Once it is `connected`, its place is none of the secrets, whoever gave it.
        """
        place = () if connected or not self.alias else (self._hosts, *self.host.split(","), self.path)
        return reason(error, self.hidden | Hidden(place))
