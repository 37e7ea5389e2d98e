"""Stock of parts as a ledger of differences, and what decides whether a part is under warranty.

Every entry adds to or takes from one place.  How many are there is their sum, so entries of
several computers can be put together in any order.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain import text
from app.domain.errors import InvalidInput, Problems

OFFICE = "office"
"""The place of the office store; any other place is the key of the technician whose van it is."""
MOST_AT_ONCE = 9_999
MOST_REASON = 500


class StockCause(StrEnum):
    """Why a number changed."""

    RECEIVED = "received"
    LOADED = "loaded"
    UNLOADED = "unloaded"
    USED = "used"
    TAKEN_BACK = "taken_back"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """How many of a part are at a place; `name` is that of the van's technician."""

    part_id: str
    number: str
    part: str
    unit_name: str
    place: str
    name: str
    quantity: int
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMovement:
    """An entry of the ledger, as it is shown."""

    id: str
    at: datetime
    by: str
    part: str
    place: str
    name: str
    quantity: int
    cause: StockCause
    reason: str
    incident: str


def check_quantity(quantity: int, least: int = 1) -> int:
    """A number of parts.  Raises `InvalidInput`."""
    if not least <= quantity <= MOST_AT_ONCE:
        limits = {"least": least, "most": MOST_AT_ONCE}
        raise InvalidInput.of("quantity", "number.out_of_range", value=quantity, **limits)
    return quantity


def check_reason(raw: str, *, needed: bool = False) -> str:
    """Why stock was moved, cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned = ""
    with problems.field("reason"):
        cleaned = text.free_line(raw, MOST_REASON)
        if needed:
            text.required(cleaned)
    problems.raise_if_any()
    return cleaned


def check_left(left: int, quantity: int, reason: str, field: str = "reason") -> None:
    """Refuse to take more than is known to be there, unless somebody says why.  Raises
    `InvalidInput` (``stock.not_enough``)."""
    if quantity > left and not reason:
        raise InvalidInput.of(field, "stock.not_enough", left=left, value=quantity)


class WarrantyBasis(StrEnum):
    """Why a part is under warranty, or that it is not."""

    DEVICE = "device"
    PART = "part"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Warranty:
    """Whether a part that is fitted now is under warranty (保内), why and until when."""

    basis: WarrantyBasis
    until: date | None = None

    @property
    def covers(self) -> bool:
        """Whether the merchant pays nothing for it."""
        return self.basis in {WarrantyBasis.DEVICE, WarrantyBasis.PART}


def warranty_now(
    today: date, device_until: date | None, fitted_on: date | None = None, months: int = 0
) -> Warranty:
    """Whether a part is under warranty today: by the device it goes into, or because the same part
    was fitted into this device on `fitted_on` and is itself under warranty for `months`.  The last
    day counts."""
    if device_until is not None and today <= device_until:
        return Warranty(WarrantyBasis.DEVICE, device_until)
    if fitted_on is not None and months:
        until = months_after(fitted_on, months)
        if today <= until:
            return Warranty(WarrantyBasis.PART, until)
    if device_until is None:
        return Warranty(WarrantyBasis.UNKNOWN)
    return Warranty(WarrantyBasis.NONE, device_until)


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later; the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
