"""Keys to Parquet at s3:// and gs://, as an Airflow connection keeps them: told to one session of DuckDB.

They travel as an address of memory, whose user and password they are and whose host is the place to ask, since an
address shows neither. The session forgets them when it is closed; none is ever stored, and no statement can read one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import MonitorError
from tidegauge.warehouses.engine import Connection

if TYPE_CHECKING:
    import duckdb

AWS = "aws"  # Airflow's type of connection; what answers need not be Amazon
KINDS = {"s3": "s3", "s3a": "s3", "s3n": "s3", "gs": "gcs", "gcs": "gcs"}  # how an address begins → a type of secret
# what would have somebody else ask: DuckDB cannot, and asking as the connection's own user is not what was meant
OTHERS = ("role_arn", "assume_role_method", "profile_name")


def keys_of(connection: Connection) -> Address:
    """The keys that a connection of the type `aws` holds, as Airflow's own hooks read it.

    Its login and password are the key's id and secret; of its extra, `region_name`, `endpoint_url` (alone or
    for s3) and `aws_session_token` count. Without a login this process asks as whoever it is: as a role of the
    machine or the pod.
    """
    what = f'the Airflow connection "{connection.conn_id}"'
    extra: dict[str, Any] = json.loads(connection.extra or "{}")
    _refuse_others(connection, extra, what)
    scheme, host, port = _endpoint(_endpoint_url(extra), what)
    settings = {
        "provider": "config" if connection.login else "credential_chain",
        "region": extra.get("region_name"),
        "session_token": extra.get("aws_session_token"),
        "use_ssl": "false" if scheme == "http" else None,
    }
    return Address(
        "duckdb",
        user=connection.login,
        password=connection.password,
        host=host,
        port=port,
        query=tuple((key, str(value)) for key, value in settings.items() if value),
        private=(connection.login or "",),
        alias=f'DuckDB, with keys by the Airflow connection "{connection.conn_id}"',
    )


def _refuse_others(connection: Connection, extra: Mapping[str, Any], what: str) -> None:
    """Refuse a connection that would ask as somebody else, and one with half a key."""
    if others := [key for key in OTHERS if extra.get(key)]:
        raise MonitorError(
            f"{what} sets {' and '.join(others)}, and DuckDB takes no other role. Give it the key of a user who may "
            "read the files, or no key, where this process has the role itself."
        )
    if (connection.login is None) != (connection.password is None):
        raise MonitorError(f"{what} has half a key: its login is the key's id, and its password the secret.")


def _endpoint_url(extra: Mapping[str, Any]) -> str:
    """What the extra says of who answers: for s3, or else for all."""
    of_s3 = (extra.get("service_config") or {}).get("s3") or {}
    return of_s3.get("endpoint_url") or extra.get("endpoint_url") or ""


def _endpoint(url: str, what: str) -> tuple[str, str, str]:
    """Scheme, host and port of what answers instead of Amazon; nothing where Amazon does."""
    if not url:
        return "", "", ""
    with suppress(ValueError):  # no port, no host
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and not parts.username:
            return parts.scheme, parts.hostname, str(parts.port or "")
    raise MonitorError(f"{what}: its endpoint_url is no address of the web, such as https://minio.example.com:9000.")


def are_keys(address: Address) -> bool:
    """Whether an address is one of these.

    >>> are_keys(Address("duckdb", path="log.duckdb"))
    False
    """
    return any(name == "provider" for name, _ in address.query)


def extensions_for(keys: Address | None) -> tuple[str, ...]:
    """The extension that finds out who this process is, where the keys are not given."""
    return () if keys is None or keys.user else ("aws",)


def unlock(connection: "duckdb.DuckDBPyConnection", keys: Address, paths: Iterable[str]) -> None:
    """Tell a session the keys to the addresses among its paths. Values are bound: no statement's text holds one."""
    for kind in dict.fromkeys(_kinds(paths)):
        values = dict(_values(keys))
        if not keys.user and kind != "s3":
            raise MonitorError(
                f"{keys.alias}: it has none, and gs:// wants one. Give it the id and the secret of an HMAC key of "
                "Google's Cloud Storage as login and password."
            )
        names = ", ".join([f"TYPE {kind}", *(f"{name} ${name}" for name in values)])
        connection.execute(f"CREATE TEMPORARY SECRET tidegauge_{kind} ({names})", values)


def _kinds(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        scheme, slashes, _ = path.partition("://")
        if slashes and scheme.lower() in KINDS:
            yield KINDS[scheme.lower()]


def _values(keys: Address) -> Iterator[tuple[str, str | bool]]:
    if keys.user:
        yield "key_id", keys.user
        yield "secret", keys.password or ""
    if keys.host:
        host = f"[{keys.host}]" if ":" in keys.host else keys.host
        yield "endpoint", f"{host}:{keys.port}" if keys.port else host
        yield "url_style", "path"  # a bucket in the host's name takes a DNS of one's own
    for name, value in keys.query:
        yield name, (value if name != "use_ssl" else value == "true")
