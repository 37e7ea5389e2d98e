"""Numbers of a workbook as its number formats show them (ISO/IEC 29500-1, 18.8.30 and 18.8.31).

Zeros in front and literal characters are shown, as they belong to the number people mean.
Rounding, grouping and exponents are not: they hide digits a register needs.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime, timedelta
from decimal import Decimal

from app.tabular.cells import CellDoubt, CellKind, CellMark

EXACT_DIGITS = 15
"""Digits of a number a spreadsheet keeps; those behind become zeros."""

_DATES = "yyyy-mm-dd"
_TIMES = "hh:mm:ss"
EAST_ASIAN_FORMATS = {
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), _DATES),
    **dict.fromkeys((*range(32, 36), 55, 56), _TIMES),
}
"""Formats a Chinese Excel or WPS names by number only (18.8.30, ``zh-cn``)."""

_PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digit>[0#?])|(?P<literal>[-+():\s]|[^\x00-\x7f])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_LAST_DAY = 2_958_465
"""31 December 9999 as a spreadsheet counts days."""


def shown_number(raw: str, code: str, *, since_1904: bool) -> tuple[str, CellMark]:
    """A stored number as text, with its kind and plain value.  Raises `ValueError`."""
    number = float(raw)
    plain = _plain(raw, number)
    if code != "General" and _is_date(code):
        return _shown_date(number, plain, code, since_1904=since_1904)
    doubts: tuple[CellDoubt, ...] = ()
    if abs(number) >= 10**EXACT_DIGITS:
        doubts = (CellDoubt("cell.digits_lost", {"value": plain}),)
    shown = plain
    if code != "General" and number.is_integer() and not doubts:
        shown = _padded(int(number), code) or plain
    return shown, CellMark(CellKind.NUMBER, plain, doubts)


def _plain(raw: str, number: float) -> str:
    if number.is_integer():
        return format(Decimal(raw).to_integral_value(), "f") if number else "0"
    return format(Decimal(f"{number:.{EXACT_DIGITS}g}"), "f")


@functools.lru_cache(maxsize=256)
def _is_date(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(code)) or _is_duration(code)


@functools.lru_cache(maxsize=256)
def _is_duration(code: str) -> bool:
    return re.search(r"\[(?:h+|m+|s+)\]", code, re.IGNORECASE) is not None


def _shown_date(number: float, plain: str, code: str, *, since_1904: bool) -> tuple[str, CellMark]:
    seconds = round(number * 86_400)
    if _is_duration(code):
        shown = f"{seconds // 3600}:{seconds // 60 % 60:02d}"
        return shown, CellMark(CellKind.NUMBER, plain)
    if number < 0 or number > _LAST_DAY:
        # The sheet shows "####".
        return "####", CellMark(CellKind.ERROR, plain)
    day, clock = divmod(seconds, 86_400)
    if day == 0 and not since_1904:
        shown = str(timedelta(seconds=clock)).rjust(8, "0")
        return shown, CellMark(CellKind.DATE, shown)
    if since_1904:
        first = datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet's dates have no zone
    else:
        # Day 60 is 29 February 1900, which never was (18.17.4.1); days before it are one later.
        first = datetime(1899, 12, 30) if day > 60 else datetime(1899, 12, 31)  # noqa: DTZ001
    moment = first + timedelta(days=day, seconds=clock)
    shown = moment.strftime("%Y-%m-%d %H:%M:%S" if clock else "%Y-%m-%d")
    return shown, CellMark(CellKind.DATE, shown)


@functools.lru_cache(maxsize=256)
def _sections(code: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    sections: list[list[tuple[str, str]]] = [[]]
    for part in _PARTS.finditer(code):
        group, text = part.lastgroup or "skip", part[part.lastgroup] if part.lastgroup else ""
        if group == "other" and text == ";":
            sections.append([])
        elif group != "skip":
            kind = "literal" if group in ("quoted", "escaped") else group
            sections[-1].append((kind, text))
    return tuple(tuple(section) for section in sections)


def _padded(number: int, code: str) -> str | None:
    """The whole number with the zeros and literals of a format, or None where it has neither."""
    section, sign = _section(number, _sections(code))
    if section is None or any(kind == "other" for kind, _text in section):
        return None
    places = sum(kind == "digit" for kind, _text in section)
    if not places:
        return None
    digits = str(abs(number))
    filled = digits.rjust(places)
    extra, row = filled[: len(filled) - places], iter(filled[len(filled) - places :])
    shown = [sign]
    for kind, text in section:
        if kind == "digit":
            digit = next(row)
            shown.append(extra + digit if digit != " " else "0" if text == "0" else "")
            extra = ""
        elif kind == "literal":
            shown.append(text)
    return "".join(shown).strip()


def _section(
    number: int, sections: tuple[tuple[tuple[str, str], ...], ...]
) -> tuple[tuple[tuple[str, str], ...] | None, str]:
    """The section of a format that shows this number, and the sign to put in front."""
    conditions = [_condition(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(number, *condition):
                return section, ""
        return None, ""
    if number < 0:
        return (sections[1], "") if len(sections) > 1 else (sections[0], "-")
    if number == 0 and len(sections) > 2:
        return sections[2], ""
    return sections[0], ""


def _condition(section: tuple[tuple[str, str], ...]) -> tuple[str, float] | None:
    for kind, text in section:
        found = _CONDITION.fullmatch(text) if kind == "bracket" else None
        if found is not None:
            return found[1], float(found[2])
    return None


def _holds(number: int, sign: str, other: float) -> bool:
    return {
        "<": number < other,
        "<=": number <= other,
        ">": number > other,
        ">=": number >= other,
        "=": number == other,
        "<>": number != other,
    }[sign]
