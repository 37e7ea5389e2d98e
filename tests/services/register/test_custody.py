"""The custody ledger: every device has a holder at every moment, and who is missing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import InvalidInput, NotAllowed
from app.domain.register.custody import HandoverDraft, Holding
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_terminal, terminal_draft

NOWHERE = dict.fromkeys(
    (
        "tid",
        "mid",
        "merchant_name",
        "address",
        "area",
        "acquirer",
        "uscc",
        "contact_name",
        "contact_phone",
        "latitude",
        "longitude",
    ),
    "",
)


def chain(services: Services, terminal_id: str) -> list[tuple[str, str, str]]:
    """(holder, name, why) oldest first, after checking that the chain has no hole."""
    ledger: list[Holding] = list(reversed(services.custody.of(terminal_id)))
    assert [h.until for h in ledger] == [*(h.since for h in ledger[1:]), None]
    return [(h.kind, h.name, h.cause) for h in ledger]


def test_registering_swapping_moving_and_states_write_the_ledger(
    any_services: Services, clock: FrozenClock
) -> None:
    terminals = any_services.terminals
    old = make_terminal(any_services, serial="OLD00001", merchant_name="甲店")
    spare = make_terminal(any_services, serial="NEW00001", **NOWHERE)
    clock.forward(hours=1)
    terminals.swap(old, SwapDraft(new_serial="NEW00001", reason="键盘坏", unsent_cleared=True))
    clock.forward(hours=1)
    any_services.custody.hand_over(
        old, HandoverDraft(holder_kind="supplier", holder="新大陆维修中心")
    )
    clock.forward(hours=1)
    terminals.change_state(old, TerminalState.SPARE, "修好")
    assert chain(any_services, old) == [
        ("merchant", "甲店", "registered"),
        ("technician", "T01", "swapped"),
        ("supplier", "新大陆维修中心", "handed_over"),
        ("warehouse", "", "state"),
    ]
    assert chain(any_services, spare)[:2] == [
        ("warehouse", "", "registered"),
        ("merchant", "甲店", "swapped"),
    ]
    clock.forward(hours=1)
    serial = terminals.get(old).serial
    terminals.relocate(old, terminal_draft(serial=serial, merchant_name="乙店"), "装机")
    assert chain(any_services, old)[4] == ("merchant", "乙店", "moved")
    clock.forward(days=400)
    assert any_services.custody.unaccounted() == ()


def test_an_import_of_many_devices_writes_who_has_them(
    any_services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "SN,厂商,型号,TID,MID,商户\nSN000001,M,N,50000001,848290058000001,甲店\nSN000002,M,N,,,\n",
        encoding="utf-8",
    )
    importer = any_services.terminal_import
    importer.commit(importer.preview(path), skip_bad=False)
    by_serial = any_services.terminals.by_serial
    assert chain(any_services, by_serial("SN000001").id) == [("merchant", "甲店", "imported")]
    assert chain(any_services, by_serial("SN000002").id) == [("warehouse", "", "imported")]


def test_a_missing_device_and_a_late_courier_are_unaccounted_for_after_a_day(
    any_services: Services, clock: FrozenClock
) -> None:
    custody = any_services.custody
    lost = make_terminal(any_services, serial="LOST0001", **NOWHERE)
    sent = make_terminal(any_services, serial="SENT0001", **NOWHERE)
    custody.hand_over(lost, HandoverDraft(holder_kind="unknown"))
    custody.hand_over(
        sent,
        HandoverDraft(
            holder_kind="courier",
            holder="顺丰",
            pack="unopened",
            reference="SF1",
            expected_on="2026-11-24",
        ),
    )
    clock.forward(hours=24)
    assert custody.unaccounted() == (), "a day's grace"
    clock.forward(minutes=1)
    assert [(u.serial, u.reason) for u in custody.unaccounted()] == [("LOST0001", "nobody")]
    clock.forward(days=2)
    assert {(u.serial, u.reason) for u in custody.unaccounted()} == {
        ("LOST0001", "nobody"),
        ("SENT0001", "overdue"),
    }
    assert custody.doubt_about(sent) == "overdue"
    custody.hand_over(sent, HandoverDraft(holder_kind="warehouse", pack="unopened"))
    any_services.terminals.change_state(lost, TerminalState.RETIRED, "丢失")
    assert (custody.unaccounted(), custody.doubt_about(sent)) == ((), "")


def test_what_cannot_be_handed_over_is_refused_and_nothing_is_written(
    any_services: Services,
) -> None:
    custody = any_services.custody
    placed = make_terminal(any_services)
    spare = make_terminal(any_services, serial="SPARE001", **NOWHERE)
    with pytest.raises(NotAllowed):
        custody.hand_over(placed, HandoverDraft(holder_kind="technician", holder="张工"))
    for draft, wrong in (
        (HandoverDraft(holder_kind="merchant", holder="甲店"), {"holder_kind"}),
        (HandoverDraft(holder_kind="courier"), {"holder", "expected_on"}),
        (
            HandoverDraft(holder_kind="courier", holder="顺丰", expected_on="2026-11-22"),
            {"expected_on"},
        ),
        (HandoverDraft(holder_kind="courier", holder="顺丰", expected_on="明天"), {"expected_on"}),
        (HandoverDraft(holder_kind="盗贼", pack="半开"), {"holder_kind", "pack"}),
    ):
        with pytest.raises(InvalidInput) as refused:
            custody.hand_over(spare, draft)
        assert {problem.field for problem in refused.value.problems} == wrong
    custody.hand_over(spare, HandoverDraft(holder_kind="technician", holder="张工", pack="opened"))
    with pytest.raises(InvalidInput):
        custody.hand_over(spare, HandoverDraft(holder_kind="warehouse", pack="unopened"))
    custody.hand_over(
        spare, HandoverDraft(holder_kind="warehouse", pack="unopened", reference="BAG-7")
    )
    assert len(chain(any_services, spare)) == 3


def test_a_clock_set_back_leaves_no_hole_in_the_ledger(
    any_services: Services, clock: FrozenClock
) -> None:
    spare = make_terminal(any_services, **NOWHERE)
    clock.forward(hours=-5)
    any_services.custody.hand_over(spare, HandoverDraft(holder_kind="technician", holder="张工"))
    assert len(chain(any_services, spare)) == 2
