"""Values as people read them, and strings from data made harmless.

A category, a column name or a model version comes from somebody's table and may hold anything. Escaping HTML is the
template's work; here is the rest: characters that can't be seen but change how a line reads are spelled out, and
length is bounded.
"""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from tidegauge.core.unseen import visible
from tidegauge.core.window import VOLUME, Window

DASH = "—"
_INITIALS = {"auc", "psi", "ks"}


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    r"""`text` on one line, visible and cut: the form for labels, titles and logs.

    >>> one_line("a\nb" + "c" * 100, 8)
    'a bcccc…'
    """
    head = text[: 4 * limit]  # a category of a megabyte is cut before it is looked at
    flat = visible(" ".join(head.split()))
    return cut(flat if len(head) == len(text) else flat + "…", limit)


def number(value: float, digits: int = 4) -> str:
    """So many significant digits, thousands apart, a true minus; a dash for what is not a number.

    >>> number(1234567.0), number(0.00123456), number(-4.1), number(float("nan")), number(117.32, 3)
    ('1,234,567', '0.001235', '−4.1', '—', '117')
    """
    if math.isnan(value):
        return DASH
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1e15 or size < 1e-4:  # past these the digits stop helping
        text = f"{value:.3g}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.{max(0, digits - 1 - math.floor(math.log10(size)))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def is_sentinel(value: float, part: float) -> str:
    """The question whether a value that many rows share, far from all others, is a number at all.

    >>> is_sentinel(-999999999.0, 0.004)
    '0.4 % of the rows hold −999,999,999: a sentinel?'
    """
    return f"{share(part)} of the rows hold {number(value, 6)}: a sentinel?"


def lasting(seconds: float) -> str:
    """A length of time as people say it, to three digits.

    >>> lasting(72_000.0), lasting(60.0), lasting(0.25), lasting(400_000.0), lasting(float("nan"))
    ('20 hours', '1 minute', '0.25 seconds', '4.63 days', '—')
    """
    if not math.isfinite(seconds):
        return number(seconds)
    size = next((s for s in (86_400, 3600, 60) if abs(seconds) >= s), 1)
    word = {86_400: "day", 3600: "hour", 60: "minute", 1: "second"}[size]
    said = number(seconds / size, 3)
    return f"{said} {word}" + ("" if said == "1" else "s")


def rate(value: float) -> str:
    """How often something rare happens: two digits are all that such a number can carry.

    >>> rate(0.8764), rate(12.3), rate(112.0), rate(math.inf)
    ('0.88', '12', '110', '∞')
    """
    return number(float(f"{value:.2g}"), 3) if math.isfinite(value) else number(value)


def column_name(name: str) -> str:
    """A column as a person calls it."""
    return "the rows themselves" if name == VOLUME else one_line(name, 60)


def share(value: float, more: int = 0) -> str:
    """A share of rows in percent, finer where it is small; `more`: so many digits beyond what it would have.

    >>> share(0.5), share(0.0123), share(0.00002), share(0.0)
    ('50 %', '1.2 %', '<0.01 %', '0 %')
    """
    percent = 100 * value
    if math.isnan(percent):
        return DASH
    if percent == 0:
        return "0 %"
    if abs(percent) < 0.01:
        return "<0.01 %"
    digits = (0 if abs(percent) >= 10 else 1 if abs(percent) >= 1 else 2) + more
    text = f"{percent:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def moment(instant: datetime, zone: str, *, hour: bool) -> str:
    """A short date for an axis, with the hour where windows are shorter than a day."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b}" + (f" {local:%H:%M}" if hour else "")


def day_and_month(instant: datetime, zone: str, *, hour: bool) -> str:
    """A date in a sentence that says its year elsewhere, with the hour where windows are shorter than a day.

    >>> from datetime import UTC
    >>> day_and_month(datetime(2024, 3, 4, 5, tzinfo=UTC), "UTC", hour=True)
    '4 March, 05:00'
    """
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B}" + (f", {local:%H:%M}" if hour else "")


def span(window: Window, zone: str) -> str:
    """A window as a person says it, in the monitor's zone.

    >>> span(Window.parse("day/2013-12-12T05:00:00Z/2013-12-13T05:00:00Z"), "America/New_York")
    'Thursday 12 December 2013'
    """
    start, end = window.start.astimezone(ZoneInfo(zone)), window.end.astimezone(ZoneInfo(zone))
    day = f"{start:%A} {start.day} {start:%B} {start.year}"
    if window.kind == "day" and (start.hour, start.minute) == (0, 0):
        return day
    if window.kind == "week":
        return f"the week from {day}"
    if start.date() == end.date():
        return f"{day}, {start:%H:%M}–{end:%H:%M}"
    return f"{day} {start:%H:%M} to {end:%A} {end.day} {end:%B} {end.year} {end:%H:%M}"


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(0.123), points(-0.02), points(0.0)
    ('+12 points', '−2 points', '0 points')
    """
    if math.isnan(difference):
        return DASH
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return sign + share(abs(difference)).removesuffix(" %") + " points"


def words(name: str) -> str:
    """A registered name as words.

    >>> words("missing-rate"), words("auc"), words("same-season, moved by the last week")
    ('missing rate', 'AUC', 'same season, moved by the last week')
    """
    return " ".join(w.upper() if w in _INITIALS else w for w in name.replace("-", " ").replace("_", " ").split(" "))


def first_up(sentence: str) -> str:
    """The same with a capital at the start; the rest stays as it is written."""
    return sentence[:1].upper() + sentence[1:]


def ticked(sentence: str) -> list[tuple[bool, str]]:
    """A sentence in parts: (is code, text). Names stand in backticks, or else in quotes; an unpaired mark is a letter.

    >>> ticked("Alert: `temp` is high")
    [(False, 'Alert: '), (True, 'temp'), (False, ' is high')]
    """
    parts = sentence.split("`" if "`" in sentence else '"')
    if len(parts) % 2 == 0:
        return [(False, sentence)]
    return [(i % 2 == 1, part) for i, part in enumerate(parts) if part]
