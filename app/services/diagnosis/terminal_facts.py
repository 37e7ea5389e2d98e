"""What the register and recent history know of a terminal before anybody is asked.

Each fact names a circumstance of the catalogue and fills its figures in; what it says about the
classes stands there.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.diagnosis.evidence import Fact
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import IncidentState
from app.domain.register.terminals import Link, Placement, Terminal, TerminalKind, TerminalState
from app.languages import LocalizedText
from db.models.incident import IncidentRow
from db.models.register import AreaRow, MerchantRow, TerminalRow

RECENT = timedelta(days=45)
"""How long a swap or move counts as recent."""
REPEAT_WITHIN = timedelta(days=90)
BURST_WITHIN = timedelta(hours=2)
BURST_LEAST = 5
CLUSTER_WITHIN = timedelta(days=30)
CLUSTER_LEAST = 5
_CLUSTER_LOOK = 2_000

_LINKS = {
    Link.WIRED: "wired",
    Link.DIAL_UP: "wired",
    Link.CELLULAR_4G: "cellular",
    Link.CELLULAR_5G: "cellular",
    Link.CELLULAR_2G: "old_network",
    Link.WIFI: "wifi",
    Link.BLUETOOTH: "bluetooth",
}


def facts_of(
    session: Session, knowledge: Knowledge, terminal: Terminal, now: datetime, but: str = ""
) -> tuple[Fact, ...]:
    """Everything known of a terminal; `but` is the incident being diagnosed."""
    found = [
        *_placement_facts(terminal, now),
        *_device_facts(terminal),
        *_history_facts(session, knowledge, terminal, now, but),
    ]
    return tuple(fact for fact in found if fact.id in knowledge.circumstances)


def _placement_facts(terminal: Terminal, now: datetime) -> list[Fact]:
    here = next((p for p in terminal.placements if _is_here(p, terminal)), None)
    if here is None or not timedelta() <= now - here.since <= RECENT:
        return []
    days = (now - here.since).days
    before = [p for p in terminal.placements if p.until is not None]
    if any(
        p.tid == here.tid
        and p.terminal_id != terminal.id
        and p.ended_because == "swapped"
        and p.until == here.since
        for p in before
    ):
        return [Fact("swapped", {"days": days})]
    if any(p.terminal_id == terminal.id for p in before):
        return [Fact("moved", {"days": days})]
    return []


def _is_here(placement: Placement, terminal: Terminal) -> bool:
    return placement.terminal_id == terminal.id and placement.until is None


def _device_facts(terminal: Terminal) -> list[Fact]:
    found = []
    if terminal.link in _LINKS:
        found.append(Fact(_LINKS[terminal.link]))
    if terminal.kind is TerminalKind.ESIGN:
        found.append(Fact("no_printer"))
    if terminal.required_firmware and terminal.firmware != terminal.required_firmware:
        figures = {"found": terminal.firmware or "?", "required": terminal.required_firmware}
        found.append(Fact("outdated", figures))
    if terminal.state is TerminalState.SUSPENDED:
        found.append(Fact("suspended"))
    return found


def _history_facts(
    session: Session, knowledge: Knowledge, terminal: Terminal, now: datetime, but: str
) -> list[Fact]:
    found: list[Fact] = []
    own = _classes(
        session, but, col(IncidentRow.terminal_id) == terminal.id, since=now - REPEAT_WITHIN
    )
    known = [c for c in own if c is not None]
    if known:
        figures: dict[str, str | int | LocalizedText] = {
            "count": len(own) + 1,
            "days": REPEAT_WITHIN.days,
            "last": knowledge.phrases[f"class.{known[0]}"],
        }
        found.append(Fact("repeat", figures, dict(Counter(known))))
    if terminal.merchant_id:
        count = _others(
            session, terminal, but, now, col(IncidentRow.merchant_id) == terminal.merchant_id
        )
        if count:
            found.append(Fact("neighbours", {"count": count}))
    if terminal.area:
        count = _others(session, terminal, but, now, col(AreaRow.name) == terminal.area)
        if count >= BURST_LEAST:
            found.append(Fact("area_burst", {"count": count}))
    found.extend(_cluster(session, knowledge, terminal, now, but))
    return found


def _classes(
    session: Session, but: str, condition: Any, *, since: datetime
) -> list[FaultClass | None]:
    """The classes of earlier incidents, latest first."""
    rows = session.execute(
        sa.select(
            sa.func.coalesce(col(IncidentRow.confirmed_class), col(IncidentRow.provisional_class))
        )
        .where(
            condition,
            col(IncidentRow.reported_at) >= since,
            col(IncidentRow.state).not_in((IncidentState.CANCELLED, IncidentState.DUPLICATE)),
            *([col(IncidentRow.id) != but] if but else []),
        )
        .order_by(col(IncidentRow.reported_at).desc())
        .limit(20)
    ).scalars()
    return [FaultClass(name) if name else None for name in rows]


def _others(session: Session, terminal: Terminal, but: str, now: datetime, condition: Any) -> int:
    """Other terminals reported within two hours under the same condition."""
    query = (
        sa.select(sa.func.count(sa.distinct(col(IncidentRow.terminal_id))))
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(IncidentRow.merchant_id))
        .outerjoin(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
        .where(
            condition,
            col(IncidentRow.reported_at) >= now - BURST_WITHIN,
            col(IncidentRow.terminal_id) != terminal.id,
        )
    )
    if but:
        query = query.where(col(IncidentRow.id) != but)
    return int(session.execute(query).scalar_one())


def _cluster(
    session: Session, knowledge: Knowledge, terminal: Terminal, now: datetime, but: str
) -> list[Fact]:
    """What the same model and version failed by lately, where that is clearly one thing."""
    recent = (
        sa.select(col(IncidentRow.terminal_id), col(IncidentRow.confirmed_class))
        .where(
            col(IncidentRow.reported_at) >= now - CLUSTER_WITHIN,
            col(IncidentRow.confirmed_class).is_not(None),
            *([col(IncidentRow.id) != but] if but else []),
        )
        .order_by(col(IncidentRow.reported_at).desc())
        .limit(_CLUSTER_LOOK)
        .subquery()
    )
    rows = session.execute(
        sa.select(recent.c.confirmed_class, sa.func.count())
        .join(TerminalRow, col(TerminalRow.id) == recent.c.terminal_id)
        .where(
            col(TerminalRow.model_id) == terminal.model_id,
            col(TerminalRow.firmware) == terminal.firmware,
            col(TerminalRow.id) != terminal.id,
        )
        .group_by(recent.c.confirmed_class)
    )
    counts = {FaultClass(name): int(count) for name, count in rows}
    total = sum(counts.values())
    if total < CLUSTER_LEAST:
        return []
    most = max(counts, key=lambda c: counts[c])
    figures: dict[str, str | int | LocalizedText] = {
        "count": total,
        "last": knowledge.phrases[f"class.{most}"],
    }
    return [Fact("model_cluster", figures, counts)]
