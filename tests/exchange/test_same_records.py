"""What two computers entered while neither knew of the other's is one record afterwards, and the
work on either of them arrives there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.faults import ContactRole
from app.domain.incidents.drafts import WorkEntryDraft
from app.domain.maintenance.plan_drafts import PlanDraft
from app.domain.operations.settlement import Settlement
from app.domain.people.roles import Role
from app.domain.register.equipment import ModelDraft
from app.domain.register.people import ContactDraft, TechnicianDraft
from app.exchange import conflicts
from app.exchange.conflict_sides import sides_of
from app.i18n import translator
from app.texts import unsettled_text
from tests.exchange.hub_network import exchange_of
from tests.exchange.network import Network, Station
from tests.exchange.test_sync_cases import assert_equal
from tests.factories import make_incident, terminal_draft

DRAFT = terminal_draft(serial="BOTHSIDES1", tid="76543210", mid="848290051234567")


def _waiting(one: Station) -> list[tuple[str, str, Any, Any]]:
    return [(c.sort, c.field or c.code, c.kept, c.lost) for c in conflicts.listed(one.services)]


def test_a_terminal_registered_on_both_sides(network: Network) -> None:
    """The first one stays, gets what it lacked and keeps what it had; the work on the other is its
    own."""
    one = network.laptops[0]
    office = network.office.services.terminals.register(replace(DRAFT, firmware="1.0.0", notes=""))
    mine = one.services.terminals.register(
        replace(DRAFT, firmware="2.0.0", notes="左侧有划痕", seal_no="S-77")
    )
    about = make_incident(one.services, mine, symptom="在本机登记的终端上")
    one.services.work_log.add_work(about, WorkEntryDraft(summary="已更换电池"))
    draft = replace(DRAFT, firmware="2.0.0", notes="左侧有划痕\n已贴标签", seal_no="S-77")
    one.services.terminals.update(mine, one.services.terminals.get(mine).version, draft)
    network.settle_down()
    assert_equal(network)
    kept = network.office.services.terminals.get(office)
    assert (kept.seal_no, kept.notes, kept.firmware) == ("S-77", "左侧有划痕\n已贴标签", "1.0.0")
    assert network.office.services.incidents.get(about).terminal_id == office
    assert [w.summary for w in network.office.services.incidents.get(about).work] == ["已更换电池"]
    assert _waiting(network.office) == [("overwritten", "firmware", "1.0.0", "2.0.0")]
    (lost,) = conflicts.listed(one.services)
    for station, mine in ((one, "other"), (network.office, "now")):
        [sides] = sides_of(station.services, conflicts.listed(station.services))
        assert sides.record == exchange_of(station).record_names([lost])[lost.subject_id]
        assert sides.record == DRAFT.serial, "also where it is known by another key"
        assert sides.now is not None
        assert sides.other is not None
        assert (sides.now.device, sides.other.device) == (network.office.letter, one.letter)
        assert sides.mine == mine
    said = unsettled_text(translator("en"), lost)
    assert said == f"Firmware is “1.0.0” now; “2.0.0” ({lost.operation.actor}) gave way."
    conflicts.settle(one.services, lost.id, Settlement.TAKE)
    network.settle_down()
    assert_equal(network)
    assert network.office.services.terminals.get(office).firmware == "2.0.0"


def test_one_file_imported_on_both_sides(network: Network, tmp_path: Path) -> None:
    """The devices of the second import are those of the first, and so is their merchant."""
    path = tmp_path / "estate.csv"
    path.write_text(
        "序列号,终端号,商户号,商户名称,厂商,型号\n"
        "FILE000001,81000001,848290059990001,张记面馆,联迪,A8\n"
        "FILE000002,81000002,848290059990001,张记面馆,联迪,A8\n",
        encoding="utf-8",
    )
    one = network.laptops[0]
    for who in (network.office, one):
        importing = who.services.terminal_import
        importing.commit(importing.preview(path), skip_bad=False)
    mine = one.services.terminals.by_serial("FILE000002")
    about = make_incident(one.services, mine.id)
    assert mine.merchant_id
    one.services.reporting.set_language(mine.merchant_id, "en")
    network.settle_down()
    assert_equal(network)
    assert _waiting(network.office) == []
    kept = network.office.services.terminals.by_serial("FILE000002")
    assert kept.id != mine.id
    assert network.office.services.incidents.get(about).terminal_id == kept.id


def test_another_device_in_the_same_position_loses_its_place_not_its_work(network: Network) -> None:
    """One TID, two serial numbers: somebody has to decide about the place, and nothing else."""
    one = network.laptops[0]
    network.office.services.terminals.register(DRAFT)
    mine = one.services.terminals.register(replace(DRAFT, serial="OTHERDEV01"))
    about = make_incident(one.services, mine)
    network.settle_down()
    assert_equal(network)
    assert network.office.services.terminals.get(mine).tid == ""
    assert network.office.services.incidents.get(about).terminal_id == mine
    assert _waiting(network.office) == [("overwritten", "tid", "", "76543210")]


def test_the_role_a_laptop_gave_its_first_person_is_nothing_to_decide(network: Network) -> None:
    """Whoever sets a laptop up alone may do everything there; what the office says stays."""
    one = network.laptops[0]
    for who, role in ((network.office, Role.TECHNICIAN), (one, Role.ADMINISTRATOR)):
        who.services.directory.save_technician(TechnicianDraft(code="T66", name="孙工", role=role))
    network.settle_down()
    assert_equal(network)
    assert one.services.directory.technician("T66").role is Role.TECHNICIAN
    assert _waiting(network.office) == []


Entered = Callable[[Station], str]


def _technician(one: Station) -> str:
    draft = TechnicianDraft(
        code="T77", name="钱工", phone="" if one.letter == "A" else "13800000077"
    )
    return one.services.directory.save_technician(draft)


def _contact(one: Station) -> str:
    hours = "" if one.letter == "A" else "9-18"
    draft = ContactDraft(
        role=ContactRole.ACQUIRER, organisation="银联商务", phone="95534", hours=hours
    )
    return one.services.directory.save_contact(draft)


def _model(one: Station) -> str:
    version = "" if one.letter == "A" else "5.x"
    return one.services.models.save(
        ModelDraft(manufacturer="新厂商", name="M1", pts_version=version)
    )


def _plan(one: Station) -> str:
    source = "" if one.letter == "A" else "厂商手册"
    draft = PlanDraft(
        key="own", name_zh="自定", name_en="Own", starts_on="2026-11-01", source=source
    )
    return one.services.plans.save(draft)


def _change_technician(one: Station, key: str) -> None:
    known = one.services.directory.technician("T77")
    draft = TechnicianDraft(code="T77", name="钱工", phone=known.phone, email="q@e.cn")
    one.services.directory.save_technician(draft, key, known.version)


def _change_contact(one: Station, key: str) -> None:
    (known,) = one.services.directory.contacts()
    draft = ContactDraft(
        role=ContactRole.ACQUIRER,
        organisation="银联商务",
        phone="95534",
        hours=known.hours,
        languages="普通话",
    )
    one.services.directory.save_contact(draft, key, known.version)


def _change_model(one: Station, key: str) -> None:
    known = next(m for m in one.services.models.listed() if m.id == key)
    draft = ModelDraft(
        manufacturer="新厂商", name="M1", pts_version=known.pts_version, code_profile="gb"
    )
    one.services.models.save(draft, key, known.version)


def _rest_plan(one: Station, key: str) -> None:
    one.services.plans.set_active(key, active=False)


@pytest.mark.parametrize(
    ("enter", "change", "table", "expected"),
    [
        (
            _technician,
            _change_technician,
            "technician",
            {"phone": "13800000077", "email": "q@e.cn"},
        ),
        (_contact, _change_contact, "support_contact", {"hours": "9-18", "languages": "普通话"}),
        (
            _model,
            _change_model,
            "terminal_model",
            {"pts_version": "5.x", "code_profile": "gb"},
        ),
        (_plan, _rest_plan, "plan", {"active": False}),
    ],
)
def test_whatever_has_a_name_is_there_once(
    network: Network,
    enter: Entered,
    change: Callable[[Station, str], None],
    table: str,
    expected: dict[str, Any],
) -> None:
    """People, contacts, models and plans; what was changed about the second is changed."""
    one = network.laptops[0]
    kept = enter(network.office)
    mine = enter(one)
    change(one, mine)
    network.settle_down()
    assert_equal(network)
    assert _waiting(network.office) == []
    rows = {row["id"]: row for row in network.office.state()[table]}
    assert mine not in rows
    assert {name: rows[kept][name] for name in expected} == expected
