"""Log files: five of two megabytes, plus a crash file for faults below Python.

INFO records what was done, DEBUG why.  No ticket text, no names; runs of digits
that could be a card and anything that looks like a password are masked before a line is written.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from app import files
from app.domain.cardguard import mask_cards

_SECRET = re.compile(r"(?i)(password|passwd|pwd|key)\s*[=:]\s*\S+")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")


class Masked(logging.Formatter):
    """A formatter whose output holds no card number and no password."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, traceback included, masked."""
        line = super().format(record)
        return mask_cards(_URL_PASSWORD.sub(r"\1***@", _SECRET.sub(r"\1=***", line)))


@contextlib.contextmanager
def writing(folder: Path, *, level: str = "INFO") -> Iterator[None]:
    """Log to `folder` while inside; when it cannot be written, to standard error, and go on."""
    root = logging.getLogger()
    before = root.level
    with contextlib.ExitStack() as opened:
        handler = _file_handler(folder, opened) or logging.StreamHandler(sys.stderr)
        handler.setFormatter(Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
        root.setLevel(level)
        opened.callback(handler.close)
        opened.callback(root.removeHandler, handler)
        opened.callback(root.setLevel, before)
        yield


def _file_handler(folder: Path, opened: contextlib.ExitStack) -> logging.Handler | None:
    try:
        files.private_folder(folder)
        handler = logging.handlers.RotatingFileHandler(
            folder / "poscare.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=True
        )
        if not faulthandler.is_enabled():
            crashes = opened.enter_context((folder / "crash.log").open("a", encoding="utf-8"))
            faulthandler.enable(crashes)
            opened.callback(faulthandler.disable)
    except OSError:
        return None
    return handler
