"""The part of a monitor that says where its rows are, and where they lay before they were moved."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import MonitorError
from tidegauge.monitor import fields
from tidegauge.monitor.environment import identity
from tidegauge.monitor.parts import Part
from tidegauge.monitor.texts import Wrong, refuse
from tidegauge.warehouses import engine_named, file_readers, readers, warehouse_address
from tidegauge.warehouses.engine import READS_FILES

MEMORY = "duckdb:///:memory:"  # what reads files where nothing else is said: it needs no server, and copies nothing


class Was(Part):
    """Where the same rows lay before they were moved, as this file said it then."""

    url: fields.SourceUrl | None = Field(
        default=None, description="The address that it had; its password may be any, such as ***."
    )
    connection: fields.Plain | None = Field(default=None, description="The Airflow connection that it had.")
    table: fields.Plain | None = Field(default=None, description="The name that the table had.")
    path: fields.Text | None = Field(default=None, description="The files that it was.")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if all(value is None for value in (self.url, self.connection, self.table, self.path)):
            what = "the url, connection, table or path that the source had"
            raise refuse(((), f"says nothing. Give {what}, or leave it out"))
        if (self.url and self.connection) or (self.table and self.path):
            raise refuse(((), "names two places. A source had a url or a connection, and a table or a path"))
        return self

    def place(self) -> dict[str, str | None]:
        """What it says of where the rows lay; of what it does not say, nothing."""
        place: dict[str, str | None] = {}
        if self.url or self.connection:
            place |= {"url": self.url or MEMORY, "connection": self.connection}
        if self.table or self.path:
            place |= {"table": self.table, "path": self.path}
        return place


class Source(Part):
    """Where the inference log is: one row for each prediction that the model made."""

    url: fields.SourceUrl | None = Field(
        default=None,
        description="Address of the warehouse: duckdb:///path/to/file.duckdb or postgresql://user:${PASSWORD}@host/db. "
        "${NAME} is read from the environment at use, so that no secret stands in this file.",
    )
    connection: fields.Plain | None = Field(
        default=None,
        description="Instead of url: the id of an Airflow connection. Works inside Airflow only. Beside a path at "
        "s3:// or gs://, one of the type aws that holds the keys; by hand the keys of the environment are taken.",
    )
    table: fields.Plain | None = Field(default=None, description="The table or view: name, or schema.name.")
    path: fields.Text | None = Field(
        default=None, description="Instead of table: Parquet or CSV files that DuckDB reads, such as data/*.parquet."
    )
    paths: fields.Paths = Field(
        default=(),
        description="Files and folders that a view in DuckDB reads, such as data/*.parquet. No other file of this "
        "machine is open to the source.",
    )
    extensions: fields.Extensions = Field(
        default=(),
        description="DuckDB extensions that the source needs, such as spatial; they are installed already. Addresses "
        "in path and paths bring their own (s3:// httpfs).",
    )
    zone: fields.Zone = Field(
        default="UTC", description="Time zone of time columns that carry none, such as America/New_York. Default UTC."
    )

    was: Was | None = Field(
        default=None,
        description="For rows that have moved and are the same: the url, connection, table or path that the source had "
        "when its history was read, so that the history goes on. Say nothing here where the rows are others.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if wrong := [*self._wrong_place(), *self._wrong_files()]:
            raise refuse(*wrong)
        return self

    def _wrong_place(self) -> Iterator[Wrong]:
        """What does not fit together of where the log is."""
        if (self.table is None) == (self.path is None):
            yield (), "needs either table (a name) or path (files), and not both"
        if self.url and self.connection:
            yield ("connection",), "stands beside url. Keep one of the two"
        if not (self.url or self.connection or self.path):
            yield (), "needs url (such as duckdb:///warehouse.duckdb) or connection (an Airflow connection)"

    def _wrong_files(self) -> Iterator[Wrong]:
        """What is about files where the engine reads none."""
        engine = engine_named((self.url or MEMORY).partition("://")[0].partition("+")[0])
        no_files = engine is not None and not engine.can(READS_FILES)  # what the environment names is seen at use
        if self.path and no_files:
            yield ("path",), f"only {readers()}. Give a table, or leave url out"
        for key in ("paths", "extensions"):
            if getattr(self, key) and no_files:
                yield (key,), f"is for {file_readers()} only. Leave it out"

    def place(self) -> dict[str, str | None]:
        """Where the rows are, as their stored profiles are found by it: where they lay when those were made."""
        kept = None if self.path else self.connection  # which keys open the files is nothing about the rows
        place = {"url": self.url or MEMORY, "connection": kept, "table": self.table, "path": self.path}
        if self.was is not None:
            place |= self.was.place()
        return place | {"url": identity(place["url"] or MEMORY)}

    def expanded_url(self) -> Address:
        """The address with ${NAME} filled in from the environment. Use it at once; do not keep it."""
        if self.connection and not self.path:
            raise MonitorError(
                f"source.connection: {self.connection} is an Airflow connection, known inside Airflow only. "
                "To run by hand, give source.url instead."
            )
        return warehouse_address(self.url or MEMORY, "source.url")
