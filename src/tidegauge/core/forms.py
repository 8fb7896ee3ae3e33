"""How each kind of thing that a store keeps is written: a number a form, and readers of the forms before it.

A store outlives the code that wrote it. Widening a state must not cost anybody a read of the warehouse, so whoever
writes in a new way says how what was written before is brought to it, or the package does not import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tidegauge.core.errors import NewerForm

T = TypeVar("T")
FORMS: "dict[str, Form[Any]]" = {}  # every form that a module has made, by name
KEY = "form"  # in what is written as JSON; without it, it is the first form


@dataclass(frozen=True, eq=False)
class Form(Generic[T]):
    """One kind of stored thing. `readers[n]` turns what was written in form n into form n + 1.

    >>> length = Form[dict[str, float]]("a length in an example", 2, readers={1: lambda old: {"m": old["cm"] / 100}})
    >>> length.current(1, {"cm": 250.0}), length.current(2, {"m": 2.5})
    ({'m': 2.5}, {'m': 2.5})
    >>> FORMS.pop(length.name) is length
    True
    """

    name: str  # what a person calls it
    number: int = 1  # of the form that this version writes
    tag: int = 0  # one byte in the head of a blob; 0 for what is written as JSON
    readers: Mapping[int, Callable[[T], T]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if lacking := [n for n in range(max(1, self.number - 1), self.number) if n not in self.readers]:
            raise TypeError(
                f"the stored form {self.name} is written as number {self.number} and has no reader for number "
                f"{lacking[0]}: stores that were written before could not be read. Give it readers={{{lacking[0]}: …}}."
            )
        same = next((f for f in FORMS.values() if f.name == self.name or (self.tag and f.tag == self.tag)), None)
        if same is not None:
            raise TypeError(f"the stored forms {self.name} and {same.name} share a name or a tag. Give each its own.")
        FORMS[self.name] = self

    def current(self, found: int, value: T) -> T:
        """What was written in form `found`, as this version writes it; NewerForm where it cannot know that form."""
        if found > self.number:
            raise NewerForm(
                f"the store holds {self.name} in form {found}, and this tidegauge knows up to form {self.number}. "
                "It was written by a newer version: upgrade tidegauge here too"
            )
        for n in range(found, self.number):
            if n not in self.readers:
                raise NewerForm(
                    f"the store holds {self.name} in form {found}, and this tidegauge reads from form {n + 1} on. "
                    "Open the store once with the version before this one, or profile and decide it again: "
                    "tidegauge backfill MONITOR --again"
                )
            value = self.readers[n](value)
        return value


def marked(form: Form[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    """The body of a JSON text with the number of its form; the first forms had none, and go without."""
    return {KEY: form.number, **body} if form.number > 1 else body


def read_marked(form: Form[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    """The body of a JSON text in the current form, without its number; ValueError where that is no number."""
    rest = {key: value for key, value in body.items() if key != KEY}
    number = body.get(KEY, 1)
    if type(number) is not int or number < 1:
        raise ValueError(f"the number of a stored form is {number!r}")
    return form.current(number, rest)
