"""Log files: five of two megabytes, plus a crash file for faults below Python.

INFO records what was done, DEBUG why.  No ticket text, no names: errors are told by their kind,
code and place, never in words that may quote what somebody typed; telephone numbers, card numbers,
the name in the path of the home folder and anything that looks like a password are masked before a
line is written.
"""

from __future__ import annotations

import contextlib
import copy
import faulthandler
import logging
import logging.handlers
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import files
from app.domain.cardguard import mask_cards
from app.domain.errors import AppError, BadValue, InvalidInput

_SECRET = re.compile(r"(?i)(password|passwd|pwd|key)\s*[=:]\s*\S+")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")


_PHONE = re.compile(
    r"(?<![\w.-])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"
    r"|(?<![\w.-])0\d{2,3}[ -]?\d{7,8}(?!\d)|(?<![\w.-])400[ -]?\d{3}[ -]?\d{4}(?!\d)"
)
_OF_CODE = (AttributeError, ImportError, NameError, TypeError, RecursionError, MemoryError)
"""Errors whose words name things of the program, not values."""


def without_personal(text: str) -> str:
    """The text without card numbers, passwords, telephone numbers and the name of who uses this
    computer.  Names of other people it does not know: they must not get in."""
    text = _URL_PASSWORD.sub(r"\1***@", _SECRET.sub(r"\1=***", text))
    for home in {str(Path.home()), Path.home().as_posix()} - {"/"}:
        text = text.replace(home, "~")
    return _PHONE.sub("***", mask_cards(text))


def told(error: BaseException) -> str:
    """An error by kind and code, or what the system says of it; without values."""
    name = type(error).__qualname__
    if isinstance(error, InvalidInput):
        return f"{name} {', '.join(f'{one.field}: {one.code}' for one in error.problems)}"
    if isinstance(error, AppError | BadValue):
        return f"{name} {error.code}"
    if isinstance(error, OSError):
        return f"{name} {error.errno} {error.strerror}"
    if isinstance(error, _OF_CODE):
        return f"{name}: {error}"
    # Drivers name their constraint in the first line, and quote rows in those behind it.
    cause = getattr(error, "orig", None)
    first = str(cause).partition("\n")[0] if "constraint" in str(cause) else ""
    return f"{name}: {first}" if first else f"{name} (not quoted, {len(str(error))} characters)"


def told_with_places(error: BaseException) -> str:
    """The error and those that led to it, each with the lines of the program it went through."""
    parts, seen = [], set[int]()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        places = "".join(traceback.format_tb(following.__traceback__))
        parts.append(f"{places}{told(following)}")
        following = following.__cause__ or (
            None if following.__suppress_context__ else following.__context__
        )
    return without_personal("\n\nled to:\n\n".join(reversed(parts)))


class Masked(logging.Formatter):
    """A formatter whose output holds no personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, traceback included."""
        record = copy.copy(record)
        # Another handler may have left a traceback of its own here.
        record.exc_text = None
        if isinstance(record.args, tuple):
            record.args = tuple(
                told(one) if isinstance(one, BaseException) else one for one in record.args
            )
        return without_personal(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name of the base class
        """The traceback, its errors told without values."""
        return told_with_places(ei[1]) if ei[1] is not None else ""


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
        opened.callback(_close, handler)
        opened.callback(root.removeHandler, handler)
        opened.callback(root.setLevel, before)
        yield


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log file whose disk may be full: a line that finds no room is lost, and nothing else."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of the base class
        """Print nothing where the disk refuses the line."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def _close(handler: logging.Handler) -> None:
    """Close a handler; lines that still find no room on the disk are lost."""
    with contextlib.suppress(OSError):
        handler.close()


def _file_handler(folder: Path, opened: contextlib.ExitStack) -> logging.Handler | None:
    try:
        files.private_folder(folder)
        handler = _LogFile(
            folder / "poscare.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=True
        )
        if not faulthandler.is_enabled():
            crashes = opened.enter_context((folder / "crash.log").open("a", encoding="utf-8"))
            faulthandler.enable(crashes)
            opened.callback(faulthandler.disable)
    except OSError:
        return None
    return handler
