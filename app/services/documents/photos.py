"""Pictures from outside: what a file really is, and the copy of it that may be printed."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

from app.domain.errors import BadValue, InvalidInput, Unavailable
from app.reports.media.photo import MOST_PIXELS, Prepared, serve

log = logging.getLogger(__name__)

START_LIMIT = 60.0
"""Seconds the process may need until it is ready, on a slow computer that scans every file."""
TIME_LIMIT = 30.0
"""Seconds one picture may take; a file that needs longer was made to."""

KNOWN_GOOD = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da63f80f"
    "00010101001cb08c990000000049454e44ae426082"
)
"""A PNG of one white pixel: a decoder that fails at it fails at every picture."""

_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Brands of a HEIC file (ISO/IEC 23008-12)."""


def media_type(content: bytes) -> str:
    """What a file is, by its content and never by its name.

    Raises `BadValue`: ``file.blank``, ``file.type_refused``.
    """
    if not content:
        raise BadValue("file.blank")
    for start, kind in _PICTURES.items():
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    if content[:2] == b"BM" and content[6:10] == bytes(4):
        return "image/bmp"
    if content[:5] == b"%PDF-":
        return "application/pdf"
    if _is_text(content):
        return "text/plain"
    raise BadValue("file.type_refused")


def is_picture(content: bytes) -> bool:
    """Whether a file is a picture that can be taken in."""
    try:
        return media_type(content).startswith("image/")
    except BadValue:
        return False


def too_many_pixels(name: str, prepared: Prepared) -> InvalidInput:
    """What is said of a picture that is too large, with what it may have."""
    return InvalidInput.of(
        name,
        "photo.too_large",
        width=prepared.width,
        height=prepared.height,
        limit=MOST_PIXELS // 1_000_000,
    )


def _is_text(content: bytes) -> bool:
    """Plain text without markup that a viewer might run."""
    if b"\0" in content or content.lstrip()[:1] == b"<":
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(char.isprintable() or char in "\r\n\t\f\ufeff" for char in text)
    return False


class PictureDecoder:
    """The process that decodes pictures; started when first needed, and anew when a picture has
    killed it or takes too long."""

    def __init__(
        self, target: Callable[[Any], None] = serve, time_limit: float = TIME_LIMIT
    ) -> None:
        self._target = target
        self._time_limit = time_limit
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Any = None

    def prepare(self, content: bytes, purpose: str = "photo") -> Prepared:
        """Decode a picture, safely.

        A picture that ends the process twice, or keeps it too long, counts as damaged, since the
        process decoded a known good one just before.  When it fails at that, nothing is known
        about the picture: raises `Unavailable` (``photo.cannot_decode``).
        """
        with self._lock:
            # Twice: the process may be ended by others, as by a system short of memory.
            for _attempt in range(2):
                self._ensure()
                try:
                    answer = self._asked(content, purpose, self._time_limit)
                except (EOFError, OSError) as failure:
                    log.warning("decoder ended: %s", type(failure).__name__)
                    self._stop()
                    continue
                if answer is not None:
                    return answer
                # Too long for this picture or for every one?
                self._stop()
                self._ensure()
                break
            return Prepared(problem="damaged")

    def _asked(self, content: bytes, purpose: str, limit: float) -> Prepared | None:
        """What the process answers, or None when it takes too long.  Raises `EOFError`,
        `OSError`."""
        self._pipe.send((content, purpose))
        if not self._pipe.poll(limit):
            return None
        answer: Prepared = self._pipe.recv()
        return answer

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _ensure(self) -> None:
        """Have a process that decodes a known good picture.  Raises `Unavailable`."""
        if self._process is not None and self._process.is_alive():
            return
        self._stop()
        known: Prepared | None = None
        try:
            self._start()
            known = self._asked(KNOWN_GOOD, "photo", START_LIMIT)
        except (EOFError, OSError) as failure:
            log.warning("decoder not started: %s", type(failure).__name__)
        if known is None or known.problem or not known.copy:
            self._stop()
            log.error("pictures cannot be decoded: the process fails at a known good one")
            raise Unavailable("photo.cannot_decode")

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        made = context.Process(target=self._target, args=(theirs,), daemon=True)
        try:
            made.start()
        except OSError:
            self._pipe.close()
            raise
        finally:
            theirs.close()
        self._process = made

    def _stop(self) -> None:
        if self._process is None:
            return
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = self._pipe = None
