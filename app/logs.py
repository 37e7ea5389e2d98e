"""Log files: five of two megabytes, plus a crash file for faults below Python.

INFO tells the story of a working day, DEBUG the reasons.  No ticket text, no names; runs of digits
that could be a card and anything that looks like a password are masked before a line is written.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import re
import sys
from pathlib import Path

from app.domain.cardguard import mask_cards

_SECRET = re.compile(r"(?i)(password|passwd|pwd|key)\s*[=:]\s*\S+")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")


class Masked(logging.Formatter):
    """A formatter whose output holds no card number and no password."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, traceback included, masked."""
        line = super().format(record)
        return mask_cards(_URL_PASSWORD.sub(r"\1***@", _SECRET.sub(r"\1=***", line)))


def start(folder: Path, *, level: str = "INFO") -> None:
    """Log to `folder`; when it cannot be written, to standard error, and go on."""
    root = logging.getLogger()
    root.setLevel(level)
    for handler in list(root.handlers):
        if isinstance(handler.formatter, Masked):
            root.removeHandler(handler)
            handler.close()
    handler = _file_handler(folder) or logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)


def _file_handler(folder: Path) -> logging.Handler | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "poscare.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=True
        )
        faulthandler.enable((folder / "crash.log").open("a", encoding="utf-8"))
    except OSError:
        return None
    return handler
