"""Lists what a PDF holds besides its pages, so that foreign parts can be named.

This explains a verdict and never gives a good one: a file is genuine only when its bytes are those
our writer makes (`app.services.documents.reading`), however harmless this list looks.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

PARTS: dict[str, frozenset[str]] = {
    "script": frozenset({"JavaScript", "JS"}),
    "action": frozenset(
        {
            "OpenAction",
            "AA",
            "Launch",
            "URI",
            "GoToR",
            "GoToE",
            "SubmitForm",
            "ImportData",
            "ResetForm",
            "Named",
            "Rendition",
        }
    ),
    "annotation": frozenset({"Annots", "Annot"}),
    "form": frozenset({"AcroForm", "XFA"}),
    "media": frozenset({"RichMedia", "Movie", "Sound", "Screen", "3D", "U3D", "PRC"}),
    "layer": frozenset({"OCProperties", "OCG", "OCMD"}),
    "encryption": frozenset({"Encrypt"}),
}
"""Names in a PDF's dictionaries that our writer never writes (ISO 32000-1, 7.7.2, 12.5, 12.6)."""

_STREAM = re.compile(rb"(<<(?:(?!endobj).)*?)stream\r?\n(.*?)endstream", re.S)
_TEXT = re.compile(rb"\((?:\\.|[^\\()])*\)", re.S)
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LARGEST = 20_000_000


def foreign_parts(pdf: bytes, ours: bytes) -> tuple[str, ...]:
    """The keys of `PARTS`, ``attachment`` and ``revision``, that `pdf` holds more of than
    `ours`."""
    found, expected = _count(pdf), _count(ours)
    return tuple(part for part, count in found.items() if count > expected[part])


def _count(pdf: bytes) -> dict[str, int]:
    names = [name for piece in _structure(pdf) for name in _names(piece)]
    counts = {part: sum(name in known for name in names) for part, known in PARTS.items()}
    counts["attachment"] = names.count("EmbeddedFile")
    counts["revision"] = pdf.count(b"startxref")
    return counts


def _structure(pdf: bytes) -> Iterator[bytes]:
    """The file without the contents of its streams, then the objects packed into streams."""
    yield _STREAM.sub(rb"\1", pdf)
    for match in _STREAM.finditer(pdf):
        if b"ObjStm" in match[1]:
            try:
                yield zlib.decompressobj().decompress(match[2], _LARGEST)
            except zlib.error:
                yield match[2]


def _names(piece: bytes) -> list[str]:
    plain = _TEXT.sub(b"()", piece)
    return [
        _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name).decode("latin-1")
        for name in _NAME.findall(plain)
    ]
