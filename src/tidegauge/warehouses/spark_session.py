"""A session of Spark that an address means: its engine begun, its settings, and the tables of a folder."""

import atexit
import logging
import os
import shutil
import warnings
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import MonitorError, WarehouseError

CONNECT = "sc"
LOCAL = "local"
MEMORY = "2g"  # of the JVM that this process begins, unless spark.driver.memory says otherwise
# What every session of ours has set: one clock, no arithmetic that wraps round in silence, names as they are written,
# no ${…} of Spark's own in a text, and no file by a table's name.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.variable.substitute": "false",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
}
WAREHOUSE = "spark.sql.warehouse.dir"
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_HERE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


def begin(address: Address) -> Any:  # noqa: ANN401 - pyspark says no types that both kinds of session share
    """A session of its own behind an address.

    MonitorError where the address says what Spark does not have; WarehouseError where nobody answers.
    """
    from pyspark.sql import SparkSession

    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)  # none is used
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # it repeats what is raised

    builder: Any = SparkSession.builder
    remote = address.scheme == CONNECT
    if not remote and not _java():
        raise WarehouseError(
            "Spark in this process needs Java 17 or newer, and there is none. To fix this, install one (on Debian and "
            "Ubuntu: apt-get install openjdk-17-jre-headless), set JAVA_HOME, or name a server: sc://host:15002."
        )
    for key, value in _settings(address).items():
        builder = builder.config(key, value)
    try:
        session = builder.remote(_url(address)).create() if remote else builder.master(_master(address)).getOrCreate()
        session = session if remote else session.newSession()
        for key, value in SETTINGS.items():
            session.conf.set(key, value)
        if _is_local(address) and "spark.sql.shuffle.partitions" not in dict(address.query):
            session.conf.set("spark.sql.shuffle.partitions", str(_cores(address)))
        _show(session, address)
    except Exception as e:  # noqa: BLE001 - a JVM that did not begin, a server that is away: of a dozen classes
        words = str(e).strip().split("\n", 1)[0]
        raise WarehouseError(f"Spark at {address.place} did not answer: {address.reason_for(words)}") from None
    return session


def check(address: Address) -> None:
    """MonitorError where an address is none of Spark's."""
    remote = address.scheme == CONNECT
    unknown = [key for key, _ in address.query if not key.startswith("spark.")]
    if unknown and not remote:
        raise MonitorError(
            "an address of Spark takes Spark's own settings behind its ?, such as spark.driver.memory=4g. "
            f'"{unknown[0]}" is none.'
        )
    if remote and address.path:
        raise MonitorError(
            "an address of Spark Connect names no folder: a server has tables. Leave out what follows /."
        )
    if not address.host or "," in address.host:
        raise MonitorError("an address of Spark names one host: spark://local:2/folder, spark://host:7077, sc://host.")


def _settings(address: Address) -> dict[str, str]:
    mine = {key: value for key, value in address.query if key.startswith("spark.")}
    if address.scheme == CONNECT:
        return mine
    here = _HERE | {"spark.driver.memory": MEMORY, WAREHOUSE: _no_warehouse()} if _is_local(address) else {}
    return _QUIET | here | mine


@cache
def _no_warehouse() -> str:
    """A folder for tables of Spark's own, which ends with this process: else one stays where it was begun."""
    folder = mkdtemp(prefix="tidegauge-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _is_local(address: Address) -> bool:
    return address.scheme != CONNECT and address.host == LOCAL


def _cores(address: Address) -> int:
    return int(address.port) if address.port else os.cpu_count() or 1


def _master(address: Address) -> str:
    if _is_local(address):
        return f"local[{_cores(address)}]"
    return f"spark://{address.host}:{address.port or 7077}"


def _url(address: Address) -> str:
    """As Spark Connect's client takes it: what it may show of a user and a token is its own."""
    said = {key: value for key, value in address.query if not key.startswith("spark.")}
    said |= {"user_id": address.user} if address.user else {}
    said |= {"token": address.password} if address.password else {}
    return f"sc://{address.host}:{address.port or 15002}/" + "".join(f";{k}={v}" for k, v in said.items())


def _show(session: Any, address: Address) -> None:  # noqa: ANN401 - as above
    """Each Parquet file, and each folder of them, in the address's folder is a table of its name."""
    if not address.path:
        return
    folder = Path(address.path)
    if not folder.is_dir():
        raise WarehouseError(f"{address.path} is no folder of Parquet files.")
    for part in sorted(folder.iterdir()):
        if part.suffix == ".parquet" or (part.is_dir() and any(part.rglob("*.parquet"))):
            name = part.stem if part.suffix == ".parquet" else part.name
            session.read.parquet(str(part)).createOrReplaceTempView("`" + name.replace("`", "``") + "`")


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(home and (Path(home) / "bin" / "java").exists()) or shutil.which("java") is not None
