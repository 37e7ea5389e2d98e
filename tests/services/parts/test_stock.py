"""Parts are received, loaded, used, put back and counted; the stock is the sum of all that."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft, PartDraft, ResolutionDraft
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.domain.parts.catalogue import PartKindDraft, draft_of_part
from app.domain.parts.stock import OFFICE, StockCause, WarrantyBasis
from app.services import Services
from app.services.core.import_columns import map_columns
from app.services.incidents.part_choices import part_choices
from app.services.parts.price_list import COLUMNS, PriceList
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_part, make_technician, make_terminal

TESTS = (TestLine("sign_in", TestOutcome.PASSED),)


def levels(services: Services) -> dict[str, int]:
    return {one.place: one.quantity for one in services.stock.levels()}


def test_parts_go_from_the_store_into_the_van_and_onto_an_incident(any_services: Services) -> None:
    van = make_technician(any_services)
    part = make_part(any_services)
    stock = any_services.stock
    assert stock.own_place() == van
    stock.receive(OFFICE, part, 10)
    stock.load_van(van, part, 4)
    stock.unload_van(van, part, 1)
    assert levels(any_services) == {OFFICE: 7, van: 3}
    incident = make_incident(any_services)
    draft = PartDraft(name="电池", part_kind_id=part, taken_from=van, quantity=2)
    used = any_services.work_log.add_part(incident, draft)
    assert levels(any_services) == {OFFICE: 7, van: 1}
    (entry, *_before) = stock.movements(place=van)
    assert (entry.cause, entry.quantity, entry.name) == (StockCause.USED, -2, "张工")
    assert entry.incident == any_services.incidents.get(incident).number
    any_services.work_log.remove_part(incident, used)
    assert levels(any_services) == {OFFICE: 7, van: 3}
    assert stock.movements(part_id=part)[0].cause is StockCause.TAKEN_BACK


def test_more_than_is_there_is_taken_only_with_a_reason_that_is_kept(
    any_services: Services,
) -> None:
    van = make_technician(any_services)
    part = make_part(any_services)
    incident = make_incident(any_services)
    draft = PartDraft(name="电池", part_kind_id=part, taken_from=van)
    with pytest.raises(InvalidInput) as refused:
        any_services.work_log.add_part(incident, draft)
    assert [p.field for p in refused.value.problems] == ["stock_reason"]
    assert any_services.incidents.get(incident).parts == ()
    assert any_services.stock.levels() == ()
    for move in (any_services.stock.load_van, any_services.stock.unload_van):
        with pytest.raises(InvalidInput):
            move(van, part, 1)
    why = "同事给的一块"
    given = PartDraft(name="电池", part_kind_id=part, taken_from=van, stock_reason=why)
    any_services.work_log.add_part(incident, given)
    assert levels(any_services) == {van: -1}
    assert any_services.stock.movements()[0].reason == why


def test_counting_enters_the_difference_and_says_why(any_services: Services) -> None:
    van = make_technician(any_services)
    part = make_part(any_services)
    stock = any_services.stock
    stock.receive(van, part, 5)
    assert stock.count(van, part, 3, "月末盘点") == -2
    assert stock.count(van, part, 3, "月末盘点") == 0
    assert levels(any_services) == {van: 3}
    assert [(m.cause, m.quantity) for m in stock.movements()] == [
        (StockCause.COUNTED, -2),
        (StockCause.RECEIVED, 5),
    ]
    with pytest.raises(InvalidInput) as refused:
        stock.count(van, part, 3, " ")
    assert [p.field for p in refused.value.problems] == ["reason"]


def test_what_cannot_be_is_refused(any_services: Services) -> None:
    van = make_technician(any_services)
    part = make_part(any_services)
    stock, nobody = any_services.stock, "01a20574-0000-7000-8000-000000000000"
    for amount in (0, -1, 10_000):
        with pytest.raises(InvalidInput):
            stock.receive(van, part, amount)
    with pytest.raises(InvalidInput):
        stock.load_van(OFFICE, part, 1, "?")
    with pytest.raises(NotFound):
        stock.receive(nobody, part, 1)
    with pytest.raises(NotFound):
        stock.receive(van, nobody, 1)
    incident = make_incident(any_services)
    with pytest.raises(InvalidInput):
        any_services.work_log.add_part(incident, PartDraft(name="线", taken_from=van))
    assert stock.levels() == ()


def test_the_choices_of_an_incident_fit_its_device_those_made_for_it_first(
    any_services: Services, clock: FrozenClock
) -> None:
    van = make_technician(any_services)
    old = make_terminal(any_services, warranty_until="2026-01-31", installed_on="2024-01-31")
    (model,) = any_services.models.listed()
    make_terminal(any_services, model="A8", manufacturer="联迪")
    (other,) = [m for m in any_services.models.listed() if m.id != model.id]
    far = make_part(any_services, "A-1", models=(model.id,))
    near = make_part(any_services, "Z-1", warranty_months=6)
    make_part(any_services, "B-1", models=(other.id,))
    make_part(any_services, "C-1", active=False)
    any_services.stock.receive(van, near, 2)
    incident = make_incident(any_services, old)
    found = part_choices(any_services.context, incident)
    assert found.place == van
    assert [(c.part.id, c.left) for c in found.choices] == [(far, 0), (near, 2)]
    assert found.device.basis is WarrantyBasis.NONE
    draft = PartDraft(name="电池", part_kind_id=near, taken_from=van)
    any_services.work_log.add_part(incident, draft)
    any_services.incidents.start(incident)
    any_services.incidents.resolve(
        incident,
        ResolutionDraft(fault_class=FaultClass.OPERATION, work_done="换电池", tests=TESTS),
    )
    clock.forward(days=100)
    again = make_incident(any_services, old)
    (first, second) = part_choices(any_services.context, again).choices
    assert (first.warranty.basis, second.warranty.basis) == (
        WarrantyBasis.NONE,
        WarrantyBasis.PART,
    )
    unknown = any_services.incidents.open(
        IncidentDraft(unknown_serial="NEVERSEEN1", symptom="不开机")
    )
    assert len(part_choices(any_services.context, unknown).choices) == 3


def test_a_part_is_edited_without_overwriting_and_its_number_is_its_own(
    any_services: Services,
) -> None:
    make_terminal(any_services)
    (model,) = any_services.models.listed()
    key = make_part(any_services, "bat 910")
    (part,) = any_services.parts.listed()
    assert (part.number, part.fits) == ("BAT910", ())
    fitting = PartKindDraft(number="BAT910", name="电池", unit_name="块", models=(model.id,))
    any_services.parts.save(fitting, key, part.version)
    (part,) = any_services.parts.listed()
    assert part.fits == (model.name,)
    with pytest.raises(Conflict):
        any_services.parts.save(fitting, key, 1)
    with pytest.raises(InvalidInput) as refused:
        make_part(any_services, "BAT910")
    assert [p.field for p in refused.value.problems] == ["number"]
    with pytest.raises(InvalidInput) as refused:
        any_services.parts.save(PartKindDraft(list_price_cents=-1, warranty_months=999))
    assert {p.field for p in refused.value.problems} == {
        *("number", "name", "list_price_cents", "warranty_months")
    }


PRICES = """配件编号,配件名称,单位,单价,保修月数,适用型号
BAT-910,电池,块,120.00,6个月,N910、X1
PH-58,打印头,个,"1,080",12,
PH-58,打印头,个,90,12,
CAB-1,,根,15,,
DC-5,适配器,个,十元,,
"""


def test_a_price_list_is_previewed_and_taken_in(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services)
    make_part(any_services, "BAT-910", list_price_cents=9_900)
    path = tmp_path / "价目表.csv"
    path.write_text(PRICES, encoding="gb18030")
    importing = PriceList(any_services.context)
    preview = importing.check(table := importing.read(path), map_columns(table.header, COLUMNS))
    assert (preview.added, preview.updated, preview.refused) == (1, 1, 3)
    assert sorted((p.row, p.problem.field) for p in preview.problems) == [
        (4, "number"),
        (5, "name"),
        (6, "list_price_cents"),
    ]
    assert [p.problem.params["value"] for p in preview.warnings] == ["X1"]
    with pytest.raises(InvalidInput):
        importing.commit(preview, skip_bad=False)
    done = importing.commit(preview, skip_bad=True)
    assert (done.added, done.updated, done.skipped) == (1, 1, 3)
    found = {p.number: p for p in any_services.parts.listed()}
    battery, head = found["BAT-910"], found["PH-58"]
    assert (battery.list_price_cents, battery.warranty_months, battery.fits) == (
        12_000,
        6,
        ("N910",),
    )
    assert (head.list_price_cents, head.unit_name) == (108_000, "个")
    again = importing.check(table := importing.read(path), map_columns(table.header, COLUMNS))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert draft_of_part(head) == next(
        draft_of_part(p) for p in any_services.parts.listed() if p.number == "PH-58"
    )
