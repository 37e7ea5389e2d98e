"""A manager plans a winter: the estate comes in, plans are taken over after a look at the people,
sites are divided, work is levelled, somebody goes on leave, paper is printed; and nobody is sent
out at New Year or in the Spring Festival.  Figures are compared with SQL."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.services import Services
from app.services.documents.requests import Request
from app.services.maintenance.capacity import PlanChange
from app.services.maintenance.leave import LeaveChoice
from tests.factories import make_technician
from tests.maintenance import TODAY

END = date(2027, 2, 26)
HOLIDAYS = (date(2027, 1, 1), *(date(2027, 2, 5) + timedelta(days=n) for n in range(4)))
AREAS = ("浦东新区", "闵行区")
_VISITS = sa.text(
    "SELECT v.planned_on, v.technician_id, v.minutes, v.place, t.technician_id AS keeper"
    " FROM visit v LEFT JOIN territory_site t ON t.merchant_id = v.merchant_id"
    " WHERE v.state = 'planned'"
)


HEADER = "序列号,终端号,商户号,商户名称,安装地址,区域,厂商,型号,安装日期,纬度,经度,营业时间"
OPEN = ("", "10:00-22:00", "周一休息")


def export(folder: Path, shops: int = 24) -> Path:
    """A table of terminals as an acquirer sends it."""
    path = folder / "terminals.csv"
    lines = [HEADER]
    for n in range(shops):
        device = f"P2{n:08d},6{n:07d},8982900581{n:05d},商户{n},路{n}号,{AREAS[n % 2]},联迪,A8"
        spot = f"{31.1 + n % 5 / 50:.4f},{121.3 + n % 7 / 50:.4f}"
        lines.append(f"{device},2026-02-02,{spot},{OPEN[n % 3]}")
    path.write_text("\n".join(lines), "gb18030")
    return path


def stored(services: Services) -> list[sa.Row[tuple[object, ...]]]:
    """The planned visits, from the rows."""
    with services.context.read() as session:
        return list(session.execute(_VISITS))


def test_a_winter_is_planned_without_anybody_out_on_holidays(
    services: Services, tmp_path: Path
) -> None:
    preview = services.terminal_import.preview(export(tmp_path))
    services.terminal_import.commit(preview, skip_bad=False)
    people = [
        make_technician(services, f"T0{n}", name=f"工{n}", latitude=31.15, longitude=121.35)
        for n in (1, 2, 3)
    ]
    drafts = services.plans.missing_recommended()
    seen = services.plans.capacity.view(PlanChange(drafts=drafts), months=3)
    services.plans.install_pack()
    taken = services.plans.capacity.view(months=3)
    foreseen = [(a.month, a.area, round(a.work)) for a in seen.capacity.areas]
    assert [(a.month, a.area, round(a.work)) for a in taken.capacity.areas] == foreseen

    services.generation.generate(END)
    services.territories.keep(services.territories.map().shares)
    found = services.balancing.propose(TODAY, TODAY + timedelta(days=27))
    services.balancing.accept(found)
    promised = found.proposal.after
    figures = services.balancing.figures(TODAY, TODAY + timedelta(days=27))
    assert figures == promised
    away = set(found.away)
    rows = stored(services)
    last = (TODAY + timedelta(days=27)).isoformat()
    instead = [
        row
        for row in rows
        if row.place == "site" and row.technician_id and row.keeper != row.technician_id
        if str(row.planned_on) <= last and row.keeper is not None
    ]
    assert len(instead) == len(away)

    first, until = TODAY + timedelta(days=7), TODAY + timedelta(days=11)
    leave = services.leave.preview(people[0], first, until)
    services.leave.enter(
        leave, "年假", dict.fromkeys((h.id for h in leave.hit), LeaveChoice.REASSIGN)
    )
    assert not [
        row
        for row in stored(services)
        if row.technician_id == people[0]
        and first.isoformat() <= str(row.planned_on) <= until.isoformat()
    ]
    services.balancing.accept(services.balancing.propose(END - timedelta(days=27), END))
    off = {day.isoformat() for day in HOLIDAYS}
    out = [row for row in stored(services) if row.technician_id and row.place == "site"]
    assert out
    assert not off & {str(row.planned_on) for row in out}

    for kind in ("schedule_year", "schedule_month", "schedule_week"):
        printed = services.reporting.pdf(Request(kind=kind, since=TODAY, until=END, language="zh"))
        assert printed.pages >= 1
