"""Writing documents to disk: whole or not at all, under names people can read."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

from app import chosen_files, files
from app.domain.cardguard import mask_cards
from app.domain.documents import safe_name
from app.domain.errors import InvalidInput, Unavailable
from app.i18n import translator
from app.reports.data.sheets import PrintedSheet
from app.services.documents.kinds import layouts

_WORDS = re.compile(r"[/\\]")
"""What would make a folder of a value."""

PLACEHOLDERS = ("number", "kind", "merchant", "serial", "tid", "date", "language")
"""What a name pattern may hold in braces."""


def write_file(path: Path, content: bytes) -> None:
    """Write a file somebody chose, so that a crash or a full disk leaves the old one or the new
    one.

    Raises `InvalidInput` as `chosen_files.check`; `Unavailable`: ``files.disk_full``,
    ``files.unwritable`` (also when another program holds the old file), ``files.failed``.
    """
    chosen_files.check(path)
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """The same of a file for another program, in a folder of our own.  Raises `Unavailable`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, content)
    except OSError as failure:
        raise _explained(failure, path) from failure


def _explained(failure: OSError, path: Path) -> Unavailable:
    found = files.unavailable(failure, path)
    if path.is_dir():
        return Unavailable("files.unwritable", path=str(path))
    return found


def check_pattern(pattern: str) -> str:
    """The pattern, if every placeholder in it is known.  Raises `InvalidInput`."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
    except ValueError:
        raise InvalidInput.of("pattern", "pattern.malformed") from None
    unknown = names - set(PLACEHOLDERS)
    if unknown:
        raise InvalidInput.of(
            "pattern", "pattern.unknown", name=sorted(unknown)[0], known=", ".join(PLACEHOLDERS)
        )
    if not names:
        raise InvalidInput.of("pattern", "pattern.constant")
    return pattern


def pattern_name(pattern: str, document: PrintedSheet) -> str:
    """The file name a pattern gives a document, ending in ``.pdf``.  Raises `InvalidInput`."""
    # Each by itself: beside the name of the kind a card number would pass for one of a document.
    values = {name: mask_cards(_WORDS.sub("-", text)) for name, text in _facts(document).items()}
    text = " ".join(check_pattern(pattern).format(**values).split())
    name = safe_name(f"{text}.pdf")
    return name if name.endswith(".pdf") else f"{document.kind}.pdf"


def _facts(document: PrintedSheet) -> dict[str, str]:
    sheet: Any = document.sheet
    device = getattr(sheet, "device", None) or getattr(sheet, "old", None)
    merchant = getattr(sheet, "merchant", "")
    return {
        "number": sheet.number,
        "kind": _kind_name(document),
        "merchant": merchant if isinstance(merchant, str) else merchant.name,
        "serial": getattr(device, "serial", ""),
        "tid": getattr(device, "tid", ""),
        "date": f"{sheet.made_at:%Y-%m-%d}",
        "language": "+".join(document.languages),
    }


def _kind_name(document: PrintedSheet) -> str:
    """What the kind of document is called, in the language it is written in."""
    return translator(document.languages[0])(layouts()[document.kind].title)


def free_name(folder: Path, name: str) -> Path:
    """A path for `name` that no file has yet: ``name (2).pdf`` and so on."""
    path = folder / name
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    return path
