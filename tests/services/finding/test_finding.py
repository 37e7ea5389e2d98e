"""Any record is found by what people type, in whatever state it is, on both database engines."""

from __future__ import annotations

import pytest

from app.domain.incidents.lifecycle import IncidentState
from app.services import Services
from app.services.finding.finding import EACH, Found, FoundKind
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import make_plan, planned


@pytest.fixture
def ready(any_services: Services) -> Services:
    """A shop with two terminals, another with one, an open and a withdrawn incident."""
    make_technician(any_services)
    shop = {"mid": "848290000000001", "merchant_name": "银杏便利店", "contact_phone": "13900001234"}
    first = make_terminal(any_services, serial="N910AB00001", tid="50000412", **shop)
    make_terminal(any_services, serial="N910AB00002", tid="50000413", **shop)
    make_terminal(any_services, merchant_name="重庆小面", tid="50000999")
    make_incident(any_services, first, symptom="打印空白")
    withdrawn = make_incident(any_services, first, symptom="黑屏")
    any_services.incidents.cancel(withdrawn, "打错了")
    any_services.finding.prepare()
    return any_services


def found(services: Services, words: str, kind: FoundKind) -> list[Found]:
    return [one for one in services.finding.find(words) if one.kind is kind]


def test_an_exact_number_is_found_first_in_whatever_state(ready: Services) -> None:
    for typed in ("L7-000002", "l7-000002", "L7-000002 "):
        first = ready.finding.find(typed)[0]
        assert (first.kind, first.exact, first.state) == (
            FoundKind.INCIDENT,
            True,
            IncidentState.CANCELLED,
        )
    (ending,) = [one for one in found(ready, "02", FoundKind.INCIDENT) if one.exact]
    assert ending.title.startswith("L7-000002")


def test_a_scanned_terminal_is_the_only_one_and_the_end_of_a_serial_is_enough(
    ready: Services,
) -> None:
    for typed in ("N910AB00001", "n910ab00001", "50000412"):
        (one,) = found(ready, typed, FoundKind.TERMINAL)
        assert one.exact
        assert one.key == ready.terminals.by_serial("N910AB00001").id
    (one,) = found(ready, "B00002", FoundKind.TERMINAL)
    assert "50000413" in one.title


def test_the_last_four_digits_of_a_terminal_come_before_visits_at_its_shop(
    ready: Services,
) -> None:
    make_plan(ready)
    ready.generation.generate()
    kinds = [one.kind for one in ready.finding.find("0412")]
    assert FoundKind.VISIT in kinds, "visits at the shop whose phone or terminal ends so"
    first = ready.finding.find("0412")[0]
    assert (first.kind, first.exact) == (FoundKind.TERMINAL, True)
    assert "50000412" in first.title


def test_a_merchant_by_name_pinyin_phone_and_number(ready: Services) -> None:
    for typed in ("银杏", "yxbld", "yinxing", "13900001234", "00001234", "848290000000001"):
        (shop,) = found(ready, typed, FoundKind.MERCHANT)
        assert shop.title == "银杏便利店", typed
        assert shop.leads_to == "", "two terminals: the list of them is shown"
    (shop,) = found(ready, "重庆", FoundKind.MERCHANT)
    assert shop.leads_to == ready.terminals.by_serial("50000999").id


def test_a_renamed_merchant_is_found_by_the_new_name(ready: Services) -> None:
    assert found(ready, "金桂", FoundKind.MERCHANT) == []
    make_terminal(ready, merchant_name="金桂书店")
    assert [one.title for one in found(ready, "jgsd", FoundKind.MERCHANT)] == ["金桂书店"]


def test_codes_are_found_by_code_and_by_meaning_and_a_dropped_search_ends(
    ready: Services,
) -> None:
    assert ready.finding.find("银杏", lambda: True) == ()
    assert found(ready, "51", FoundKind.CODE)[0].key == "51"
    assert "51" in [one.key for one in found(ready, "余额不足", FoundKind.CODE)]


def test_an_open_visit_is_found_at_its_merchant(ready: Services) -> None:
    ready.plans.install_pack()
    ready.generation.generate()
    visits = found(ready, "银杏", FoundKind.VISIT)
    assert visits
    exact = ready.finding.find(visits[0].title.split(" ")[0])[0]
    assert (exact.kind, exact.key, exact.exact) == (FoundKind.VISIT, visits[0].key, True)


def test_no_kind_tells_more_than_its_share_and_nothing_typed_finds_nothing(
    ready: Services,
) -> None:
    for number in range(EACH + 2):
        make_terminal(ready, merchant_name=f"海棠超市{number}")
    assert len(found(ready, "海棠", FoundKind.TERMINAL)) == EACH
    assert ready.finding.find("  ") == ()


def test_nothing_that_can_be_typed_breaks_it(ready: Services) -> None:
    for typed in ('"', "'; --", "%", "_", "( AND )", "*", "-", "\x00", "💥", "a" * 500):
        ready.finding.find(typed)


def test_a_visit_is_found_without_the_sign_of_its_computer(ready: Services) -> None:
    make_plan(ready)
    ready.generation.generate()
    number = planned(ready)[0].number
    sign, _dash, rest = number.partition("-")
    assert sign
    assert rest.startswith("V")
    for typed in (number, rest, rest.lower(), f"V{rest[1:].lstrip('0').zfill(2)}", rest[1:]):
        hits = [one for one in found(ready, typed, FoundKind.VISIT) if one.exact]
        assert [one.title.partition(" ")[0] for one in hits] == [number], typed
