"""Pictures from outside: what a file really is, and the copy of it that may be printed."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

from app.domain.errors import BadValue
from app.reports.photo import Prepared, serve

TIME_LIMIT = 30.0
"""Seconds one picture may take; a file that needs longer was made to."""

_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def media_type(content: bytes) -> str:
    """What a file is, by its content and never by its name.

    Raises `BadValue`: ``file.blank``, ``photo.heic``, ``file.type_refused``.
    """
    if not content:
        raise BadValue("file.blank")
    for kind, start in _PICTURES.items():
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[:5] == b"%PDF-":
        return "application/pdf"
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"hevc"}:
        raise BadValue("photo.heic")
    if _is_text(content):
        return "text/plain"
    raise BadValue("file.type_refused")


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


class Darkroom:
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
        """Decode a picture, safely.  A picture that breaks the process counts as damaged."""
        with self._lock:
            self._ensure()
            try:
                self._pipe.send((content, purpose))
                if self._pipe.poll(self._time_limit):
                    answer: Prepared = self._pipe.recv()
                    return answer
            except (EOFError, OSError):
                pass
            self._stop()
            return Prepared("damaged")

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _ensure(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=self._target, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _stop(self) -> None:
        if self._process is None:
            return
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = self._pipe = None
