"""How causes call a column, a part of its rows and a number."""

from math import floor, log10


def quoted(column: str) -> str:
    """A column as a sentence calls it."""
    return f'"{column}"'


def some_rows(share: float) -> str:
    """Behind a clause, of how many rows it holds; nothing where of all.

    >>> some_rows(1.0), some_rows(0.314), some_rows(0.004)
    ('', ' in about 31 % of its rows', ' in about 0.4 % of its rows')
    """
    if share == 1.0:
        return ""
    percent = 100 * share
    return f" in about {percent:.0f} % of its rows" if percent >= 1 else f" in about {percent:.1g} % of its rows"


def percent(share: float) -> str:
    """A share in percent: two digits, or all before the point; never an exponent.

    >>> percent(1.0), percent(0.567), percent(0.056), percent(0.0044), percent(0.0)
    ('100 %', '57 %', '5.6 %', '0.44 %', '0 %')
    """
    value = 100 * share
    text = f"{value:.{max(0, 1 - floor(log10(value)))}f}" if value > 0 else "0"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def plain(value: float) -> str:
    """A number as it is read: 1,479; 0.034; 2.5e+07.

    >>> plain(1609.344), plain(-999.0), plain(0.0341)
    ('1,609', '−999', '0.0341')
    """
    text = f"{value:,.0f}" if abs(value) >= 1000 or value == round(value) else f"{value:.4g}"
    return (text if abs(value) < 1e12 else f"{value:.4g}").replace("-", "−")
