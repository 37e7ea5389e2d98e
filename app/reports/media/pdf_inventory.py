"""Lists what a PDF holds besides its pages and data, so that foreign parts can be named.

This explains a verdict and never gives a good one: a file is genuine only when its bytes are those
our writer makes (`app.services.documents.reading`), however harmless this list looks.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
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
    "layer": frozenset({"OCProperties", "OCG", "OCMD", "OC"}),
    "encryption": frozenset({"Encrypt"}),
    "packed": frozenset({"ObjStm", "XRef"}),
}
"""Names in a PDF's dictionaries that our writer never writes (ISO 32000-1, 7.5.7, 7.7.2, 12.5,
12.6)."""

_TEXT = re.compile(rb"\((?:\\.|[^\\()])*+\)?", re.S)
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LARGEST = 20_000_000


def foreign_parts(pdf: bytes, documents: int) -> tuple[str, ...]:
    """The keys of `PARTS` that a file holds; ``attachment`` when it holds more files than the data
    of its `documents`, and ``revision`` when something was saved after it was made.

    The time grows with the size of the file, whatever is in it.
    """
    names = Counter(name for piece in _structure(pdf) for name in _names(piece))
    found = [part for part, known in PARTS.items() if not known.isdisjoint(names)]
    if max(names["EmbeddedFile"], names["Filespec"], names["EF"]) > documents:
        found.append("attachment")
    if pdf.count(b"startxref") > 1:
        found.append("revision")
    return tuple(found)


def _structure(pdf: bytes) -> Iterator[bytes]:
    """The file without the contents of its streams, and the objects packed into streams."""
    at = 0
    while (begin := pdf.find(b"stream", at)) >= 0:
        entries = pdf[at:begin]
        end = pdf.find(b"endstream", begin)
        if end < 0:
            break
        yield entries
        if "ObjStm" in _names(entries[entries.rfind(b"obj") :]):
            yield _unpacked(pdf[begin + 6 : end].lstrip(b"\r\n"))
        at = end + 9
    yield pdf[at:]


def _unpacked(content: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, _LARGEST)
    except zlib.error:
        return content


def _names(piece: bytes) -> list[str]:
    # What is never closed is no text: names may stand in it.
    plain = _TEXT.sub(lambda text: b"()" if text[0].endswith(b")") else text[0], piece)
    return [
        _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name).decode("latin-1")
        for name in _NAME.findall(plain)
    ]
