"""How an engine spells what differs between engines.

The statements in `sql/`, and the expressions that kinds, layouts, faults and statistics put into them, name no word of
one engine: whatever is not said alike everywhere is a method here. What stands here is what most engines say; an engine
overrides what it says otherwise. INTEGER, BIGINT, SMALLINT, CASE, coalesce, floor, greatest, substr and the like are
understood by all.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import ContractError
from tidegauge.warehouses.table_names import parts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Dialect(ABC):
    """The words of one engine; `d` in a statement's template."""

    name: ClassVar[str]
    text_type: ClassVar[str] = "VARCHAR"
    real_type: ClassVar[str] = "FLOAT8"  # a 64-bit float
    code_type: ClassVar[str] = "SMALLINT"  # of a cell's code, where one byte holds it
    wide_type: ClassVar[str] = "SMALLINT"  # of any other cell's code: a column that was cut again has more of them
    packed_type: ClassVar[str] = "FLOAT8[]"  # of what `packed` makes
    position: ClassVar[str] = ""  # the column that says where a row lies, if the engine shows one
    apart: ClassVar[str] = ""  # at the end of a subquery whose expressions are not to be written into those around it
    text_bytes: ClassVar[str] = "octet_length"  # the function that says how many bytes a text has in UTF-8
    bare_floats: ClassVar[bool] = False  # whether a float that is whole is spelled without its point: 1 for 1.0

    # --- names, parameters and literals ---

    def quote(self, name: str) -> str:
        """An identifier as the engine reads it back, whatever is in it."""
        return '"' + name.replace('"', '""') + '"'

    def table(self, name: str) -> str:
        """A table's name, each part quoted: `schema.table`, `schema."a table.with dots"`."""
        return ".".join(self.quote(part) for part in parts_of(name))

    @abstractmethod
    def parameter(self, name: str) -> str:
        """The place where the value bound to `name` goes."""

    def bound(self, parameter: str, kind: str) -> str:
        """A bound datetime, to be compared with a column of the type `kind`; as it is, where the client binds one."""
        del kind
        return parameter

    def number(self, value: float) -> str:
        """A float as a literal of the engine's 64-bit float, never a decimal. Finite numbers only: they are ours."""
        return self.real(f"'{value!r}'")

    def text(self, value: str) -> str:
        """A text as a literal: quotes doubled, and no other character is special in standard strings."""
        return "'" + value.replace("'", "''") + "'"

    def written(self, sql: str) -> str:
        """SQL that a person wrote, as the client takes it among parameters."""
        return sql

    def fault(self, sql: str) -> str:
        """What is wrong with an expression that a person wrote, where this engine reads it otherwise than most do.

        The end of a sentence, such as "holds a backslash"; empty where nothing is.
        """
        del sql
        return ""

    def type_of(self, expression: str) -> str:
        """The name of an expression's type, as text."""
        return f"typeof({expression})"

    def instant(self, at: datetime, *, zoned: bool) -> str:
        """A literal to compare a time column with, which has a zone or is in UTC."""
        kind, offset = ("TIMESTAMPTZ", "+00") if zoned else ("TIMESTAMP", "")
        return f"{kind} '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}{offset}'"

    def later(self, time: str, hours: int) -> str:
        """A time some hours on."""
        return f"{time} + INTERVAL '{hours} hours'"

    # --- numbers ---

    def real(self, expression: str) -> str:
        """A whole number, a text or NULL as the engine's 64-bit float."""
        return f"CAST({expression} AS {self.real_type})"

    def special(self, value: str) -> str:
        """NaN, Infinity, -Infinity as a 64-bit float."""
        return self.real(f"'{value}'")

    def as_number(self, expression: str, kind: str) -> str:
        """A column of numbers or booleans as the engine's 64-bit float."""
        if kind.upper().startswith("BOOL"):
            expression = f"CAST({expression} AS INTEGER)"
        return expression if kind.upper() in {"DOUBLE", "DOUBLE PRECISION"} else self.real(expression)

    def is_nan(self, number: str) -> str:
        """Whether a 64-bit float is NaN."""
        return f"{number} = {self.special('NaN')}"

    def is_finite(self, number: str) -> str:
        """Whether a 64-bit float is neither NaN nor infinite; NULL for NULL."""
        return f"({number} > {self.special('-Infinity')} AND {number} < {self.special('Infinity')})"

    def is_unreal(self, number: str) -> str:
        """Whether a 64-bit float is NULL, NaN or infinite."""
        return f"{number} IS NULL OR {self.is_nan(number)} OR abs({number}) = {self.special('Infinity')}"

    def times(self, expression: str, factor: float) -> str:
        """A float times a power of two; a product too small for a float is 0, as IEEE says."""
        return f"{expression} * {self.number(factor)}"

    def divide(self, a: str, b: str) -> str:
        """Whole part of a quotient of two whole numbers, neither negative."""
        return f"{a} / {b}"

    def small(self, expression: str) -> str:
        """A window's number, 0 to 255, in the type that the engine groups fastest by."""
        return f"CAST({expression} AS INTEGER)"

    @abstractmethod
    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        """A time column as whole microseconds since 1970 in UTC; NULL where it is infinite. `kind`: its type's name.

        Of the two half past ones of an autumn night, a time without a zone is the later.
        """

    # --- texts ---

    def as_text(self, expression: str) -> str:
        """A value of any type as text."""
        return f"CAST({expression} AS {self.text_type})"

    def place_in(self, text: str, part: str) -> str:
        """Where a text has a part of it, from 1."""
        return f"strpos({text}, {part})"

    def has_match(self, text: str, pattern: str) -> str:
        """Whether a regular expression is found in a text; one that RE2, PostgreSQL and Python read alike."""
        return f"regexp_like({text}, {self.text(pattern)})"

    def matches_in(self, text: str, pattern: str) -> str:
        """How many times one is found in a text, none over another; NULL for NULL."""
        return f"regexp_count({text}, {self.text(pattern)})"

    def digest(self, text: str) -> str:
        """MD5 of a text in UTF-8, as 32 hexadecimal digits in lower case."""
        return f"md5({text})"

    def row_hash(self, columns: Sequence[str]) -> str:
        """A row as a whole number from 0 to 2³¹ − 1, as quick as it may be: an engine need only agree with itself."""
        texts = " || ".join(f"coalesce({self.as_text(c)} || ' ', '')" for c in columns)
        return f"mod({self.from_hex(f'substr({self.digest(texts)}, 1, 15)')}, 2147483648)"

    @abstractmethod
    def from_hex(self, digits: str) -> str:
        """Fifteen hexadecimal digits as the whole number that they spell."""

    @abstractmethod
    def to_hex(self, number: str) -> str:
        """A whole number below 2⁶⁰ as fifteen hexadecimal digits, in lower case and compared by them."""

    # --- lists: bound to a parameter, looked up, told apart ---

    def wholes(self, parameter: str, of: str = "SMALLINT") -> str:
        """A list of whole numbers that is bound to a parameter."""
        return f"CAST({parameter} AS {of}[])"

    def texts(self, parameter: str) -> str:
        """A list of texts that is bound to a parameter."""
        return f"CAST({parameter} AS {self.text_type}[])"

    def these(self, numbers: Iterable[int]) -> str:
        """A list of whole numbers, written out."""
        return f"ARRAY[{', '.join(map(str, numbers))}]"

    def at(self, array: str, index: str) -> str:
        """The element of a list at an index, counted from 0."""
        return f"({array})[1 + {index}]"

    def rank(self, array: str, value: str) -> str:
        """Which element of a list a value is, from 1; NULL where it is none."""
        return f"array_position({array}, {value})"

    def ranked(self, array: str, alias: str) -> str:
        """A FROM item, to be joined: the elements of a list and their places from 1, as alias(value, rank)."""
        return f"unnest({array}) WITH ORDINALITY AS {alias}(value, rank)"

    def packed(self, numbers: Iterable[str]) -> str:
        """Some 64-bit floats, none of them NULL, as one value of the answer."""
        return f"[{', '.join(numbers)}]"

    def unpacked(self, values: "NDArray[Any]", width: int) -> "NDArray[Any]":
        """[n, width] the floats of `n` values that `packed` made."""
        import numpy as np  # engines are known to whoever reads a monitor, and asked by few of those

        return np.concatenate([np.zeros(0), *values]).reshape(len(values), width)

    # --- rows ---

    def files(self, path: str) -> str:
        """A FROM item: what a file, or each file that a pattern matches, holds; of an engine that reads files."""
        raise ContractError(f"{self.name} reads no files, such as {mask(path)}. Give a table.")

    def each(self, rows: Sequence[Sequence[object]], alias: str, names: Sequence[str]) -> str:
        """Behind a FROM item: each of its rows becomes these rows, which may speak of it."""
        spelled = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
        return f"CROSS JOIN LATERAL (VALUES {spelled}) AS {alias}({', '.join(names)})"

    def kept(self, times: int) -> str:
        """Between AS and the bracket of a subquery that is read so many times: whether its rows are kept meanwhile."""
        del times
        return ""

    def some(self, item: str, rows: int) -> str:
        """All that follows FROM, for some rows of an item from all over it, whatever they are.

        Not TABLESAMPLE: it refuses views, and takes whole blocks, so that a small table may give nothing.
        """
        return f"{item} AS log\nORDER BY random()\nLIMIT {rows}"

    def every(self, table: str, step: int) -> str:
        """A FROM item: about one of so many rows of a table, by their `position`: the same ones while nobody writes."""
        return self.alike(table, step)

    @abstractmethod
    def alike(self, item: str, step: int) -> str:
        """A FROM item: about one of so many rows of any item, always the same, by a hash of all that is in them."""
