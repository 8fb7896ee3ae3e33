"""README.md as a package index can show it: hatchling asks for it when it builds.

A package index renders the page apart from the tree. A link to a file of the tree leads nowhere there, and a picture of
the tree is a broken one. There is no public address yet that they could be made absolute with, so a link becomes its
words, a picture goes, and the list of pages says where they are. The day that there is an address: name it under
`[project.urls]`, and join it here.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

ELSEWHERE = r"(?!https?://|#|mailto:)"  # what is no address of its own
PICTURE = re.compile(rf"^!\[[^\]]*\]\({ELSEWHERE}[^)]+\)\n+", re.MULTILINE)
PAGES = "## Read on\n"
WHERE = f"{PAGES}\nThese pages are in the source distribution; `make site` there makes a site of them.\n"
LINK = re.compile(rf"(?<!!)\[([^\]]+)\]\({ELSEWHERE}[^)]+\)")


def index_readme(text: str) -> str:
    """The page without what only a tree can show.

    >>> index_readme("See [the docs](docs/a.md) and [PyPA](https://packaging.python.org).")
    'See the docs and [PyPA](https://packaging.python.org).'
    """
    return LINK.sub(r"\1", PICTURE.sub("", text)).replace(PAGES, WHERE)


class IndexReadme(MetadataHookInterface):
    """Fills in the one field that is dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": index_readme(text)}
