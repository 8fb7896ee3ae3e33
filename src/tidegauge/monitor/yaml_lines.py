"""YAML that remembers its lines: plain values, and the line that each key stands on.

`yaml.safe_load` forgets where a value came from, lets a later duplicate key win in silence, and reads the country code
NO as false. A person who edits a monitor deserves the line, and deserves to be told.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
_PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
HALF = r"holds half of an escaped character (\ud800 to \udfff). Write the character itself"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, at a path inside the document; line 0 when the whole file is meant."""

    path: Path
    line: int
    sentence: str


@dataclass(slots=True)
class Located:
    """A document's plain value, the line of each path in it, and what was wrong with it as YAML."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest enclosing key that is written down."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Refused(yaml.YAMLError):
    """Something that YAML allows and a monitor does not."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


class _Loader(yaml.SafeLoader):
    """YAML 1.2's small set of plain values (true and false are the only booleans), without aliases."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own class attribute, replaced as a whole

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - PyYAML's signature
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            raise _Refused(line, "an alias (*name) is not used in a monitor. Write the value out")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))


def read_yaml(text: str) -> Located:
    """The document in `text`. Never raises for what a file may hold: problems are in the answer."""
    located = Located()
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except _Refused as refused:
        located.problems.append(Problem((), refused.line, str(refused)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = " ".join(filter(None, (error.context, error.problem)))
        located.problems.append(Problem((), line, f"this is not YAML: {what}. Look at quotes, colons and indents"))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        located.problems.append(Problem((), line, f"the character U+{ord(text[error.position]):04X} is not allowed"))
    except RecursionError:
        located.problems.append(Problem((), 1, "this is nested too deeply to be a monitor"))
    else:
        if node is not None:
            located.value = _value(node, (), located)
    return located


def _value(node: yaml.Node, path: Path, located: Located) -> Any:  # noqa: ANN401 - any YAML value
    """The plain value of a node; notes lines and problems on the way."""
    line = node.start_mark.line + 1
    located.lines.setdefault(path, line)
    if node.tag not in _PLAIN:
        located.problems.append(Problem(path, line, f"the tag {node.tag} is not used in a monitor. Leave it out"))
    elif isinstance(node, yaml.MappingNode):
        return _mapping(node, path, located)
    elif isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), located) for i, item in enumerate(node.value)]
    elif isinstance(node, yaml.ScalarNode):
        node.value = _joined(node.value)
        if _half(node.value):
            located.problems.append(Problem(path, line, HALF))
            node.value = node.value.encode("utf-8", "replace").decode()  # what is wrong besides is still to be said
        return _scalar(node)
    return None


def _mapping(node: yaml.MappingNode, path: Path, located: Located) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            located.problems.append(Problem(path, line, "a key must be a word, not a list or a mapping"))
            continue
        key = _joined(key_node.value)  # as written: `1:` and `true:` are the keys "1" and "true"
        here = (*path, key)
        if _half(key):
            located.problems.append(Problem(path, line, HALF))
            continue
        if key in found:
            first = located.lines[here]
            located.problems.append(Problem(here, line, f"written twice (first on line {first}). Keep one of the two"))
            continue
        located.lines[here] = line
        found[key] = _value(value_node, here, located)
    return found


def _joined(text: str) -> str:
    """JSON's two-part escapes of one character put together; PyYAML leaves them apart."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if _half(text) else text


def _half(text: str) -> bool:
    """Whether a text holds half of such a pair, which no file and no database can store."""
    return any("\ud800" <= c <= "\udfff" for c in text)


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    kind, text = node.tag.rpartition(":")[2], node.value
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:  # an explicit `!!int x`, or more digits than Python reads
        return str(text)
    if kind == "bool":
        return bool(text.lower() == "true")
    return None if kind == "null" else str(text)


def spell(path: Path) -> str:
    """A path as people write it: `columns.numeric[2]`.

    >>> spell(("columns", "numeric", 2))
    'columns.numeric[2]'
    """
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}"
    return text.removeprefix(".")
