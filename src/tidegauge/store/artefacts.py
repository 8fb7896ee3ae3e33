"""What was learnt from stored windows: dear to learn again, and to be replayed as it was."""

import hashlib
import zlib
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from tidegauge.store.part import StorePart
from tidegauge.store.schema import artefacts
from tidegauge.store.wire import second

_artefact = artefacts.c


class Artefacts(StorePart):
    """Keeps one artefact for each (source, kind, start of its validity, what it was learnt from).

    An artefact follows from its inputs, so nothing is lost with it. But a newer library may learn the same a last bit
    differently; so the first one stays, and every process and every replay uses that one.
    """

    def put(self, source: str, kind: str, valid_from: datetime, inputs: str, blob: bytes) -> str:
        """Keep an artefact unless there is one for the same inputs; the content hash (SHA-256) of the one that is kept.

        `inputs`: a digest of everything that it was learnt from. A damaged one is replaced.
        """
        place = _place(source, kind, valid_from, inputs)
        row = {
            "source": source,
            "kind": kind,
            "valid_from": second(valid_from),
            "inputs": inputs,
            "id": _hash(blob),
            "blob": _packed(blob),
        }
        with self._db.writing(f"artefacts {source}") as connection:
            found = connection.execute(select(_artefact.id, _artefact.blob).where(*place)).first()
            if found is not None and unpacked(found.blob, found.id) is not None:
                return str(found.id)
            connection.execute(delete(artefacts).where(*place))
            connection.execute(self._db.insert(artefacts).values(row))
        return str(row["id"])

    def get(self, source: str, kind: str, valid_from: datetime, inputs: str) -> bytes | None:
        """The artefact that was learnt from these inputs; None where there is none, or it is damaged."""
        with self._db.reading() as connection:
            query = select(_artefact.id, _artefact.blob).where(*_place(source, kind, valid_from, inputs))
            found = connection.execute(query).first()
        return None if found is None else unpacked(bytes(found.blob), found.id)


def _place(source: str, kind: str, valid_from: datetime, inputs: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _artefact.source == source,
        _artefact.kind == kind,
        _artefact.valid_from == second(valid_from),
        _artefact.inputs == inputs,
    )


def _packed(blob: bytes) -> bytes:
    """What is kept of a blob: itself, or what zlib makes of it where that is less (half, of spreads and relations)."""
    packed = zlib.compress(blob, 1)
    return packed if len(packed) < len(blob) else blob


def unpacked(kept: bytes, content: str) -> bytes | None:
    """The blob of a content hash, whichever of the two is kept; None where it is damaged."""
    if _hash(kept) == content:
        return kept
    try:
        blob = zlib.decompress(kept)
    except zlib.error:
        return None
    return blob if _hash(blob) == content else None


def _hash(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()
