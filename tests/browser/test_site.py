"""The documentation's site: every page is reached, search finds, nothing is loaded from elsewhere, the API is whole."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import tidegauge
import tidegauge.airflow
from tests.services.browser import Browser

ROOT = Path(__file__).parents[2]
# What a browser fetches by itself; a link that a person may follow is none.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']([^"']+)|<link\b[^>]*stylesheet[^>]*\bhref=["']([^"']+)"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make site` builds it, where a link that leads nowhere is an error."""
    if find_spec("sphinx") is None:
        pytest.skip("Sphinx is not installed: make install")
    out = tmp_path_factory.mktemp("site")
    build = ("--quiet", "--fail-on-warning", "--keep-going", "-c", "tools/site", "-d", out / ".doctrees", ".", out)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *build], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return out


def test_every_page_is_there_and_the_first_one_leads_to_it(site: Path) -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    front = (site / "index.html").read_text(encoding="utf-8")
    for page in pages:
        name = page.relative_to(ROOT).with_suffix(".html").as_posix()
        assert (site / name).exists(), f"tools/site/conf.py does not hang {name} anywhere"
        assert f'href="{name}"' in front or page.name == "README.md" or page.parent.name == "decisions", name


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    found = 0
    for page in site.rglob("*.html"):
        for source, style in FETCHED.findall(page.read_text(encoding="utf-8")):
            found += 1
            assert not re.match(r"(https?:)?//", source or style), f"{page.name} loads {source or style}"
    assert found > 100
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", text), style.name


def test_search_finds(site: Path, chromium: Browser) -> None:
    found = chromium.dom(f"{(site / 'search.html').as_uri()}?q=budget")
    assert "deciding.html" in found.partition('id="search-results"')[2]


def test_the_api_page_holds_what_is_public(site: Path) -> None:
    api = (site / "docs" / "api.html").read_text(encoding="utf-8")
    told = set(re.findall(r'<dt class="sig[^"]*" id="([\w.]+)"', api))
    public = {f"tidegauge.{name}" for name in tidegauge.__all__ if not name.startswith("__")}
    public |= {f"tidegauge.airflow.{name}" for name in tidegauge.airflow.__all__}
    house = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    public |= set(re.findall(r"^\| [\w ]+ \| `[\w.]+`.* \| `([\w.]+)` \|$", house, re.MULTILINE))
    assert len(public) > 10
    assert public <= told
