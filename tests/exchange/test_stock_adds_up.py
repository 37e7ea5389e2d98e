"""What two laptops took from and added to one stock apart is one sum everywhere afterwards."""

from __future__ import annotations

from app.domain.incidents.drafts import PartDraft
from app.domain.parts.stock import OFFICE
from app.exchange import conflicts
from tests.exchange.network import Network
from tests.exchange.test_sync_cases import assert_equal
from tests.factories import make_incident, make_part, make_technician


def test_moves_of_two_laptops_add_up_and_nothing_has_to_be_decided(network: Network) -> None:
    """Both take the last one: both did, so the stock says one less than nothing until counted."""
    one, two = network.laptops[:2]
    office = network.office.services
    vans = [make_technician(office, f"T{who.letter}") for who in (one, two)]
    part = make_part(office)
    office.stock.receive(OFFICE, part, 3)
    office.stock.load_van(vans[0], part, 2)
    network.settle_down()
    for who, van in zip((one, two), vans, strict=True):
        who.services.stock.load_van(van, part, 1)
    about = make_incident(one.services)
    used = PartDraft(name="电池", part_kind_id=part, taken_from=vans[0], quantity=3)
    one.services.work_log.add_part(about, used)
    assert two.services.stock.count(vans[1], part, 5, "盘点") == 4
    network.settle_down()
    assert_equal(network)
    for who in (network.office, one, two):
        found = {level.place: level.quantity for level in who.services.stock.levels()}
        assert found == {OFFICE: -1, vans[0]: 0, vans[1]: 5}
    assert conflicts.listed(office) == ()


def test_one_part_entered_on_both_sides_is_one_with_the_stock_of_both(network: Network) -> None:
    one = network.laptops[0]
    office = network.office.services
    van = make_technician(office, f"T{one.letter}")
    network.settle_down()
    kept = make_part(office, "PH-58", list_price_cents=12_000)
    mine = make_part(one.services, "ph-58", warranty_months=6)
    office.stock.receive(OFFICE, kept, 2)
    one.services.stock.receive(van, mine, 1)
    network.settle_down()
    assert_equal(network)
    (part,) = one.services.parts.listed()
    assert (part.id, part.list_price_cents, part.warranty_months) == (kept, 12_000, 0)
    assert {level.place: level.quantity for level in office.stock.levels()} == {OFFICE: 2, van: 1}
