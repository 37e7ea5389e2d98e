"""Decodes one untrusted picture and makes the copy that is printed.

Runs in a process of its own with little memory (`app.services.documents.photos` starts it), because
picture files are the likeliest thing to be broken or malicious.  The copy is upright, in sRGB, not
larger than print needs, and carries no place, device or other data.
"""

from __future__ import annotations

import html
import io
from dataclasses import dataclass
from typing import Any

MOST_PIXELS = 40_000_000
"""More than any camera of a telephone; a file that claims more is refused before it is decoded."""
PRINT_SIZE = 1240
"""Longest side of a printed copy: 350 dots per inch at the width a report gives a photo."""
LOGO_SIZE, EMBLEM_SIZE = 900, 600
QUALITY = 82
NO_HEIC = "no_heic"
"""The problem of a HEIC picture where nothing decodes them."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
HEIC = "HEIF"

_TAKEN = 36867
_EXIF = 0x8769


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was found.  `problem` is empty, ``too_large``, ``damaged`` or `NO_HEIC`; a damaged
    picture may still have a copy of the part that could be read.  `texts` are the words written
    into the file beside the picture."""

    problem: str = ""
    width: int = 0
    height: int = 0
    copy: bytes = b""
    copy_width: int = 0
    copy_height: int = 0
    taken: str = ""
    texts: tuple[str, ...] = ()


EMBLEM = "emblem"
"""The purpose of a logo that is kept with a wording: a small PNG."""
CODES = "codes"
"""The purpose of reading the QR codes of a photographed page."""


def prepare(content: bytes, purpose: str = "photo") -> Prepared:
    """Decode a picture; for the purpose ``logo`` the copy is raw RGB rows instead of JPEG, for
    `CODES` there is none, and `texts` are what its QR codes say."""
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower and checked before decoding
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if content[4:8] == b"ftyp" and not _knows_heic():
        return Prepared(problem=NO_HEIC)
    try:
        image: Any = Image.open(io.BytesIO(content), formats=(*FORMATS, HEIC))
    except (OSError, ValueError, SyntaxError):
        return Prepared(problem="damaged")
    width, height = image.size
    if width * height > MOST_PIXELS:
        return Prepared(problem="too_large", width=width, height=height)
    texts, problem = _texts(image), ""
    try:
        image.load()
    except (OSError, ValueError, SyntaxError):
        problem = "damaged"
        image = _what_is_left(content)
        if image is None:
            return Prepared(problem=problem, width=width, height=height, texts=texts)
    # Some texts of a PNG stand behind its pixels.
    texts = tuple(dict.fromkeys((*texts, *_texts(image))))
    taken = _taken(image)
    upright = _upright_rgb(image)
    width, height = upright.size
    if purpose == CODES:
        return Prepared(problem=problem, width=width, height=height, texts=_codes(upright))
    if purpose == EMBLEM:
        upright.thumbnail((EMBLEM_SIZE,) * 2)
        copy = _png(upright)
    else:
        upright.thumbnail((LOGO_SIZE,) * 2 if purpose == "logo" else (PRINT_SIZE,) * 2)
        copy = upright.tobytes() if purpose == "logo" else _jpeg(upright)
    return Prepared(
        problem=problem,
        width=width,
        height=height,
        copy=copy,
        copy_width=upright.width,
        copy_height=upright.height,
        taken=taken,
        texts=texts,
    )


def _knows_heic() -> bool:
    """Whether HEIC can be decoded; Pillow knows it from then on.  A process of its own is small and
    must not import what most pictures do not need."""
    try:
        import pi_heif
    except ModuleNotFoundError:
        return False
    # One picture at a time, and only the first of a burst; thumbnails are pictures of their own.
    pi_heif.register_heif_opener(thumbnails=False)
    return True


def _codes(image: Any) -> tuple[str, ...]:
    """What the QR codes of a picture say."""
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(image.convert("L"), formats=formats)
    return tuple(code.text for code in found)


def _what_is_left(content: bytes) -> Any:
    """The readable part of a truncated picture, or None."""
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(io.BytesIO(content), formats=(*FORMATS, HEIC))
        image.load()
    except (OSError, ValueError, SyntaxError):
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return image


def _taken(image: Any) -> str:
    """When the camera says the picture was taken, as EXIF writes it."""
    try:
        exif = image.getexif()
        return str(exif.get_ifd(_EXIF).get(_TAKEN, ""))[:19]
    except (OSError, ValueError, SyntaxError, KeyError):
        return ""


MOST_TEXT = 200_000
_MAKER_NOTE = 37500
_NESTED = (_EXIF, 0x8825, 0xA005)


def _texts(image: Any) -> tuple[str, ...]:
    """Comments, captions and whatever else is written in a picture's file (EXIF, XMP, PNG text,
    JPEG comment), at most `MOST_TEXT` characters of each."""
    values = [value for name, value in image.info.items() if name not in {"icc_profile", "exif"}]
    try:
        exif = image.getexif()
        for part in (exif, *(exif.get_ifd(number) for number in _NESTED)):
            values += [value for tag, value in part.items() if tag != _MAKER_NOTE]
    except (OSError, ValueError, SyntaxError, KeyError):
        pass  # a broken EXIF block holds nothing that a reader would show
    return tuple(_readable(value) for value in values if isinstance(value, str | bytes))


def _readable(value: str | bytes) -> str:
    """A text as a reader of it would show it; EXIF writes some in two bytes a character, XMP some
    by the numbers of their characters."""
    return html.unescape(value[:MOST_TEXT] if isinstance(value, str) else _decoded(value))


def _decoded(value: bytes) -> str:
    value = value[:MOST_TEXT]
    if value.startswith(b"UNICODE\0"):
        return " ".join(value[8:].decode(code, "replace") for code in ("utf-16-le", "utf-16-be"))
    if value.count(b"\0") * 3 > len(value):
        return value.decode("utf-16-le", "replace")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("gb18030", "replace")
    return text.replace("\0", " ")


def _upright_rgb(image: Any) -> Any:
    """Turned as it was taken, on white, in sRGB."""
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        image = image.convert("I").point([v / 256 for v in range(65_536)], "L")
    if image.mode in {"P", "PA"}:
        image = image.convert("RGBA")
    image = _in_srgb(image, profile)
    if image.mode in {"RGBA", "LA", "La", "RGBa"}:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("RGB")


def _in_srgb(image: Any, profile: bytes | None) -> Any:
    """Colours by the profile the camera put in; without one they count as sRGB."""
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if changed is None else changed


def _jpeg(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=2)
    return out.getvalue()


def _png(image: Any) -> bytes:
    out = io.BytesIO()
    image.quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


MOST_MEMORY = 1_200_000_000


def serve(connection: Any) -> None:
    """The other process: answers `(content, purpose)` with `Prepared` until the pipe closes."""
    _limit_memory()
    while True:
        try:
            content, purpose = connection.recv()
        except EOFError:
            return
        try:
            answer = prepare(content, purpose)
        except MemoryError:
            answer = Prepared(problem="too_large")
        connection.send(answer)


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit; the pixel limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
