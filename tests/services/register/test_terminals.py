"""The register: what is typed stays, a swap keeps the TID, history follows device and position."""

from __future__ import annotations

import pytest

from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState, draft_of
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
from tests.factories import make_incident, make_terminal, terminal_draft


def fields(refusal: InvalidInput) -> set[str]:
    return {problem.field for problem in refusal.problems}


def test_a_registered_terminal_is_found_by_what_people_call_it(any_services: Services) -> None:
    terminals = any_services.terminals
    wanted = make_terminal(
        any_services,
        serial="TESTV240m00000015",
        tid="80000015",
        merchant_name="测试晖𬭎酒店",
        contact_phone="13900000015",
    )
    make_terminal(any_services, merchant_name="测试别家")
    for words in (
        "testv240M00000015",
        "８０００００１５",
        "0015",
        "晖𬭎",
        "酒店",
        "13900000015",
        "浦东新区 晖𬭎",
    ):
        assert [item.id for item in terminals.find(words)] == [wanted], words
    assert terminals.find("") == ()
    assert terminals.find("没有这家") == ()


def test_every_wrong_field_is_named_and_nothing_is_stored(any_services: Services) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_terminal(any_services, serial="", tid="12AB", installed_on="2025-02-30", imei="123")
    assert fields(refused.value) == {"serial", "tid", "installed_on", "imei"}
    assert any_services.terminals.listing(TerminalFilter()).count == 0


def test_a_tid_stands_at_one_terminal_only(any_services: Services) -> None:
    make_terminal(any_services, tid="50000001")
    with pytest.raises(InvalidInput) as refused:
        make_terminal(any_services, tid="50000001")
    assert fields(refused.value) == {"tid"}


def test_a_swap_changes_the_device_and_keeps_the_position(any_services: Services) -> None:
    terminals = any_services.terminals
    old_id = make_terminal(any_services, serial="OLD00001", tid="50000412")
    new_id = terminals.swap(
        old_id, SwapDraft(new_serial="NEW00001", reason="密码键盘坏", unsent_cleared=True)
    )
    old, new = terminals.get(old_id), terminals.get(new_id)
    assert (new.tid, new.merchant_name, new.state) == (
        "50000412",
        terminals.get(new_id).merchant_name,
        TerminalState.IN_SERVICE,
    )
    assert (old.tid, old.placed, old.state) == ("", False, TerminalState.IN_REPAIR)
    # the position's history names both devices, newest first
    assert [p.serial for p in new.placements] == ["NEW00001", "OLD00001"]
    assert new.placements[1].ended_because == "swapped"


def test_a_swap_with_unsent_transactions_is_refused(any_services: Services) -> None:
    old = make_terminal(any_services)
    with pytest.raises(InvalidInput) as refused:
        any_services.terminals.swap(old, SwapDraft(new_serial="NEW00001", reason="坏"))
    assert fields(refused.value) == {"unsent_cleared"}
    assert any_services.terminals.get(old).placed


def test_a_spare_put_in_keeps_its_own_model(any_services: Services) -> None:
    terminals = any_services.terminals
    spare = terminals.register(
        terminal_draft(
            serial="SPARE001",
            tid="",
            mid="",
            merchant_name="",
            address="",
            area="",
            acquirer="",
            uscc="",
            manufacturer="百富",
            model="A920",
        )
    )
    assert terminals.get(spare).state is TerminalState.SPARE
    old = make_terminal(any_services)
    assert (
        terminals.swap(old, SwapDraft(new_serial="spare001", reason="换机", unsent_cleared=True))
        == spare
    )
    assert (terminals.get(spare).model, terminals.get(spare).state) == (
        "A920",
        TerminalState.IN_SERVICE,
    )


def test_a_move_is_kept_in_the_history(any_services: Services) -> None:
    terminals = any_services.terminals
    moved = make_terminal(any_services, tid="50000001", merchant_name="旧店")
    elsewhere = terminal_draft(
        serial=terminals.get(moved).serial, tid="50000002", merchant_name="新店"
    )
    terminals.relocate(moved, elsewhere, "商户搬迁")
    now = terminals.get(moved)
    assert (now.tid, now.merchant_name) == ("50000002", "新店")
    assert [p.merchant_name for p in now.placements] == ["新店", "旧店"]
    with pytest.raises(InvalidInput):
        terminals.relocate(moved, elsewhere, "再搬一次")


def test_a_stale_editor_is_told_instead_of_overwriting(any_services: Services) -> None:
    terminals = any_services.terminals
    key = make_terminal(any_services, firmware="1.0")
    seen = terminals.get(key)
    terminals.update(key, seen.version, terminal_draft(**{**_fields(seen), "firmware": "2.0"}))
    with pytest.raises(Conflict):
        terminals.update(key, seen.version, terminal_draft(**{**_fields(seen), "firmware": "3.0"}))
    assert terminals.get(key).firmware == "2.0"


def test_an_emptied_field_is_emptied(any_services: Services) -> None:
    terminals = any_services.terminals
    key = make_terminal(any_services, hidden_marks="UV-7", counted_on="2026-10-01")
    seen = terminals.get(key)
    emptied = dict.fromkeys(
        (
            "iccid",
            "warranty_until",
            "contact_phone",
            "hidden_marks",
            "counted_on",
            "address",
            "latitude",
            "area",
            "acquirer",
        ),
        "",
    )
    terminals.update(key, seen.version, terminal_draft(**{**_fields(seen), **emptied}))
    now = terminals.get(key)
    assert {name: getattr(draft_of(now), name) for name in emptied} == emptied


def _fields(terminal: object) -> dict[str, str]:
    draft = draft_of(terminal)  # type: ignore[arg-type]
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def test_retired_is_final_and_frees_the_tid(any_services: Services) -> None:
    terminals = any_services.terminals
    key = make_terminal(any_services, serial="OLD00001", tid="50000001")
    terminals.change_state(key, TerminalState.RETIRED, "报废")
    assert not terminals.get(key).placed
    with pytest.raises(NotAllowed):
        terminals.change_state(key, TerminalState.IN_SERVICE, "再用")
    make_terminal(any_services, tid="50000001")
    with pytest.raises(InvalidInput) as refused:
        make_terminal(any_services, serial="old00001", tid="50000009")
    assert fields(refused.value) == {"serial"}


def test_the_list_filters_sorts_and_counts(any_services: Services) -> None:
    terminals = any_services.terminals
    first = make_terminal(any_services, serial="AAAA0001", area="江宁区", model="A8")
    second = make_terminal(any_services, serial="BBBB0001", area="浦东新区")
    make_incident(any_services, second)
    assert [t.id for t in terminals.first(TerminalFilter(order="-serial"), 9)] == [second, first]
    only = terminals.first(TerminalFilter(area="浦东新区"), 9)
    assert [(t.id, t.open_incidents) for t in only] == [(second, 1)]
    listing = terminals.listing(TerminalFilter(model="A8"))
    assert listing.count == 1
    assert [t.id for t in terminals.page(TerminalFilter(model="A8"), listing, 0)] == [first]


def test_an_unknown_terminal_is_said_to_be_unknown(any_services: Services) -> None:
    with pytest.raises(NotFound):
        any_services.terminals.get("01a20574-0000-7000-8000-000000000000")
    with pytest.raises(NotFound):
        any_services.terminals.by_serial("NOSUCH01")
