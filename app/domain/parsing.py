"""Dates, amounts and coordinates as people type them and spreadsheets export them."""

from __future__ import annotations

import functools
import math
import re
from datetime import date
from decimal import Decimal

from app.domain.errors import BadValue
from app.domain.text import compact

EARLIEST = date(1990, 1, 1)
LATEST = date(2099, 12, 31)

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"(?:T?00:00(?::00(?:\.0+)?)?)?")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)")
_MONEY = re.compile(r"(-?)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?")
_TIME = re.compile(r"([01]?\d|2[0-3])[::时](\d{2})(?:[::分](\d{2})(?:\.\d+)?秒?)?分?")


@functools.lru_cache(maxsize=4096)
def parse_date(text: str | None) -> date | None:
    """A calendar day written year first with any usual separator, or None for nothing.

    Raises `BadValue`: ``date.malformed`` (no date), ``date.impossible`` (31 February),
    ``date.out_of_range`` (before 1990 or after 2099).
    """
    plain = compact(text)
    if not plain:
        return None
    match = _DATE.match(plain)
    if match is None or not _MIDNIGHT.fullmatch(plain, match.end()):
        raise BadValue("date.malformed", value=plain)
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadValue("date.impossible", value=plain) from None
    if not EARLIEST <= found <= LATEST:
        raise BadValue("date.out_of_range", value=plain, earliest=EARLIEST, latest=LATEST)
    return found


def parse_decimal(text: str | None) -> float | None:
    """A number with a point or comma, blanks between thousands allowed; None for nothing."""
    plain = compact(text)
    if not plain:
        return None
    if not plain.isascii():
        plain = plain.replace("−", "-").replace("，", ",")
    if "," in plain and re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif "," in plain:
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise BadValue("number.malformed", value=plain)
    value = float(plain)
    if not math.isfinite(value):
        raise BadValue("number.malformed", value=plain)
    return value


def parse_count(text: str | None, *, least: int = 0, most: int = 1_000_000) -> int | None:
    """A whole number between two limits; None for nothing."""
    value = parse_decimal(text)
    if value is None:
        return None
    if value != int(value):
        raise BadValue("number.whole", value=compact(text))
    if not least <= value <= most:
        raise BadValue("number.out_of_range", value=int(value), least=least, most=most)
    return int(value)


def parse_cents(text: str | None, *, most: int = 100_000_000) -> int | None:
    """An amount of yuan as typed (``1234.5``, ``1,234.56``, full-width digits) in cents; None for
    nothing.

    A comma stands between thousands only, and there are at most two digits after the point: what
    could mean two amounts is refused.  Raises `BadValue`: ``money.malformed``,
    ``number.out_of_range``.
    """
    plain = compact(text).removeprefix("¥").removesuffix("元")
    if not plain:
        return None
    match = _MONEY.fullmatch(plain)
    if match is None or not plain.isascii():
        raise BadValue("money.malformed", value=compact(text))
    cents = int(Decimal(plain.replace(",", "")) * 100)
    if match[1] or cents > most:
        raise BadValue("number.out_of_range", value=plain, least=0, most=most // 100)
    return cents


def parse_latitude(text: str | None) -> float | None:
    """Degrees north, -90 to 90; None for nothing."""
    return _degrees(text, 90.0)


def parse_longitude(text: str | None) -> float | None:
    """Degrees east, -180 to 180; None for nothing."""
    return _degrees(text, 180.0)


def _degrees(text: str | None, most: float) -> float | None:
    value = parse_decimal(text)
    if value is not None and abs(value) > most:
        raise BadValue("number.out_of_range", value=value, least=-most, most=most)
    return value
