"""What README and docs/ say is true: Python blocks run, commands exist with their options, links lead somewhere."""

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tools import build_alerts

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"(?ms)^(?P<fence>`{3,})(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=fence)\s*$")
every_page = pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])


def blocks(page: Path, *languages: str) -> Iterator[tuple[int, str]]:
    """The fenced blocks in one of these languages: line number of the first line, text."""
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        if found["language"] in languages:
            yield text.count("\n", 0, found.start("text")) + 1, found["text"]


def commands(page: Path) -> Iterator[tuple[int, list[str]]]:
    """Every command that a page tells people to type: line number and words.

    In a block where lines start with a `$` those are the commands; in any other, every line that is no comment. A line
    may go on after a backslash, and several commands may stand on one line.
    """
    for line, text in blocks(page, "console", "bash", "sh"):
        joined = re.sub(r"\\\n\s*", " ", text)
        for one in re.findall(r"^\$ (.*)$", joined, re.MULTILINE) or joined.splitlines():
            lexer = shlex.shlex(one, posix=True, punctuation_chars=True)
            lexer.wordchars += "@%{}:,+^!"
            words: list[str] = []
            for word in [*lexer, ";"]:
                if set(word) <= set("();<>|&"):
                    if words:
                        yield line, words
                    words = []
                else:
                    words.append(word)


def complaint(main: click.Command, words: list[str]) -> str | None:
    """What the command line would say of these words, without doing anything; None when they parse."""
    command, context = main, click.Context(main, info_name="tidegauge")
    try:
        rest = left_over(command, context, words)
        while isinstance(command, click.Group) and rest:
            name, found, rest = command.resolve_command(context, rest)
            assert found is not None
            command, context = found, click.Context(found, info_name=name, parent=context)
            rest = left_over(command, context, rest)
    except click.UsageError as error:
        return error.format_message()
    return f"too many words: {rest}" if rest else None


def left_over(command: click.Command, context: click.Context, words: list[str]) -> list[str]:
    """The words that are neither options nor arguments of this command: for a group, its verb and what follows."""
    context.allow_interspersed_args = command.allow_interspersed_args
    _, left, _ = command.make_parser(context).parse_args(list(words))
    return left


@every_page
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another in one namespace, as a reader would type them, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for line, text in blocks(page, "python", "pycon"):
        where = f"{page.relative_to(ROOT)}:{line}"
        if ">>>" not in text:
            exec(compile("\n" * (line - 1) + text, where, "exec"), names)  # noqa: S102 - our own pages
            continue
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        example = doctest.DocTestParser().get_doctest(text, names, where, str(page), line)
        runner = doctest.DocTestRunner(optionflags=flags)
        runner.run(example, clear_globs=False)
        assert runner.failures == 0, f"{where}: see the captured output"
        names.update(example.globs)


@every_page
def test_commands_exist_with_their_options(page: Path) -> None:
    wrong = []
    for line, words in commands(page):
        if words[0] != "tidegauge":
            continue
        from tidegauge.cli import main

        if said := complaint(main, words[1:]):
            wrong.append(f"{page.relative_to(ROOT)}:{line}: {shlex.join(words)}: {said}")
    assert not wrong, "\n".join(wrong)


@every_page
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    typed = {word for _, words in commands(page) if words[0] == "make" for word in words[1:] if "=" not in word}
    inline = set(re.findall(r"`make ([a-z-]+)`", page.read_text(encoding="utf-8")))
    assert typed | inline <= targets


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_the_page_on_alerts_and_its_pictures_are_what_the_script_makes() -> None:
    for place, content in build_alerts.made().items():
        assert place.read_text(encoding="utf-8") == content, f"{place.name}: run python -m tools.build_alerts"


@click.group()
@click.option("--json", is_flag=True)
def example() -> None:
    """Stands for the command line in the tests of the tests below."""


@example.command()
@click.argument("file")
@click.option("--since")
def run(file: str, since: str) -> None:
    """A verb."""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run a.yml --since 2013-04-01", None),
        ("--json run --since=x a.yml", None),
        ("run a.yml --sinse x", "No such option"),
        ("rum a.yml", "No such command"),
        ("run a.yml b.yml", "too many words"),
        ("run a.yml --since", "requires an argument"),
    ],
)
def test_a_wrong_command_is_seen(words: str, said: str | None) -> None:
    """Guards the test of commands above."""
    found = complaint(example, words.split())
    assert (said is None and found is None) or (said is not None and said in str(found))


def test_commands_are_read_from_a_page(tmp_path: Path) -> None:
    """Guards the tests above: what is not found is not checked."""
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ tidegauge run a.yml \\\n    --json | head\nfine\n```\n"
        "```bash\n# a comment\ntidegauge check 'b c.yml' && make demo  # so\n```\n```yaml\ntidegauge: no\n```\n"
    )
    assert list(commands(page)) == [
        (2, ["tidegauge", "run", "a.yml", "--json"]),
        (2, ["head"]),
        (7, ["tidegauge", "check", "b c.yml"]),
        (7, ["make", "demo"]),
    ]
