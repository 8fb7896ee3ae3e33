"""The tables of models: those that were retrained, what was found of each, and which one serves."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, UniqueConstraint

from tidegauge.store.wire import Ascii, Words


def challenger_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Candidates of an earlier form, challengers with a row a step, and champions."""
    candidates = Table(  # of an earlier form; nothing was ever kept here
        "candidates",
        metadata,
        Column("key", Words, primary_key=True),
        Column("monitor", Words, nullable=False, index=True),
        Column("window", Ascii, nullable=False),
        Column("json", Text, nullable=False),
    )
    challengers = Table(  # what was found of a challenger, step by step: appended, never changed
        "challengers",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("monitor", Words, nullable=False),
        Column("key", Words, nullable=False),
        Column("step", Ascii, nullable=False),
        Column("json", Text, nullable=False),
        UniqueConstraint("monitor", "key", "step", name="challengers_key"),
    )
    champions = Table(  # which model serves: the highest number; appended, never changed
        "champions",
        metadata,
        Column("monitor", Words, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("since", Ascii, nullable=False),
        Column("version", Words, nullable=False),
        Column("key", Words, nullable=False),  # of the challenger that it was; empty: it served before there was any
        Column("json", Text, nullable=False),
    )
    return candidates, challengers, champions


def training_tables(metadata: MetaData) -> tuple[Table, Table]:
    """What trainings learnt from, and the switches that serving systems read."""
    snapshots = Table(  # what a training may learn from, as it was when it was asked: appended, never changed
        "snapshots",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("monitor", Words, nullable=False),
        Column("key", Ascii, nullable=False),
        Column("json", Text, nullable=False),
        UniqueConstraint("monitor", "key", name="snapshots_key"),
    )
    flags = Table(  # what shall serve: the highest number of a flag; appended, never changed
        "flags",
        metadata,
        Column("monitor", Words, primary_key=True),
        Column("flag", Words, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("variant", Ascii, nullable=False),
        Column("json", Text, nullable=False),
    )
    return snapshots, flags
