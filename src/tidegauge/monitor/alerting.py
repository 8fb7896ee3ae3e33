"""The part of a monitor about alerts: how many false ones are bearable, and when nobody is to be told."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from tidegauge.monitor import fields
from tidegauge.monitor.parts import Part


class Silence(Part):
    """A time in which alerts are expected: a deploy, a migration, a holiday that no calendar knows."""

    start: fields.Moment = Field(
        alias="from", description="Where it begins: a date or a time by the monitor's clock (window.zone)."
    )
    end: fields.Moment = Field(alias="to", description="Where it ends; the day or the moment itself is not in it.")
    why: fields.Text = Field(description="The reason, in words. It stands in every decision that is silenced.")

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """[start, end) as instants; local dates and times are read in the zone."""
        return _instant(self.start, zone), _instant(self.end, zone)


def _instant(moment: date, zone: str) -> datetime:
    """When it is: a date begins at its local midnight."""
    when = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    when = when if when.utcoffset() is not None else when.replace(tzinfo=ZoneInfo(zone))
    try:
        return when.astimezone(UTC)
    except OverflowError:  # "for ever", or since ever
        return datetime.max.replace(tzinfo=UTC) if when.year > 1 else datetime.min.replace(tzinfo=UTC)


class Alerts(Part):
    """How many false alerts are bearable, and when nobody is to be told. There are no thresholds to set."""

    budget: fields.Rate = Field(
        default=1.0,
        description='False alerts that are bearable, such as "1 per month" or "2 per year". Decisions keep it.',
        examples=["1 per month"],
        json_schema_extra={"default": "1 per month"},
    )
    silences: Annotated[tuple[Silence, ...], BeforeValidator(fields.many)] = Field(
        default=(),
        description="Planned silences, such as {from: 2026-12-24, to: 2026-12-27, why: shop closed}. Windows that one "
        "touches are judged and stored, but nobody is told and nothing is started; they are no reference for others.",
    )
