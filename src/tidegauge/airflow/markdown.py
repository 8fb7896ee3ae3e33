"""Markdown for Airflow's page, in which other people's names stay text."""

import re

from tidegauge.core.unseen import visible
from tidegauge.wording.text import one_line, ticked

_MEANING = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:@$])")


def escaped(text: str) -> str:
    r"""A text that reads as it is, whatever Markdown or HTML stands in it.

    >>> escaped("[x](javascript:alert)")
    '\\[x\\]\\(javascript\\:alert\\)'
    """
    return _MEANING.sub(r"\\\1", visible(text).replace("\n", " "))


def code(text: str) -> str:
    """A name in the letters of code. A mark of code inside it needs a longer one around it.

    >>> code("a`b")
    '`` a`b ``'
    """
    inner = visible(text).replace("\n", " ")
    longest = max((len(run) for run in re.findall("`+", inner)), default=0)
    return f"{'`' * (longest + 1)} {inner} {'`' * (longest + 1)}" if longest else f"`{inner}`"


def sentence(told: str, limit: int = 300) -> str:
    """A decision's sentence: its names in code, the rest as text."""
    return "".join(code(part) if is_code else escaped(part) for is_code, part in ticked(one_line(told, limit)))
