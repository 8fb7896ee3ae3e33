"""What an engine is before anything is connected: its names, its dialect, how it is opened, and what it lacks."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.schemes import claim_files
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.file_items import NOTHING, Reach


class Mark(StrEnum):
    """Why something is lacking; the words are ibis's."""

    NOTIMPL = "notimpl"  # the engine could, and nobody has built it yet
    NOTYET = "notyet"  # the engine cannot, and may learn it
    NEVER = "never"  # the engine is not made for it


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that an engine does not do, with a reason in words."""

    mark: Mark
    why: str


READS_FILES = "files"
ABILITIES = {READS_FILES: "Parquet and CSV files as a source, and views over them: source.path, paths, extensions"}


class Connection(Protocol):
    """What of an Airflow connection says where a warehouse is."""

    conn_id: str
    conn_type: str | None
    host: str | None
    login: str | None
    password: str | None
    port: int | None
    schema: str | None
    extra: str | None


class Engine(ABC):
    """One engine. A member is a file, with its dialect and its warehouse, and a line in the list.

    It is made before it is known whether it is needed: a driver is imported by `connect`, or later.
    """

    name: ClassVar[str]  # the scheme of its addresses
    title: ClassVar[str]  # what people call it
    dialect: ClassVar[Dialect]
    schemes: ClassVar[tuple[str, ...]] = ()  # others that its addresses may have
    connections: ClassVar[tuple[str, ...]] = ()  # types of Airflow connections that it takes, its own name for it first
    in_file: ClassVar[bool] = False  # its addresses name a file, not a server
    driver: ClassVar[str] = ""  # a package that may be missing …
    extra: ClassVar[str] = ""  # … and what to install then
    lacks: ClassVar[Mapping[str, Lack]] = {}  # some of ABILITIES

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for part in ("name", "title", "dialect"):
            if not getattr(cls, part, None):
                raise TypeError(f"the engine {cls.__qualname__} lacks {part}; see {Engine.__module__}.Engine.")
        if not getattr(cls.dialect, "name", ""):
            raise TypeError(f"the dialect of the engine {cls.name} has no name.")
        if cls.driver and not cls.extra:
            raise TypeError(f"the engine {cls.name} needs the driver {cls.driver} and does not say by which extra.")
        for ability, lack in cls.lacks.items():
            if ability not in ABILITIES or not lack.why:
                known = ", ".join(ABILITIES)
                raise TypeError(f'the engine {cls.name} lacks "{ability}", without a reason, or as none of {known}.')
        if cls.in_file:
            claim_files((cls.name, *cls.schemes))

    @property
    def names(self) -> tuple[str, ...]:
        """The schemes of its addresses."""
        return (self.name, *self.schemes)

    def can(self, ability: str) -> bool:
        """Whether it does what not every engine does."""
        return ability not in self.lacks

    @abstractmethod
    def connect(self, address: Address, reach: Reach = NOTHING) -> Warehouse:
        """The warehouse behind an address. `reach`: the files that it may read, for an engine that can.

        MonitorError where the address is none; WarehouseError where nobody answers.
        """

    def address_of(self, connection: Connection) -> Address:
        """The address that an Airflow connection means. A file stands in its host, or, read from a URI, its schema."""
        if self.in_file:
            return Address(self.name, path=connection.host or connection.schema or "")
        return Address(
            self.name,
            user=connection.login or None,
            password=connection.password or None,
            host=connection.host or "",
            port=str(connection.port or ""),
            path=connection.schema or "",
            query=_options_of(connection),
            given=True,
            # a URI whose password was not escaped has a piece of it for a host: only Airflow's name may be shown
            alias=f'{self.name} by the Airflow connection "{connection.conn_id}"',
        )


def _options_of(connection: Connection) -> tuple[tuple[str, str], ...]:
    """The options of an address that a connection's extra holds: its texts."""
    extra = json.loads(connection.extra or "{}")
    return tuple((key, value) for key, value in extra.items() if isinstance(value, str))
