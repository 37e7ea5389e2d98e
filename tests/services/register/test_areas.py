"""Areas are renamed, put inside one another and merged; everything that names them follows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import InvalidInput, NotFound
from app.domain.incidents.agreements import AgreementDraft
from app.domain.maintenance.plans import Subjects
from app.domain.register.areas import AreaDraft, AreaTree
from app.domain.register.people import ContactDraft
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
from db.models.insight import WarningCaseRow
from db.models.register import AreaRow
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, make_plan, planned


def estate(services: Services) -> None:
    """Two areas with everything that can name one."""
    for n in range(4):
        make_terminal(services, area=("浦东", "浦东新区")[n % 2])
    make_technician(services, "T01", areas=("浦东",))
    make_technician(services, "T02", name="王工", areas=("浦东", "浦东新区"))
    services.directory.save_contact(
        ContactDraft(organisation="银联商务", phone="95534", area="浦东")
    )
    services.agreements.save(
        AgreementDraft(name="浦东一小时", area="浦东", response_hours=1, resolve_hours=8)
    )
    make_plan(services, minutes="60", subjects=Subjects(areas=("浦东",)))
    services.generation.generate(TODAY)


def names(services: Services) -> set[str]:
    """Every area anything names, wherever it is kept."""
    people = {area for p in services.directory.technicians() for area in p.areas}
    plans = {a for p in services.plans.listed() for a in p.latest.contents.subjects.areas}
    return {
        *people,
        *plans,
        *(item.area for item in services.agreements.listed()),
        *(item.area for item in services.directory.contacts()),
        *(item.area for item in services.terminals.first(TerminalFilter(), 100)),
        *(visit.area for visit in planned(services)),
    } - {""}


def test_everything_follows_a_new_name(any_services: Services) -> None:
    estate(any_services)
    before = len(planned(any_services))
    area = any_services.areas.by_name("浦东")
    any_services.areas.save(AreaDraft(name="浦东老区"), area.id)
    assert names(any_services) == {"浦东老区", "浦东新区"}
    assert any_services.areas.by_name("浦东老区").terminals == 2
    any_services.generation.generate(TODAY)
    assert len(planned(any_services)) == before
    found = any_services.terminals.first(TerminalFilter(words="浦东老区"), 100)
    assert len(found) == 2


def test_two_areas_become_one(any_services: Services) -> None:
    estate(any_services)
    old, new = (any_services.areas.by_name(name) for name in ("浦东", "浦东新区"))
    inner = any_services.areas.save(AreaDraft(name="陆家嘴", parent="浦东"))
    with any_services.context.write_locally() as unit:
        now = unit.now
        unit.session.add_all(
            WarningCaseRow(
                key=f"rise:area:{area.id}:network",
                rule="rise",
                state="dismissed" if area is old else "acting",
                warning={},
                opened_at=now,
                ended_at=now if area is old else None,
            )
            for area in (old, new)
        )
    any_services.areas.merge(old.id, new.id)
    assert names(any_services) == {"浦东新区"}
    with any_services.context.read() as session:
        keys = session.execute(sa.select(col(WarningCaseRow.key))).scalars()
        assert set(keys) == {f"rise:area:{new.id}:network"}
    kept = any_services.areas.by_name("浦东新区")
    assert (kept.id, kept.terminals, len(kept.people)) == (new.id, 4, 2)
    assert next(a for a in any_services.areas.listed() if a.id == inner).parent == "浦东新区"
    with pytest.raises(NotFound):
        any_services.areas.by_name("浦东")
    with any_services.context.read() as session:
        assert (
            session.execute(sa.select(sa.func.count()).where(col(AreaRow.id) == old.id)).scalar()
            == 0
        )


def test_a_tree_has_no_circles_and_names_are_used_once(services: Services) -> None:
    areas = services.areas
    district = areas.save(AreaDraft(name="浦东新区", parent="上海市"))
    city = areas.by_name("上海市").id
    for draft, key in (
        (AreaDraft(name="上海市", parent="浦东新区"), city),
        (AreaDraft(name="上海市"), district),
        (AreaDraft(name="浦东新区", parent="浦东新区"), district),
        (AreaDraft(name=" "), district),
    ):
        with pytest.raises(InvalidInput):
            areas.save(draft, key)
    with pytest.raises(InvalidInput):
        areas.merge(city, city)
    assert [(a.name, a.depth) for a in areas.listed()] == [("上海市", 0), ("浦东新区", 1)]


def test_the_one_around_may_be_merged_into_one_inside(services: Services) -> None:
    areas = services.areas
    areas.save(AreaDraft(name="上海市", parent="华东"))
    district = areas.save(AreaDraft(name="浦东新区", parent="上海市"))
    areas.merge(areas.by_name("上海市").id, district)
    assert [(a.name, a.parent) for a in areas.listed()] == [("华东", ""), ("浦东新区", "华东")]


def test_who_serves_an_area_serves_what_lies_in_it(services: Services) -> None:
    for n in range(3):
        make_terminal(services, area=("浦东新区", "闵行区", "杭州")[n])
    make_technician(services, "T01", areas=("上海市",))
    make_plan(services, minutes="60")
    for name in ("浦东新区", "闵行区"):
        services.areas.save(AreaDraft(name=name, parent="上海市"), services.areas.by_name(name).id)
    services.generation.generate(TODAY)
    whose = {visit.area: visit.technician_code for visit in planned(services)}
    assert whose == {"浦东新区": "T01", "闵行区": "T01", "杭州": ""}


def test_around_and_within() -> None:
    tree = AreaTree({"中国": "", "上海": "中国", "浦东": "上海", "杭州": "中国"})
    assert tree.around("浦东") == ("浦东", "上海", "中国")
    assert set(tree.within(["上海"])) == {"上海", "浦东"}
    assert tree.within(["没有"]) == ("没有",)
    assert AreaTree({"甲": "乙", "乙": "甲"}).around("甲") == ("甲", "乙")
