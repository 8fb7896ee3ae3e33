"""Durations and rates as people write them: "2 hours", "1 day 6 hours", "1 per month"."""

import math
import re
from datetime import timedelta

from tidegauge.core.errors import did_you_mean

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
SHORT = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "d": "day", "w": "week"}
MONTH_DAYS = 365.2425 / 12  # mean length of a month in the calendar that we use
PER_MONTH = {
    "hour": MONTH_DAYS * 24,
    "day": MONTH_DAYS,
    "week": MONTH_DAYS / 7,
    "month": 1.0,
    "quarter": 1 / 3,
    "year": 1 / 12,
}
LONGEST = timedelta(days=36_525)  # a century: past it a typing error is likelier than a wish

_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]+)\s*,?")
_RATE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:per|a|an|/)\s*([a-zA-Z]+)\s*")


def parse_duration(text: str) -> timedelta:
    """The length of time that a text means; ValueError with a sentence when it means none.

    >>> parse_duration("1 day 6 hours")
    datetime.timedelta(days=1, seconds=21600)
    >>> parse_duration("2 hour")
    datetime.timedelta(seconds=7200)
    """
    seconds, at = 0.0, 0
    while part := _PART.match(text, at):
        seconds += float(part[1]) * SECONDS[_unit(part[2])]
        at = part.end()
    if at == 0 or text[at:].strip():
        raise ValueError(f'"{text}" is not a duration. Write a number and a unit, such as "90 minutes" or "1 day"')
    if seconds > LONGEST.total_seconds():
        raise ValueError(f'"{text}" is longer than a century. Is the unit right?')
    return timedelta(seconds=seconds)


def _unit(word: str) -> str:
    """A unit's full name from "Hours", "h", "min"."""
    name = word.lower()
    if name in SHORT:
        return SHORT[name]
    name = name.removesuffix("s")
    if name in ("month", "quarter", "year"):
        raise ValueError(f'a {name} has no fixed length. Write days, such as "30 days" or "365 days"')
    if name not in SECONDS:
        raise ValueError(f'"{word}" is not a unit of time. {did_you_mean(name, SECONDS)}')
    return name


def spell_duration(length: timedelta) -> str:
    """The shortest text that `parse_duration` reads back as the same length.

    >>> spell_duration(timedelta(hours=2)), spell_duration(timedelta(days=1)), spell_duration(timedelta(minutes=90))
    ('2 hours', '1 day', '90 minutes')
    """
    seconds = length.total_seconds()
    for name in (
        "day",
        "hour",
        "minute",
    ):  # weeks are left to people: "28 days" reads better than "4 weeks" beside days
        count = seconds / SECONDS[name]
        if count.is_integer() and count > 0:
            return f"{count:.0f} {name}" + ("" if count == 1 else "s")
    return f"{seconds:f}".rstrip("0").rstrip(".") + (" second" if seconds == 1 else " seconds")


def parse_rate(text: str) -> float:
    """How many times a month a text means; ValueError with a sentence when it means nothing.

    >>> parse_rate("1 per month"), round(parse_rate("1 per week"), 3)
    (1.0, 4.348)
    """
    match = _RATE.fullmatch(text)
    if not match:
        raise ValueError(f'"{text}" is not a rate. Write how many and how often, such as "1 per month"')
    period = match[2].lower().removesuffix("s")
    if period not in PER_MONTH:
        raise ValueError(f'"{match[2]}" is not a period. {did_you_mean(period, PER_MONTH)}')
    rate = float(match[1]) * PER_MONTH[period]
    if not math.isfinite(rate):
        raise ValueError(f'"{text}" is too large a number')
    return rate
