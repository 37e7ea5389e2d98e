"""How long terminals stood at merchants' counters in a period: what failures are divided by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.figure_kinds import GroupedBy
from db.models.register import (
    AcquirerRow,
    AreaRow,
    MerchantRow,
    PlacementRow,
    TerminalEventRow,
    TerminalRow,
)
from db.queries import ACQUIRER, AREA, merchant_of

Key = tuple[str, str]


@dataclass(slots=True)
class RunningTime:
    """Days in use, and the terminals that had any."""

    days: float = 0.0
    terminals: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One stay of a terminal at a counter, with what it is grouped by."""

    terminal_id: str
    model_id: str
    firmware: str
    area_id: str
    acquirer_id: str
    since: datetime
    until: datetime | None

    def key(self, by: GroupedBy) -> Key:
        """The group it belongs to; nobody in particular runs a terminal."""
        return {
            GroupedBy.NOTHING: ("", ""),
            GroupedBy.MODEL: (self.model_id, ""),
            GroupedBy.FIRMWARE: (self.model_id, self.firmware),
            GroupedBy.AREA: (self.area_id, ""),
            GroupedBy.TECHNICIAN: ("", ""),
            GroupedBy.ACQUIRER: (self.acquirer_id, ""),
        }[by]

    def days_between(self, first: datetime, after: datetime) -> float:
        """How many days of the stay lie between two moments."""
        end = min(self.until or after, after)
        return max((end - max(self.since, first)) / timedelta(days=1), 0.0)


def read_stays(
    session: Session, zone: tzinfo | None, area: str = "", acquirer: str = ""
) -> tuple[Stay, ...]:
    """Every stay.  The first of a terminal begins on the day it was installed where that is known:
    a list of an estate is taken in long after."""
    query: Any = (
        sa.select(
            col(PlacementRow.terminal_id),
            col(TerminalRow.model_id),
            col(TerminalRow.firmware),
            col(MerchantRow.area_id),
            col(PlacementRow.acquirer_id),
            col(TerminalRow.installed_on),
            col(PlacementRow.since),
            col(PlacementRow.until),
        )
        .join(TerminalRow, col(TerminalRow.id) == col(PlacementRow.terminal_id))
        .join(*merchant_of(PlacementRow.merchant_id))
        .order_by(col(PlacementRow.terminal_id), col(PlacementRow.since))
    )
    if area:
        query = query.join(*AREA).where(col(AreaRow.name) == area)
    if acquirer:
        query = query.join(*ACQUIRER).where(col(AcquirerRow.name) == acquirer)
    changes = _firmware_changes(session)
    whole = _stays(session.execute(query), zone)
    return tuple(part for stay in whole for part in _by_firmware(stay, changes))


FirmwareChange = tuple[datetime, str, str]
"""When a terminal's firmware changed, from what to what."""


def _firmware_changes(session: Session) -> dict[str, list[FirmwareChange]]:
    """By terminal, the changes of its firmware, the first one first."""
    event = TerminalEventRow
    query: Any = (
        sa.select(col(event.terminal_id), col(event.at), col(event.old), col(event.new))
        .where(col(event.field) == "firmware")
        .order_by(col(event.at), col(event.id))
    )
    found: dict[str, list[FirmwareChange]] = defaultdict(list)
    for terminal_id, *change in session.execute(query):
        found[terminal_id].append((change[0], change[1], change[2]))
    return found


def _by_firmware(stay: Stay, changes: Mapping[str, list[FirmwareChange]]) -> Iterator[Stay]:
    """A stay in as many parts as it ran under versions: days under the old one do not count for
    the new one."""
    known = changes.get(stay.terminal_id)
    if not known:
        yield stay
        return
    since, version = stay.since, known[0][1]
    for at, _old, new in known:
        if stay.until is not None and at >= stay.until:
            break
        if at > since:
            yield replace(stay, firmware=version, since=since, until=at)
            since = at
        version = new
    yield replace(stay, firmware=version, since=since)


def _stays(rows: Iterable[Any], zone: tzinfo | None) -> Iterator[Stay]:
    before = ""
    for terminal, model, firmware, area, acquirer, installed_on, since, until in rows:
        if terminal != before and installed_on is not None:
            installed = datetime.combine(installed_on, time(), zone).astimezone(UTC)
            since = min(since, installed)
        before = terminal
        yield Stay(
            terminal_id=terminal,
            model_id=model,
            firmware=firmware,
            area_id=area or "",
            acquirer_id=acquirer or "",
            since=since,
            until=until,
        )


def running_time(
    stays: Sequence[Stay], first: datetime, after: datetime, by: GroupedBy
) -> dict[Key, RunningTime]:
    """Running time between two moments by group."""
    found: dict[Key, RunningTime] = defaultdict(RunningTime)
    for stay in stays:
        days = stay.days_between(first, after)
        if days > 0:
            group = found[stay.key(by)]
            group.days += days
            group.terminals.add(stay.terminal_id)
    return found
