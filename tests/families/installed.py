"""Install packages for one test: the folder that pip would have made, on the path."""

import shutil
import tomllib
from pathlib import Path

EXAMPLE = Path(__file__).parent / "example_package"


def install(folder: Path, name: str, entry_points: dict[str, dict[str, str]], **modules: str) -> None:
    """What pip leaves of a package: its metadata, its entry points, its modules."""
    meta = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    groups = [f"[{g}]\n" + "".join(f"{k} = {v}\n" for k, v in each.items()) for g, each in entry_points.items()]
    (meta / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, encoding="utf-8")


def install_example(folder: Path) -> None:
    """The example package, by its own pyproject."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    install(folder, project["name"], project["entry-points"])
    shutil.copytree(EXAMPLE / "tidegauge_example", folder / "tidegauge_example")
