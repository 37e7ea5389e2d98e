"""Pictures inside a PDF: JPEG photos as they are, the logo as plain RGB rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.reports.typeset.reportlab_private import Stream, add_picture, use_picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is printed, by the hash of its bytes (JPEG, or raw RGB rows)."""

    sha256: str
    width: int
    height: int
    encoding: str = "jpeg"


Source = Callable[[str], bytes]
"""Gives the bytes of a picture by their SHA-256."""


def no_pictures(sha256: str) -> bytes:
    """The source of files without pictures.  Raises `KeyError`."""
    raise KeyError(sha256)


class Pictures:
    """The pictures of one document, each embedded once however often it is drawn."""

    def __init__(self, canvas: Any, source: Source) -> None:
        self._canvas = canvas
        self._source = source
        self._known: set[str] = set()

    def use(self, picture: Picture) -> str:
        """The name the present page may draw the picture by."""
        name = f"I{picture.sha256[:24]}"
        if name not in self._known:
            self._known.add(name)
            self._embed(name, picture)
        return use_picture(self._canvas, name)

    def _embed(self, name: str, picture: Picture) -> None:
        entries: dict[str, Any] = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": picture.width,
            "Height": picture.height,
            "BitsPerComponent": 8,
            "ColorSpace": "/DeviceRGB",
        }
        if picture.encoding == "jpeg":
            entries["Filter"] = "/DCTDecode"
        add_picture(self._canvas, name, Stream(self._source(picture.sha256), entries))
