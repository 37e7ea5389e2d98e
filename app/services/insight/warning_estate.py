"""Reads the register as the rules of warnings look at it: terminals by number, with their groups
and the days they are in service."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.estate_counts import MOST_WEEKS, WEEK, Estate
from app.domain.insight.warnings import ESTATE, SubjectKind, WarningSubject
from app.domain.register.terminal_states import IN_USE
from app.services.insight.as_of import AsOf, earlier_values
from db.models.incident import IncidentRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import ACQUIRER, AREA, MANUFACTURER, MODEL, merchant_of


@dataclass(slots=True)
class Numbering:
    """Records by number, and the subject each is in a warning."""

    numbers: dict[str, int] = field(default_factory=dict)
    subjects: list[WarningSubject] = field(default_factory=list)

    def number(self, subject: WarningSubject) -> int:
        """The number of a record, given when it is first met."""
        found = self.numbers.get(subject.key)
        if found is None:
            found = self.numbers[subject.key] = len(self.subjects)
            self.subjects.append(subject)
        return found


@dataclass(frozen=True, slots=True)
class WarningEstate:
    """The estate, the day its counting begins, and what its numbers stand for."""

    estate: Estate
    origin: date
    names: dict[SubjectKind, Numbering]

    def subject(self, kind: SubjectKind, number: int) -> WarningSubject:
        """What a number stands for."""
        return ESTATE if kind is SubjectKind.ESTATE else self.names[kind].subjects[number]


_GROUPS = (
    SubjectKind.FIRMWARE,
    SubjectKind.MODEL,
    SubjectKind.AREA,
    SubjectKind.ACQUIRER,
    SubjectKind.MERCHANT,
)


def read_estate(session: Session, when: AsOf) -> WarningEstate | None:
    """The terminals known at a moment; None before the first incident, when nothing can be told."""
    first: Any = session.execute(
        sa.select(sa.func.min(col(IncidentRow.reported_at))).where(
            col(IncidentRow.reported_at) <= when.moment
        )
    ).scalar()
    if first is None:
        return None
    earliest = when.today - timedelta(days=MOST_WEEKS * WEEK - 1)
    origin = max(earliest, when.day_of(first))
    reading = _EstateReading(session, when, origin)
    return reading.read()


class _EstateReading:
    def __init__(self, session: Session, when: AsOf, origin: date) -> None:
        self._session, self._when, self._origin = session, when, origin
        self._names = {kind: Numbering() for kind in (*_GROUPS, SubjectKind.TERMINAL)}
        self._groups: dict[SubjectKind, list[int]] = {kind: [] for kind in _GROUPS}
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._ages: list[int] = []

    def read(self) -> WarningEstate:
        """Every terminal with the place it stood at."""
        firmware_then = earlier_values(self._session, self._when, "firmware")
        placements = _placements(self._session)
        days = self._day(self._when.today) + 1
        for row in self._session.execute(_terminals()):
            stays = placements.get(row.terminal_id, [])
            self._take(row, stays, firmware_then.get(row.terminal_id, row.firmware), days)
        estate = Estate(
            days=days,
            starts=self._starts,
            ends=self._ends,
            ages=self._ages,
            groups=dict(self._groups),
            sizes={kind: len(self._names[kind].subjects) for kind in _GROUPS},
        )
        return WarningEstate(estate, self._origin, self._names)

    def _day(self, day: date) -> int:
        return (day - self._origin).days

    def _take(self, row: Any, stays: list[Any], firmware: str, days: int) -> None:
        when = self._when
        stay = next(
            (one for one in stays if one.since <= when.moment and _open_at(one, when)), None
        ) or (stays[-1] if stays else None)
        begun = [row.installed_on] if row.installed_on else []
        begun += [when.day_of(one.since) for one in stays[:1]]
        start = self._day(min(begun)) if begun else 0
        ended = [one.until for one in stays if one.until]
        there = row.state in IN_USE or any(_open_at(one, when) for one in stays)
        end = days if there or not ended else self._day(when.day_of(max(ended))) + 1
        serial, shop = row.serial, stay.merchant_name if stay else ""
        self._names[SubjectKind.TERMINAL].number(
            WarningSubject(
                SubjectKind.TERMINAL,
                row.terminal_id,
                (
                    ("serial", serial),
                    ("merchant", shop or ""),
                    ("tid", stay.tid if stay else ""),
                    ("model", f"{row.manufacturer} {row.model}"),
                    ("area", (stay.area if stay else "") or ""),
                ),
            )
        )
        self._starts.append(max(0, min(start, days)))
        self._ends.append(min(end, days))
        self._ages.append((when.today - row.installed_on).days if row.installed_on else -1)
        self._group(row, stay, firmware)

    def _group(self, row: Any, stay: Any, firmware: str) -> None:
        model = (("model", row.model), ("manufacturer", row.manufacturer))
        version = ("firmware", firmware)
        subjects = {
            SubjectKind.MODEL: WarningSubject(SubjectKind.MODEL, row.model_id, model),
            SubjectKind.FIRMWARE: WarningSubject(
                SubjectKind.FIRMWARE, f"{row.model_id}|{firmware}", (model[0], version, model[1])
            )
            if firmware
            else None,
            **_places(stay),
        }
        for kind in _GROUPS:
            subject = subjects[kind]
            number = self._names[kind].number(subject) if subject is not None else -1
            self._groups[kind].append(number)


def _places(stay: Any) -> dict[SubjectKind, WarningSubject | None]:
    shop = area = acquirer = None
    if stay is not None:
        shop = WarningSubject(
            SubjectKind.MERCHANT,
            stay.merchant_id,
            (("merchant", stay.merchant_name), ("mid", stay.mid), ("area", stay.area or "")),
        )
        if stay.area_id:
            area = WarningSubject(SubjectKind.AREA, stay.area_id, (("area", stay.area),))
        if stay.acquirer_id:
            acquirer = WarningSubject(
                SubjectKind.ACQUIRER, stay.acquirer_id, (("acquirer", stay.acquirer),)
            )
    return {
        SubjectKind.MERCHANT: shop,
        SubjectKind.AREA: area,
        SubjectKind.ACQUIRER: acquirer,
    }


def _open_at(stay: Any, when: AsOf) -> bool:
    return stay.until is None or stay.until > when.moment


def _terminals() -> Any:
    return (
        sa.select(
            col(TerminalRow.id).label("terminal_id"),
            col(TerminalRow.serial),
            col(TerminalRow.state),
            col(TerminalRow.firmware),
            col(TerminalRow.installed_on),
            col(TerminalRow.model_id),
            col(TerminalModelRow.name).label("model"),
            col(ManufacturerRow.name).label("manufacturer"),
        )
        .join(*MODEL)
        .join(*MANUFACTURER)
        .order_by(col(TerminalRow.id))
    )


def _placements(session: Session) -> dict[str, list[Any]]:
    """Where every terminal has stood, the first stay first."""
    query: Any = (
        sa.select(
            col(PlacementRow.terminal_id),
            col(PlacementRow.since),
            col(PlacementRow.until),
            col(PlacementRow.tid),
            col(PlacementRow.merchant_id),
            col(MerchantRow.name).label("merchant_name"),
            col(MerchantRow.mid),
            col(MerchantRow.area_id),
            col(AreaRow.name).label("area"),
            col(PlacementRow.acquirer_id),
            col(AcquirerRow.name).label("acquirer"),
        )
        .join(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
        .outerjoin(*ACQUIRER)
        .order_by(col(PlacementRow.terminal_id), col(PlacementRow.since))
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.terminal_id].append(row)
    return found
