"""Draw every dashboard by Grafana's own components, light and dark, over a real Prometheus and a real PostgreSQL.

    python -m benchmarks.dashboards.draw                      # the tests' shop
    python -m benchmarks.dashboards.draw --monitor FILE       # a monitor that has decided, such as the demo's

Needs npm (the packages of `package.json`, 460 MB, once), Chromium, Prometheus and PostgreSQL. Each dashboard is drawn
from its checked-in JSON (v1; v2 is checked by Grafana's own types) into `build/dashboards/*.png`: look at
them. It ends with an error where a panel is empty, words are cut, or the console says anything.

Grafana publishes time series, stats, bar gauges, tables and the frame around them; its core alone draws annotations,
which are shaded here.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

from tests.grafana.filling import FOLDER, NAMES, page
from tests.grafana.living import decided, shop
from tests.grafana.world import World
from tests.services.answering import answering
from tests.services.browser import NAMES as BROWSERS
from tests.services.browser import Browser
from tests.services.postgres import programs, running

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "build" / "dashboards"
ZONE = "America/New_York"
HTML = (
    '<!doctype html><meta charset="utf-8"><body style="margin:0"><div id="root"></div>'
    '<script>ASKED={}</script><script src="/page.js"></script>'
)
WAYS: dict[str, tuple[dict[str, str], ...]] = {"monitor": ({"stage": "inputs"}, {"stage": "labels"})}


class Page(BaseHTTPRequestHandler):
    """The page, its script, what it asks of PostgreSQL, and what it has to say."""

    asked: ClassVar[str] = ""
    seen: ClassVar[dict[str, Any]] = {}
    world: ClassVar[World]

    def do_GET(self) -> None:
        """The page or its script."""
        if self.path == "/page.js":
            self._answer((OUT / "page.js").read_bytes(), "text/javascript")
        else:
            self._answer(HTML.replace("{}", self.asked).encode(), "text/html")

    def do_POST(self) -> None:
        """Rows of a statement, or what was seen."""
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/seen":
            type(self).seen = said
            self._answer(b"{}", "application/json")
        else:
            columns = self.world.columns(said["sql"], said["variables"])
            self._answer(json.dumps(columns).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def main() -> int:
    """Draw; 0 where there was nothing to complain about."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--monitor", type=Path, help="a monitor that has decided; without it, the tests' shop is made")
    parser.add_argument("--only", nargs="*", default=NAMES, help="dashboards")
    parser.add_argument("--choose", nargs="*", default=[], help="variables, as column=amount")
    given = parser.parse_args()
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if shutil.which("npm") is None or program is None:
        sys.exit("This program needs npm and Chromium.")
    _install()
    _check_types()
    chosen = dict(one.split("=", 1) for one in given.choose)
    complaints = 0
    with ExitStack() as stack:
        Page.world = stack.enter_context(_world(given.monitor))
        address = stack.enter_context(answering(Page))
        browser = Browser(program, patience=300)
        sql = Page.world.store.startswith("postgresql")
        for name in (one for one in given.only if sql or not one.startswith("sql-")):
            for way in WAYS.get(name, ({},)):
                for mode in ("light", "dark"):
                    complaints += _draw(browser, address, name, {**chosen, **way}, mode)
    return 1 if complaints else 0


@contextmanager
def _world(monitor: Path | None) -> Iterator[World]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tidegauge-look-")))
        if monitor is not None:
            yield stack.enter_context(decided(monitor, folder))
            return
        binaries = programs()
        if binaries is None:
            sys.exit("This program needs PostgreSQL.")
        url, _ = stack.enter_context(running(binaries))
        yield stack.enter_context(shop(folder, url.replace("postgresql://", "postgresql+psycopg://")))


def _draw(browser: Browser, address: str, name: str, wanted: dict[str, str], mode: str) -> int:
    """Draw one dashboard once; how much there is to complain about."""
    world = Page.world
    first = {one["name"]: one["current"]["value"] for one in page(name)["templating"]["list"] if one.get("current")}
    ways = [one for one in world.choices(name) if all(one.get(k, v) == v for k, v in wanted.items())]
    chosen = max(ways, key=lambda one: sum(one.get(key) == value for key, value in first.items()))
    start, end = world.span
    Page.seen = {}
    Page.asked = json.dumps(
        {
            "dashboard": page(name),
            "mode": mode,
            "prometheus": world.server.url,
            "variables": {key: value for key, value in chosen.items() if not key.startswith("__")},
            "start": start,
            "end": end,
            "zone": ZONE,
        }
    )
    picture = OUT / "-".join((name, *(v for k, v in chosen.items() if k == "stage"), mode))
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in page(name)["panels"])
    browser(f"{address}/", picture.with_suffix(".png"), width=1400, height=bottom * 38 + 60, settle=5000)
    seen = Page.seen or {"failed": "the page said nothing"}
    complaints = [
        *([seen["failed"]] if "failed" in seen else []),
        *(f"nothing in: {panel}" for panel in seen.get("empty", [])),
        *(f"cut: {words}" for words in seen.get("cut", [])),
        *seen.get("errors", []),
    ]
    print(f"{picture.name}: {seen.get('panels', 0)} panels, {seen.get('marks', 0)} marks, {len(complaints)} complaints")
    for one in complaints:
        print(f"  {one}")
    return len(complaints)


def _install() -> None:
    """The packages, once, and the page's script."""
    OUT.mkdir(parents=True, exist_ok=True)
    for source in HERE.iterdir():
        if source.suffix in {".json", ".mjs", ".ts", ".tsx"}:
            shutil.copy(source, OUT)
    if not (OUT / "node_modules").is_dir():
        quiet = ["--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
        subprocess.run(["npm", "install", *quiet], cwd=OUT, check=True)
    subprocess.run(["node", "bundle.mjs", "render.tsx", "page.js"], cwd=OUT, check=True)


def _check_types() -> None:
    """Each v2 dashboard is what Grafana's own types say it must be."""
    lines = ["import type { Spec } from '@grafana/schema/apis/dashboard.grafana.app/v2';"]
    for k, name in enumerate(NAMES):
        spec = json.loads((FOLDER / "v2" / f"{name}.json").read_text(encoding="utf-8"))["spec"]
        lines.append(f"export const d{k}: Spec = {json.dumps(spec)};")
    (OUT / "v2.ts").write_text("\n".join(lines), encoding="utf-8")
    flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"]
    subprocess.run(["npx", "--no-install", "tsc", *flags, "v2.ts"], cwd=OUT, check=True)
    print(f"{len(NAMES)} dashboards are of Grafana's type")


if __name__ == "__main__":
    sys.exit(main())
