"""What pydantic found wrong → sentences with a line and a key."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tidegauge.core.errors import did_you_mean
from tidegauge.monitor.texts import named
from tidegauge.monitor.yaml_lines import Located, Path, Problem


def sentences(error: ValidationError, model: type[BaseModel], located: Located) -> list[Problem]:
    """Every problem in `error`, placed in the file."""
    problems: list[Problem] = []
    for detail in error.errors(include_url=False):
        at: Path = tuple(detail["loc"])
        if detail["type"] == "tidegauge":
            for inner, sentence in detail["ctx"]["problems"]:
                path = (*at, *inner)
                problems.append(Problem(path, located.line(path), sentence.rstrip(".")))
        else:
            problems.append(Problem(at, located.line(at), _sentence(detail, _model_at(model, at[:-1]))))
    return problems


def _sentence(detail: ErrorDetails, model: type[BaseModel] | None) -> str:
    kind, given = detail["type"], detail["input"]
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden" and model:
        known = dict.fromkeys((*_keys(model), *detail.get("ctx", {}).get("also", ())))
        return f"unknown key. {did_you_mean(key, known)}".rstrip(".")
    if kind == "missing" and model:
        return f"is missing. {_about(model, key)}".rstrip(". ")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"must be a mapping of keys, and is {named(given)}"
    if kind == "literal_error":
        expected = detail["ctx"]["expected"].replace("'", "")
        known = expected.replace(" or ", ", ").split(", ")
        return f"must be {expected}, and is {named(given)}. {did_you_mean(str(given), known)}".rstrip(".")
    if kind.startswith("int_"):
        return f"must be a whole number, and is {named(given)}"
    return f"{detail['msg']}, and is {named(given)}"


def _keys(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _about(model: type[BaseModel], key: str) -> str:
    """What the docs say about a key, to go with "is missing"."""
    for name, info in model.model_fields.items():
        if key in (name, info.alias):
            inner = _model_in(info.annotation)
            return info.description or (inner.__doc__ or "" if inner else "")
    return ""


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type expression
    """The part inside a type: `Labels | None`, `tuple[Silence, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The part of the monitor that `path` leads to."""
    found: type[BaseModel] | None = model
    for key in path:
        if isinstance(key, int):  # one of a list's entries, which are all alike
            continue
        names = {info.alias or name: info for name, info in found.model_fields.items()} if found else {}
        found = _model_in(names[str(key)].annotation) if str(key) in names else None
    return found
