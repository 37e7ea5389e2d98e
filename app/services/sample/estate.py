"""A sample estate to try everything on: fictional terminals, two years of incidents, people.

Made through the same services a person uses, with a clock that is moved, so that whatever the
sample holds the program can really do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.faults import ContactRole
from app.domain.incidents.drafts import HoldDraft, IncidentDraft, WorkEntryDraft
from app.domain.incidents.incidents import WorkKind
from app.domain.incidents.lifecycle import HoldReason, Impact, Urgency
from app.domain.people.roles import Role
from app.domain.register.people import ContactDraft, TechnicianDraft
from app.services.register.terminal_queries import TerminalFilter

if TYPE_CHECKING:
    from app.services import Services
    from app.services.register.importing import ImportPreview

TECHNICIANS = (
    ("T01", "张工", ("浦东新区", "闵行区")),
    ("T02", "王工", ("昆山市",)),
    ("T03", "陈工", ("江宁区",)),
    ("T04", "李工", ("姑苏区",)),
    ("T05", "赵工", ("宝山区", "静安区")),
    ("T06", "周工", ("鼓楼区",)),
)
CONTACTS = (
    (ContactRole.ACQUIRER, "银联商务 技术支持", "400-000-0001", "08:00–22:00", "银联商务", ""),
    (ContactRole.ACQUIRER, "拉卡拉 商户服务", "400-000-0002", "09:00–21:00", "拉卡拉", ""),
    (ContactRole.ACQUIRER, "盛付通 技术支持", "400-000-0003", "09:00–18:00", "盛付通", ""),
    (ContactRole.ACQUIRER, "瑞银信 客服", "400-000-0004", "09:00–21:00", "瑞银信", ""),
    (ContactRole.SUPPLIER, "新大陆 维修中心", "400-000-0011", "09:00–18:00", "", "新大陆"),
    (ContactRole.SUPPLIER, "联迪 维修中心", "400-000-0012", "09:00–18:00", "", "联迪"),
    (ContactRole.SUPPLIER, "百富 维修中心", "400-000-0013", "09:00–17:30", "", "百富"),
    (ContactRole.SUPPLIER, "备件库（本公司）", "400-000-0010", "08:30–18:00", "", ""),
    (ContactRole.CARRIER, "物联网卡 服务热线", "400-000-0021", "24 小时", "", ""),
    (ContactRole.ISSUER, "持卡人拨打卡背面的银行电话", "95500", "24 小时", "", ""),
    (ContactRole.INTERNAL, "内部技术支持", "400-000-0000", "08:00–20:00", "", ""),
)
REPORTS = (
    ("A0", "重新签到后仍然", Impact.STOPPED),
    ("", "打印空白，换纸后一样", Impact.PARTLY),
    ("", "通讯失败，信号只有一格", Impact.STOPPED),
    ("", "提示请签到", Impact.STOPPED),
    ("97", "终端未登记", Impact.STOPPED),
    ("51", "一张卡余额不足，别的卡正常", Impact.TRADING),
    ("", "黑屏无法开机", Impact.STOPPED),
    ("", "电池鼓包", Impact.STOPPED),
    ("TAMPER", "开机提示被攻击", Impact.STOPPED),
    ("98", "连续几笔收不到应答", Impact.PARTLY),
    ("", "触屏下半部没反应", Impact.PARTLY),
    ("ZV", "提示请升级", Impact.STOPPED),
    ("62", "客人的卡受限制", Impact.TRADING),
    ("", "流量卡欠费停机", Impact.STOPPED),
    ("96", "系统异常，稍后再试", Impact.PARTLY),
    ("", "插卡读不出，挥卡正常", Impact.PARTLY),
)


STEPS = 4
CLEAR = 0.6
"""The share from which the desk accepts a class by phone; otherwise the technician decides."""
LEVELLED = timedelta(days=13)
"""How far ahead the sample's visits have a technician and a day."""


def is_empty(services: Services) -> bool:
    """Whether there is no terminal yet, so that a sample would mix with nothing."""
    return services.terminals.listing(TerminalFilter()).count == 0


def fill(
    services: Services, folder: Path, progress: Callable[[int, int], None] | None = None
) -> ImportPreview:
    """Fill an empty database from the files in `folder`; returns what the list of terminals
    was found to hold."""
    tell = progress or (lambda done, total: None)
    tell(0, STEPS)
    _people(services)
    importer = services.terminal_import
    found = importer.preview(folder / "terminals.csv")
    importer.commit(found, skip_bad=True)
    tell(1, STEPS)
    history = services.history_import
    history.commit(history.preview(folder / "incidents.csv"), skip_bad=True)
    tell(2, STEPS)
    _open_incidents(services)
    tell(3, STEPS)
    _maintenance(services)
    tell(STEPS, STEPS)
    return found


def _people(services: Services) -> None:
    directory = services.directory
    known = {person.code: person for person in directory.technicians(everybody=True)}
    for code, name, areas in TECHNICIANS:
        before = known.get(code)
        draft = TechnicianDraft(code=code, name=name, phone=f"1380000{code[1:]}00", areas=areas)
        directory.save_technician(draft, *((before.id, before.version) if before else ()))
    if "M01" not in known:
        directory.save_technician(
            TechnicianDraft(code="M01", name="李经理", role=Role.MANAGER, fieldwork=False)
        )
    verified = services.context.today() - timedelta(days=19)
    for role, organisation, phone, hours, acquirer, maker in CONTACTS:
        directory.save_contact(
            ContactDraft(
                role=role,
                organisation=organisation,
                phone=phone,
                hours=hours,
                acquirer=acquirer,
                manufacturer=maker,
                last_verified_on=verified,
            )
        )


def _open_incidents(services: Services) -> None:
    chance = random.Random(412)
    place = services.context
    real_clock, real_actor = place.clock, place.actor
    now = place.now()
    people = {person.code: person for person in services.directory.technicians()}
    by_area = {area: code for code, _, areas in TECHNICIANS for area in areas}
    try:
        for n in range(36):
            area = chance.choice(sorted(by_area))
            choices = services.terminals.first(TerminalFilter(area=area), 200)
            terminal = choices[chance.randrange(len(choices))]
            reported = now - timedelta(
                hours=chance.choice((1, 2, 3, 5, 8, 20, 26, 30, 50, 75)),
                minutes=chance.randrange(55),
            )
            technician = by_area[area]
            place.actor = technician
            place.clock = _at(reported)
            code, symptom, impact = REPORTS[n % len(REPORTS)]
            key = services.incidents.open(
                IncidentDraft(
                    terminal_id=terminal.id,
                    displayed_code=code,
                    symptom=symptom,
                    impact=impact,
                    urgency=chance.choice(list(Urgency)),
                )
            )
            _carry_on(services, key, people[technician].id, reported, n)
    finally:
        place.clock, place.actor = real_clock, real_actor


def _carry_on(services: Services, key: str, technician_id: str, reported: datetime, n: int) -> None:
    """Some incidents are further than others."""
    place, incidents = services.context, services.incidents
    if n % 6 == 0:
        return
    session = services.diagnosis.for_incident(key)
    if session.top.share >= CLEAR:
        place.clock = _at(reported + timedelta(minutes=4))
        incidents.triage(key, services.diagnosis.verdict(session.outcome()))
    place.clock = _at(reported + timedelta(minutes=9))
    incidents.assign(key, technician_id)
    if n % 6 == 1:
        return
    place.clock = _at(reported + timedelta(minutes=31))
    incidents.start(key)
    services.work_log.add_work(
        key, WorkEntryDraft(kind=WorkKind.TRAVEL, summary="到店", minutes=25)
    )
    services.work_log.add_work(
        key,
        WorkEntryDraft(
            kind=WorkKind.CHECK, summary="核对 TID、MID、SN 绑定", outcome="一致", minutes=3
        ),
    )
    if n % 6 == 3:
        place.clock = _at(reported + timedelta(minutes=48))
        until = (reported + timedelta(days=3)).date()
        incidents.hold(key, HoldDraft(HoldReason.PARTS, until, "等备件库发货"))


def _maintenance(services: Services) -> None:
    """Some months on trial, then the recommended plans for all, the next two weeks shared out, a
    few visits worked."""
    from app.services.sample.history import live_through, take_in_all
    from app.services.sample.visits import work_visits

    today = services.context.today()
    live_through(services)
    take_in_all(services)
    services.generation.generate()
    services.balancing.accept(services.balancing.propose(today, today + LEVELLED))
    work_visits(services)


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment
