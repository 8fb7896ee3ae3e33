"""The evidence of a stage's windows: a chain, in which each window's hash holds all that came before it.

A window's evidence holds its own data revision and that of every window before it, so that a filled gap or late rows
decide all later windows again, and nothing else does. What was hashed once is remembered, so that a window more costs
one link more, however long the history.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Feedback

if TYPE_CHECKING:
    from hashlib import _Hash

MARK = 32  # links between two places that the chain can go on from


class Data(Protocol):
    """What evidence holds of a window's data (`store.profiles.Revision`)."""

    @property
    def rows(self) -> int: ...
    @property
    def freshest(self) -> str: ...
    @property
    def checksum(self) -> str: ...


class Chain:
    """Makes evidence, and remembers what it made.

    Exact, whatever changes between two calls: it goes on from the last mark before the first window that is not what
    it was, and from the beginning where the settings, an answer or a planned silence is another.
    """

    def __init__(self) -> None:
        self._root: tuple[object, ...] = ()
        self._windows: list[Window] = []
        self._data: list[Data] = []
        self._evidence: dict[Window, str] = {}
        self._marks: list[tuple[_Hash, int]] = []  # the hash and the answers heard before every MARK-th window

    def evidence(
        self,
        settings: tuple[object, ...],
        said: Sequence[Feedback],
        silences: Mapping[Window, str],
        revisions: Mapping[Window, Data],
    ) -> dict[Window, str]:
        """The evidence of every window, oldest first."""
        said = sorted(said, key=lambda f: (f.at, f.id))
        root = (repr(settings), tuple(f.id for f in said), dict(silences))
        windows, data = self._in_order(revisions)
        same = 0
        if root == self._root:
            same = _alike(self._windows, windows, self._data, data)
            if same == len(windows) == len(self._windows):
                return self._evidence.copy()
        else:
            self._root, self._marks = root, [(hashlib.sha256(root[0].encode()), 0)]
        start = min(same // MARK, len(self._marks) - 1) * MARK
        self._cut(start)
        chain, heard = self._marks[-1]
        chain = chain.copy()
        for k in range(start, len(windows)):
            window, one = windows[k], data[k]
            if k % MARK == 0 and k > start:
                self._marks.append((chain.copy(), heard))
            while heard < len(said) and said[heard].at < window.end:  # it counts for windows that end later
                chain.update(f"said\x1f{said[heard].id}\x1e".encode())
                heard += 1
            if window in silences:  # counts from here on: one that is planned decides nothing again
                chain.update(f"silenced\x1f{silences[window]}\x1e".encode())
            chain.update(f"{window.key}\x1f{one.rows}\x1f{one.freshest}\x1f{one.checksum}\x1e".encode())
            self._windows.append(window)
            self._data.append(one)
            self._evidence[window] = chain.hexdigest()[:32]
        return self._evidence.copy()

    def _cut(self, at: int) -> None:
        """Forget the links from a mark on."""
        for window in self._windows[at:]:
            self._evidence.pop(window, None)
        del self._windows[at:], self._data[at:], self._marks[at // MARK + 1 :]

    def _in_order(self, revisions: Mapping[Window, Data]) -> tuple[list[Window], list[Data]]:
        """The windows, oldest first, and what there is of each. A store hands them out in that order already."""
        windows, known = list(revisions), len(self._windows)
        new = windows[max(known - 1, 0) :] if windows[:known] == self._windows else windows
        if all(one.start < other.start for one, other in pairwise(new)):
            return windows, list(revisions.values())
        windows.sort()
        return windows, [revisions[w] for w in windows]


def first_other(evidence: Mapping[Window, str], known: Mapping[Window, str]) -> int:
    """The position of the first window whose evidence is not the known one; how many there are, where all are known.

    The two are mostly alike and in the same order: then no window is looked up.
    """
    at = 0
    for (window, now), (other, then) in zip(evidence.items(), known.items(), strict=False):
        if now != then or (window is not other and window != other):
            break
        at += 1
    windows = list(evidence)
    while at < len(windows) and known.get(windows[at]) == evidence[windows[at]]:
        at += 1
    return at


def _alike(windows: list[Window], others: list[Window], data: list[Data], their_data: list[Data]) -> int:
    """How many of the first windows are the same, with the same data."""
    most = min(len(windows), len(others))
    if windows[:most] == others[:most] and data[:most] == their_data[:most]:  # the same objects: hardly any work
        return most
    pairs = zip(windows, others, data, their_data, strict=False)
    return next((k for k, (a, b, x, y) in enumerate(pairs) if a != b or x != y), most)
