"""Samples of the maintenance schedules and of a day's route."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.maintenance.recurrence_rule import Unit
from app.languages import LocalizedText
from app.reports.documents.route import OpenIncident, PrintedStop, RouteSheet, StopTask
from app.reports.documents.schedule_month import MonthSheet
from app.reports.documents.schedule_visits import Person, VisitLine
from app.reports.documents.schedule_week import WeekSheet
from app.reports.documents.schedule_year import YearLine, YearSheet
from tests.reports.samples import at

TAMPER, QUARTERLY = (
    LocalizedText("防拆检查", "Tamper check"),
    LocalizedText("季度保养", "Quarterly care"),
)
NETWORK = LocalizedText("网络检查", "Network check")
_AREAS = ("浦东新区", "昆山市", "江宁区")
_SCOPE = LocalizedText("全部区域", "all areas")


def _shop(i: int) -> str:
    return f"测试{'便利店' if i % 2 else '连锁超市有限公司'}{i}"


def _address(i: int) -> str:
    return f"{_AREAS[i % 3]}测试路{i * 7 + 3}号{'商业广场 B1 层 12 铺' if i % 5 == 0 else ''}"


def _monthly(i: int, today: int = 5) -> tuple[tuple[str, ...], ...]:
    """Every month: done until June, due then, planned after; some missed, merged and late."""
    states: list[tuple[str, ...]] = []
    for month in range(12):
        if month < today:
            state = ("missed", "done_late", "done", "partial", "done", "done", "done")[
                (i * 3 + month) % 7
            ]
        else:
            state = ("due", "scheduled")[i % 2] if month == today else "forecast"
        states.append((state, "done") if (i, month) == (3, 2) else (state,))
    return tuple(states)


def year() -> YearSheet:
    """Fourteen terminals in three areas with two plans each."""
    lines: list[YearLine] = []
    for i in sorted(range(1, 15), key=lambda i: i % 3):
        device = {
            "merchant": _shop(i),
            "address": _address(i),
            "terminal": f"新大陆 N910 TESTN9100{i:07d}",
            "tid": f"5{i:07d}",
        }
        quarterly = tuple(
            states if month % 3 == i % 3 else () for month, states in enumerate(_monthly(i))
        )
        lines += [
            YearLine(
                **device,
                plan=TAMPER,
                unit=Unit.MONTH,
                every=1,
                months=_monthly(i),
                area=_AREAS[i % 3],
                last_on=date(2026, 5, 3 + i),
                due_on=date(2026, 6, 3 + i),
                technician="张工" if i % 2 else "李工",
            ),
            YearLine(
                **device,
                plan=QUARTERLY,
                unit=Unit.MONTH,
                every=3,
                months=quarterly,
                area=_AREAS[i % 3],
                last_on=date(2025, 12, 10) if i == 4 else date(2026, 3 + i % 3, 12),
                due_on=date(2026, 6 + i % 3, 12),
                technician="张工" if i % 2 else "李工",
                remark="夜间停业" if i == 2 else "",
            ),
        ]
    return YearSheet(
        number="",
        made_at=at(9),
        since=date(2026, 1, 1),
        scope=_SCOPE,
        lines=tuple(lines),
        provisional_years=(2027,),
    )


def _people(since: date, days: int) -> tuple[Person, ...]:
    def visit(i: int) -> VisitLine:
        day = since + timedelta(days=(i * 3) % days)
        tasks = (TAMPER,) if i % 3 else (TAMPER, QUARTERLY, NETWORK)
        state = ("done", "scheduled", "last_day", "missed", "done_late")[i % 5]
        return VisitLine(
            day=day,
            number=f"L7-V{i:06d}",
            merchant=_shop(i),
            address=_address(i),
            tasks=tasks,
            state=state,
            minutes=20 + 15 * (i % 4),
            window_until=day + timedelta(days=7),
            area=_AREAS[i % 3],
            start=f"{9 + i % 8:02d}:{15 * (i % 4):02d}" if i % 4 else "",
        )

    def visits(first: int, last: int) -> tuple[VisitLine, ...]:
        return tuple(sorted(map(visit, range(first, last)), key=lambda one: (one.day, one.start)))

    return (
        Person("张工", "T01", visits(1, 13)),
        Person("李工", "T02", visits(13, 22)),
        Person("", "", visits(22, 24)),
    )


def month() -> MonthSheet:
    """December for two technicians, and two visits nobody has yet."""
    first = date(2026, 12, 1)
    off = tuple(day for n in range(31) if (day := first + timedelta(days=n)).weekday() > 4)
    return MonthSheet(
        number="",
        made_at=at(9),
        since=first,
        until=date(2026, 12, 31),
        scope=_SCOPE,
        people=_people(first, 31),
        days_off=off,
    )


def week() -> WeekSheet:
    """The week of 7 December."""
    first = date(2026, 12, 7)
    return WeekSheet(
        number="",
        made_at=at(9),
        since=first,
        until=date(2026, 12, 13),
        scope=_SCOPE,
        people=_people(first, 5),
        days_off=(date(2026, 12, 12), date(2026, 12, 13)),
    )


def route() -> RouteSheet:
    """A day with five stops: one late, one with an open incident; it holds more than fits."""
    stops = tuple(
        PrintedStop(
            order=i,
            number=f"L7-V{i:06d}",
            merchant=_shop(i),
            address=_address(i),
            contact="王先生" if i % 2 else "",
            phone=f"1770000{i:04d}",
            start=f"{8 + i:02d}:30",
            minutes=35,
            kilometres=4.2 + i,
            window_until=date(2026, 12, 8 + i),
            tasks=(
                StopTask(TAMPER, (f"TESTN9100{i:07d}", "TESTN91000000099")[: 1 + i % 2], i == 2),
                *((StopTask(QUARTERLY, (f"TESTN9100{i:07d}",)),) if i % 2 else ()),
            ),
            incidents=(OpenIncident("L7-000430", "SIM 欠费停机，等商户续费"),) if i == 4 else (),
        )
        for i in range(1, 6)
    )
    return RouteSheet(
        number="",
        made_at=at(7, 30),
        day=date(2026, 12, 8),
        technician="张工",
        code="T01",
        phone="17700000001",
        kilometres=38.4,
        minutes=522,
        stops=stops,
        over=42,
    )
