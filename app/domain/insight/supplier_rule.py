"""The rule of suppliers: devices one of them repaired fail again more often than those the others
repaired.  Shown to those who lead only: it is a talk with a partner, not an accusation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.insight.again_rule import out_of_line
from app.domain.insight.warnings import (
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)

HOLDS_DAYS = 180
"""Within how long after it came back a failure of the device speaks against the repair: warranties
of repairs usually run half a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedDevice:
    """A device that came back from a supplier, with its first own failure since, if there was one
    within `HOLDS_DAYS`."""

    supplier: str
    terminal_id: str
    back_at: datetime
    incident_id: str = ""
    number: str = ""


def supplier_warnings(
    repaired: Iterable[RepairedDevice], now: datetime, level: float
) -> list[StandingWarning]:
    """Suppliers whose repairs do not hold, one warning each.  What came back too lately to be
    judged is left out."""
    ripe = now - timedelta(days=HOLDS_DAYS)
    of: dict[str, int] = defaultdict(int)
    failed: dict[str, list[RepairedDevice]] = defaultdict(list)
    for one in repaired:
        if one.back_at > ripe:
            continue
        of[one.supplier] += 1
        if one.incident_id:
            failed[one.supplier].append(one)
    if len(of) < _COMPARED:
        return []
    again = {supplier: len(found) for supplier, found in failed.items()}
    made = []
    for supplier, rate in out_of_line(of, again, level).items():
        cases = sorted(failed[supplier], key=lambda one: one.back_at, reverse=True)
        terminals = tuple(dict.fromkeys(one.terminal_id for one in cases))
        made.append(
            StandingWarning(
                rule=WarningRule.SUPPLIER,
                subject=WarningSubject(SubjectKind.SUPPLIER, supplier, (("supplier", supplier),)),
                since=cases[-1].back_at,
                seen=len(cases),
                expected=round(rate.expected, 2),
                confidence=round(1 - rate.rate, 6),
                days=HOLDS_DAYS,
                out_of=of[supplier],
                incidents=tuple(one.number for one in cases),
                incident_ids=tuple(one.incident_id for one in cases),
                terminal_ids=terminals,
                terminals=len(terminals),
            )
        )
    return made


_COMPARED = 2
"""Suppliers without whom there is nobody to compare with."""
