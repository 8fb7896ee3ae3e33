"""A monitor's file → a Monitor, or one MonitorError with a line for each thing that is wrong."""

from pathlib import Path

from pydantic import ValidationError

from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import MonitorError, did_you_mean
from tidegauge.core.regular_files import is_folder, read_regular_text
from tidegauge.core.unseen import unbroken
from tidegauge.monitor import yaml_lines
from tidegauge.monitor.sentences import sentences
from tidegauge.monitor.whole import Monitor


def parse_monitor(text: str, file: str = "monitor.yml") -> Monitor:
    """The monitor in `text`; `file` names it in errors. All that is wrong comes in one MonitorError, a line each."""
    located = yaml_lines.read_yaml(text)
    problems = list(located.problems)
    if not problems and not isinstance(located.value, dict):
        what = "is empty" if located.value is None else "is not a mapping of keys"
        raise MonitorError(f"{file}:1: {what}. `tidegauge init` writes a first monitor.")
    monitor = None
    if isinstance(located.value, dict):
        try:
            monitor = Monitor.model_validate(located.value)
        except ValidationError as error:
            problems += sentences(error, Monitor, located)
    if problems or monitor is None:
        lines = sorted({(p.line, yaml_lines.spell(p.path), p.sentence) for p in problems})
        raise MonitorError("\n".join(_line(file, *line) for line in lines))
    return monitor.placed(Path(file), located)


def load_monitor(path: Path) -> Monitor:
    """The monitor in the file at `path`."""
    path = Path(path)
    place = mask(str(path))  # an address may have been given in its place
    try:
        return parse_monitor(read_regular_text(path), str(path))
    except UnicodeDecodeError as error:
        raise MonitorError(f"{place}: is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except OSError as error:
        beside = [p.name for p in path.parent.glob("*.y*ml") if p.name != path.name] if is_folder(path.parent) else []
        hint = did_you_mean(path.name, beside) if beside else "`tidegauge init` writes a first monitor."
        raise MonitorError(f"{unbroken(place)}: cannot be read ({error.strerror}). {hint}") from None


def _line(file: str, number: int, path: str, sentence: str) -> str:
    said = unbroken(mask(path + (": " if path else "") + sentence))  # a key may hold a line break
    stop = "" if sentence.endswith(("?", ".")) else "."
    # masked as a whole: an address may stand where a zone or a name belongs, and be repeated there
    return f"{file}:{number}: {said}{stop}"
