"""Cells as a file holds them: the value, what kind it is, and the text a person sees.

Nearly every cell of a table is plain text, so a row keeps texts and remembers only what is special
about the others (`CellMark`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    ERROR = "error"
    """A formula's error, as ``#N/A``."""
    FORMULA = "formula"
    """A formula whose result is not in the file."""


@dataclass(frozen=True, slots=True)
class CellDoubt:
    """Something odd about a cell, a row or a file; `app.texts` has the sentence of its code."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CellMark:
    """What is special about one cell: its kind, its value (a number without the zeros a number
    format adds, a date in ISO form), and doubts about it."""

    kind: CellKind = CellKind.TEXT
    value: str = ""
    doubts: tuple[CellDoubt, ...] = ()


@dataclass(frozen=True, slots=True)
class FileCell:
    """One cell: `value` as stored, `kind`, and `shown` as the sheet shows it."""

    value: str
    kind: CellKind
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One line of a table: its number as a person counts, and its cells as shown.

    `marks` says by column what is not plain text.  A row with a `fault` (cells shifted, a
    quotation mark left open) must not be stored.
    """

    number: int
    cells: tuple[str, ...]
    marks: Mapping[int, CellMark] = field(default_factory=dict)
    fault: CellDoubt | None = None
    hidden: bool = False
    doubts: tuple[CellDoubt, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is written in it."""
        if self.fault is not None or any(cell.strip() for cell in self.cells):
            return False
        return not any(mark.kind is CellKind.FORMULA for mark in self.marks.values())

    def cell(self, column: int) -> FileCell:
        """The cell in a column, an empty one beyond the last."""
        shown = self.cells[column] if 0 <= column < len(self.cells) else ""
        mark = self.marks.get(column)
        if mark is None:
            return FileCell(shown, CellKind.TEXT, shown)
        return FileCell(mark.value or shown, mark.kind, shown)


ERROR_TEXT = re.compile(
    r"\s*#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!"
    r"|UNKNOWN!|PYTHON!|GETTING_DATA|#{2,})\s*",
    re.IGNORECASE,
)
"""What spreadsheets show instead of a value (ISO/IEC 29500-1, 18.17.3, and what came later)."""

_FORCED_TEXT = re.compile(r'\s*="((?:[^"]|"")*)"\s*', re.DOTALL)
"""``="0012"``: how people keep zeros in a CSV file that Excel opens."""

# Unicode categories Cc and Cf but for line breaks, tabs and the Arabic and Egyptian marks that are
# visible.  Joiners are part of emoji and of Indic names; beside Latin and Chinese they are dirt.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
    "|(?<![^\x00-\x7f\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff])[\u200c\u200d]"
)
_SPECIAL = re.compile(
    "[=#]|[^\t\n\r\x20-\x7e\u00a1-\u00ac\u00ae-\u05ff\u3000-\ud7ff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)


def may_be_special(line: str) -> bool:
    """Whether a line may hold a cell `examined` changes; most lines do not and are spared."""
    return _SPECIAL.search(line) is not None


def cleaned(text: str) -> tuple[str, tuple[CellDoubt, ...]]:
    """The text without invisible characters, and which ones they were."""
    found = _INVISIBLE.findall(text)
    if not found:
        return text, ()
    names = ", ".join(dict.fromkeys(_name(char) for char in found))
    plain = _INVISIBLE.sub("", text)
    return plain, (CellDoubt("cell.invisible", {"value": plain.strip(), "names": names}),)


def _name(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip()


def examined(text: str, *, formulas: bool) -> tuple[str, CellMark | None]:
    """A text cell as shown, and what is special about it.  With `formulas` a text that starts
    with an equals sign is one (CSV); in a workbook it is text."""
    plain, doubts = cleaned(text)
    if ERROR_TEXT.fullmatch(plain):
        return plain.strip(), CellMark(CellKind.ERROR, doubts=doubts)
    if formulas and plain.lstrip()[:1] == "=":
        forced = _FORCED_TEXT.fullmatch(plain)
        if forced is None and len(plain.strip()) > 1:
            return plain, CellMark(CellKind.FORMULA, doubts=doubts)
        if forced is not None:
            plain = forced[1].replace('""', '"')
    return plain, CellMark(doubts=doubts) if doubts else None
