"""Reads the register as the rules of warnings look at it: terminals by number, with their groups
and the days they are in service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

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
from db.queries import AREA, MANUFACTURER

Facts = tuple[str, ...]
"""What a record is called, in the order its maker of subjects takes it."""


class Numbering:
    """Records by number, and the subject each is in a warning: made when a warning names it, for
    there are far more records than warnings."""

    def __init__(self, subject: Callable[[str, Facts], WarningSubject]) -> None:
        self.numbers: dict[str, int] = {}
        self.keys: list[str] = []
        self._facts: list[Facts] = []
        self._subject = subject

    def number(self, key: str, facts: Facts) -> int:
        """The number of a record, given when it is first met."""
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.keys)
            self.keys.append(key)
            self._facts.append(facts)
        return found

    def subject(self, number: int) -> WarningSubject:
        """What a number stands for."""
        return self._subject(self.keys[number], self._facts[number])


@dataclass(frozen=True, slots=True)
class WarningEstate:
    """The estate, the day its counting begins, and what its numbers stand for."""

    estate: Estate
    origin: date
    names: dict[SubjectKind, Numbering]

    def subject(self, kind: SubjectKind, number: int) -> WarningSubject:
        """What a number stands for."""
        return ESTATE if kind is SubjectKind.ESTATE else self.names[kind].subject(number)


_NAMED = {
    SubjectKind.FIRMWARE: ("model", "firmware", "manufacturer"),
    SubjectKind.MODEL: ("model", "manufacturer"),
    SubjectKind.AREA: ("area",),
    SubjectKind.ACQUIRER: ("acquirer",),
    SubjectKind.MERCHANT: ("merchant", "mid", "area"),
}
"""What terminals are grouped by, and what each group is called by."""
_GROUPS = tuple(_NAMED)


def _numbering(kind: SubjectKind) -> Numbering:
    def subject(key: str, facts: Facts) -> WarningSubject:
        return WarningSubject(kind, key, tuple(zip(_NAMED[kind], facts, strict=True)))

    return Numbering(subject)


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
        # Rows of a hundred thousand terminals are read as tuples, past the session.
        connection = session.connection()
        self._models: dict[str, Facts] = {
            key: (name, maker) for key, name, maker in connection.execute(_models())
        }
        self._shops: dict[str, _Shop] = {
            key: (name, mid, area_id, area or "")
            for key, name, mid, area_id, area in connection.execute(_merchants())
        }
        acquirers: Any = sa.select(col(AcquirerRow.id), col(AcquirerRow.name))
        self._acquirers = {key: name for key, name in connection.execute(acquirers)}
        self._names = {kind: _numbering(kind) for kind in _GROUPS}
        self._names[SubjectKind.TERMINAL] = Numbering(self._terminal)
        self._groups: dict[SubjectKind, list[int]] = {kind: [] for kind in _GROUPS}
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._ages: list[int] = []

    def read(self) -> WarningEstate:
        """Every terminal with the place it stood at."""
        firmware_then = earlier_values(self._session, self._when, "firmware")
        days = self._day(self._when.today) + 1
        connection = self._session.connection()
        stays = dict(_stays(connection.execute(_placements())))
        for row in connection.execute(_terminals()):
            self._take(row, stays.get(row[0], []), firmware_then.get(row[0], row[3]), days)
        estate = Estate(
            days=days,
            starts=self._starts,
            ends=self._ends,
            ages=self._ages,
            groups=dict(self._groups),
            sizes={kind: len(self._names[kind].keys) for kind in _GROUPS},
        )
        return WarningEstate(estate, self._origin, self._names)

    def _day(self, day: date) -> int:
        return (day - self._origin).days

    def _take(self, row: Any, stays: list[_Stay], firmware: str, days: int) -> None:
        terminal_id, serial, state, _firmware, installed_on, model_id = row
        when = self._when
        stay = next(
            (one for one in stays if one.since <= when.moment and _open_at(one, when)), None
        ) or (stays[-1] if stays else None)
        begun = [installed_on] if installed_on else []
        begun += [when.day_of(one.since) for one in stays[:1]]
        start = self._day(min(begun)) if begun else 0
        ended = [one.until for one in stays if one.until]
        there = state in IN_USE or any(_open_at(one, when) for one in stays)
        end = days if there or not ended else self._day(when.day_of(max(ended))) + 1
        place = (stay.merchant_id, stay.tid) if stay else ("", "")
        self._names[SubjectKind.TERMINAL].number(terminal_id, (serial, model_id, *place))
        self._starts.append(max(0, min(start, days)))
        self._ends.append(min(end, days))
        self._ages.append((when.today - installed_on).days if installed_on else -1)
        self._group(model_id, stay, firmware)

    def _group(self, model_id: str, stay: _Stay | None, firmware: str) -> None:
        groups, names, model = self._groups, self._names, self._models[model_id]
        groups[SubjectKind.MODEL].append(names[SubjectKind.MODEL].number(model_id, model))
        version = shop = area = acquirer = -1
        if firmware:
            named = (model[0], firmware, model[1])
            version = names[SubjectKind.FIRMWARE].number(f"{model_id}|{firmware}", named)
        if stay is not None:
            name, mid, area_id, town = self._shops[stay.merchant_id]
            shop = names[SubjectKind.MERCHANT].number(stay.merchant_id, (name, mid, town))
            if area_id:
                area = names[SubjectKind.AREA].number(area_id, (town,))
            if stay.acquirer_id:
                called = (self._acquirers[stay.acquirer_id],)
                acquirer = names[SubjectKind.ACQUIRER].number(stay.acquirer_id, called)
        groups[SubjectKind.FIRMWARE].append(version)
        groups[SubjectKind.MERCHANT].append(shop)
        groups[SubjectKind.AREA].append(area)
        groups[SubjectKind.ACQUIRER].append(acquirer)

    def _terminal(self, key: str, facts: Facts) -> WarningSubject:
        serial, model_id, merchant_id, tid = facts
        model, maker = self._models[model_id]
        shop, _mid, _area_id, area = self._shops.get(merchant_id, ("", "", None, ""))
        named = (
            ("serial", serial),
            ("merchant", shop),
            ("tid", tid),
            ("model", f"{maker} {model}"),
            ("area", area),
        )
        return WarningSubject(SubjectKind.TERMINAL, key, named)


_Shop = tuple[str, str, str | None, str]
"""Its name, MID, and the key and name of its area."""


class _Stay(NamedTuple):
    """One stay of a terminal at a merchant's counter."""

    terminal_id: str
    since: datetime
    until: datetime | None
    tid: str
    merchant_id: str
    acquirer_id: str | None


def _stays(rows: Iterable[Any]) -> Iterator[tuple[str, list[_Stay]]]:
    """Where every terminal has stood, the first stay first."""
    for terminal_id, stays in groupby(map(_Stay._make, rows), attrgetter("terminal_id")):
        yield terminal_id, list(stays)


def _open_at(stay: _Stay, when: AsOf) -> bool:
    return stay.until is None or stay.until > when.moment


def _models() -> Any:
    return sa.select(
        col(TerminalModelRow.id), col(TerminalModelRow.name), col(ManufacturerRow.name)
    ).join(*MANUFACTURER)


def _merchants() -> Any:
    return sa.select(
        col(MerchantRow.id),
        col(MerchantRow.name),
        col(MerchantRow.mid),
        col(MerchantRow.area_id),
        col(AreaRow.name),
    ).outerjoin(*AREA)


def _terminals() -> Any:
    return sa.select(
        col(TerminalRow.id),
        col(TerminalRow.serial),
        col(TerminalRow.state),
        col(TerminalRow.firmware),
        col(TerminalRow.installed_on),
        col(TerminalRow.model_id),
    ).order_by(col(TerminalRow.id))


def _placements() -> Any:
    return sa.select(
        col(PlacementRow.terminal_id),
        col(PlacementRow.since),
        col(PlacementRow.until),
        col(PlacementRow.tid),
        col(PlacementRow.merchant_id),
        col(PlacementRow.acquirer_id),
    ).order_by(col(PlacementRow.terminal_id), col(PlacementRow.since))
