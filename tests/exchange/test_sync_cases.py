"""The cases of synchronisation that must lose nothing, by their numbers in the list of faults.

61 to 63 and 67 are about a server's connections and rights and have no meaning for packages; the
changed byte and the unknown or revoked sender of 52 are tested with the package file.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, IncidentDraft, ResolutionDraft
from app.domain.incidents.drafts import WorkEntryDraft as Work
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.operations.operation import hash_of
from app.domain.operations.settlement import Settlement
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState, draft_of
from app.exchange import conflicts, laptop, office, status
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from db import restoring
from db.backup import make
from db.engine import Database
from tests.exchange.histories import STEPS, Killed, killed_at
from tests.exchange.network import Network, Station, altered
from tests.factories import make_incident, make_technician

SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(
        TestLine("sign_in", TestOutcome.PASSED),
        TestLine("test_sale", TestOutcome.PASSED, "000123"),
    ),
)


def terminal_of(one: Station) -> str:
    """The first terminal of the register."""
    return one.services.terminals.first(TerminalFilter(), 1)[0].id


def report(one: Station, **changes: Any) -> str:
    """An incident reported here."""
    return make_incident(one.services, terminal_of(one), **changes)


def change_phone(one: Station, incident_id: str, phone: str, **changes: Any) -> None:
    """Correct the phone number of an incident, and what else is named."""
    row = one.services.incidents.get(incident_id)
    draft = IncidentDraft(
        terminal_id=row.terminal_id,
        displayed_code=row.displayed_code,
        symptom=row.symptom,
        detection=row.detection,
        impact=row.impact,
        urgency=row.urgency,
        reporter_name=row.reporter_name,
        reporter_phone=phone,
    )
    one.services.incidents.edit(incident_id, row.version, replace(draft, **changes))


def assert_equal(network: Network) -> None:
    """Everybody has what the office has."""
    for one in network.laptops:
        assert one.state() == network.office.state()
        assert one.confirmed_state() == network.office.state()


def test_case_31_asleep_in_the_middle(network: Network) -> None:
    """The lid is closed after two of five operations; days later it goes on from there."""
    one = network.laptops[0]
    for _ in range(5):
        report(one)
    parcel = network.sent_by(one)
    done: list[int] = []
    stopped = office.take_in(
        network.office.services,
        parcel,
        build=network.office.build,
        progress=lambda n, _of: done.append(n),
        cancelled=lambda: len(done) == 2,
    )
    assert (stopped.applied, [r.code for r in stopped.refused]) == (2, ["exchange.stopped"])
    network.world.tick(days=3)
    assert network.deliver_to_office(parcel).applied == 3
    network.settle_down()
    assert_equal(network)


def test_case_33_an_older_backup_put_back_while_work_was_unsent(
    network: Network, tmp_path: Path
) -> None:
    """What the backup does not know is told, and brought back from the file that was moved
    away."""
    one = network.laptops[0]
    copy = make(one.services.context.database, tmp_path / "backups", one.clock())
    kept = report(one, symptom="备份之后才登记的")
    with one.services.context.database.replacing() as lock:
        moved = restoring.restore(copy, lock, one.clock())
    one.restart()
    assert kept not in {i.id for i in one.services.incidents.first(IncidentFilter(), 50)}
    assert moved is not None
    assert laptop.unsent_missing_in(copy, moved / one.path.name) == 1
    assert laptop.bring_back(one.services, moved / one.path.name, build=one.build) == 1
    assert one.services.incidents.get(kept).symptom == "备份之后才登记的"
    network.settle_down()
    assert network.office.services.incidents.get(kept).symptom == "备份之后才登记的"
    assert_equal(network)


def test_case_51_the_acknowledgement_lost_at_each_step(network: Network) -> None:
    """Killed at any step and done again: nothing is there twice, own work never leaves the
    screen."""
    one = network.laptops[0]
    mine = []
    for step in (step for step in STEPS if not step.startswith("work")):
        report(network.office)
        mine.append(report(one))
        with pytest.raises(Killed), killed_at(step, 1):
            network.exchange(one)
        one.restart()
        network.office.restart()
        assert set(mine) <= one.ids("incident"), step
    network.settle_down()
    log = [operation.id for operation in network.office.operations()]
    assert len(log) == len(set(log))
    assert_equal(network)


def test_case_52_packages_twice_out_of_order_and_overlapping(network: Network) -> None:
    """A package is harmless a second time; one that came too early says what is missing before
    it."""
    one = network.laptops[0]
    report(one)
    first = network.sent_by(one)
    report(one)
    both = network.sent_by(one)
    only_second = replace(both, held=both.held[1:], manifest=replace(both.manifest, first_seq=2))
    early = network.deliver_to_office(only_second)
    assert (early.applied, early.refused[0].code) == (0, "exchange.gap")
    assert (early.refused[0].first, early.refused[0].last) == (1, 1)
    assert status.status(network.office.services).devices[0].missing == (1, 1)
    assert network.deliver_to_office(first).applied == 1
    again = network.deliver_to_office(first)
    assert (again.applied, again.already, again.refused) == (0, 1, ())
    overlapping = network.deliver_to_office(both)
    assert (overlapping.applied, overlapping.already) == (1, 1)
    assert status.status(network.office.services).devices[0].missing is None
    answer = network.answer_to(one)
    assert network.deliver_to(one, answer).applied == 2
    assert network.deliver_to(one, answer).already == 2
    network.settle_down()
    assert_equal(network)


def test_case_52_a_changed_operation_applies_nothing(network: Network) -> None:
    """An operation that is not what its hash says stops the whole package."""
    one = network.laptops[0]
    report(one)
    report(one)
    parcel = network.sent_by(one)
    forged = replace(parcel.held[1], actor="T99")
    before = network.office.state()
    taken = network.deliver_to_office(replace(parcel, held=(parcel.held[0], forged)))
    assert [r.code for r in taken.refused] == ["exchange.altered"]
    assert network.office.state() == before


@pytest.mark.parametrize("text", ["卡 6212345678900000003", "密码是 123456"])
def test_case_39_a_card_number_in_a_package_is_told_and_never_stored(
    network: Network, text: str
) -> None:
    """Another program, or an older guard, wrote it into a laptop's log."""
    one = network.laptops[0]
    report(one)
    report(one)
    parcel = network.sent_by(one)
    first, second = parcel.held[:2]
    draft = {**second.payload["draft"], "symptom": text}
    forged = replace(second, payload={**second.payload, "draft": draft})
    forged = replace(forged, hash=hash_of(forged))
    taken = network.deliver_to_office(replace(parcel, held=(first, forged)))
    assert [(r.code, r.first) for r in taken.refused] == [("exchange.card_number", 2)]
    assert taken.applied == 1
    assert text not in str(network.office.state())


def test_case_53_two_laptops_close_and_reopen_one_incident(network: Network) -> None:
    """The second closing does not fit any more; it waits for a decision and stops nothing."""
    one, two = network.laptops[:2]
    about = report(network.office)
    network.settle_down()
    for who in (one, two):
        incidents = who.services.incidents
        incidents.start(about)
        incidents.resolve(about, replace(SOLVED, work_done=f"{who.letter} 重新签到"))
        incidents.close(about, ClosingDraft(Confirmation.BY_PHONE, confirmed_by="王先生"))
    network.exchange(one)
    taken, _back = network.exchange(two)
    assert taken.applied == 3
    one.services.incidents.reopen(about, "又坏了")
    network.settle_down()
    assert_equal(network)
    waiting = conflicts.listed(network.office.services)
    assert {w.operation.actor for w in waiting} == {"TL2"}
    assert waiting == conflicts.listed(two.services) == conflicts.listed(one.services)
    # What the person wrote is still there, to be read and to be done again.
    kinds = {w.operation.kind: w for w in waiting}
    assert "L2 重新签到" in str(kinds["incident.resolve"].operation.payload)


def test_case_54_both_change_the_phone_number(network: Network) -> None:
    """The later one in the office's order counts; the other is kept, shown on both sides and
    brought back with one decision, which reaches everybody."""
    one, two = network.laptops[:2]
    about = report(network.office, symptom="第一行\n第二行", reporter_phone="13800000000")
    network.settle_down()
    change_phone(one, about, "13811111111", symptom="第一行\n第二行\n甲加的", reporter_name="甲")
    change_phone(two, about, "13822222222", symptom="乙加的\n第一行\n第二行")
    network.exchange(one)
    network.exchange(two)
    network.settle_down()
    assert_equal(network)
    row = network.office.services.incidents.get(about)
    assert row.reporter_phone == "13822222222"
    assert row.reporter_name == "甲"
    assert row.symptom == "乙加的\n第一行\n第二行\n甲加的"
    (lost,) = conflicts.listed(one.services)
    assert (lost.sort, lost.field) == ("overwritten", "reporter_phone")
    assert (lost.kept, lost.lost) == ("13822222222", "13811111111")
    assert conflicts.listed(network.office.services) == (lost,)
    conflicts.settle(one.services, lost.id, Settlement.TAKE)
    assert one.services.incidents.get(about).reporter_phone == "13811111111"
    network.settle_down()
    assert_equal(network)
    assert network.office.services.incidents.get(about).reporter_phone == "13811111111"
    assert all(conflicts.listed(s.services) == () for s in (network.office, *network.laptops))


def test_case_55_work_logged_on_an_incident_the_office_cancelled(network: Network) -> None:
    """The work is kept with its words and waits for a decision."""
    one = network.laptops[0]
    about = report(network.office)
    network.settle_down()
    network.office.services.incidents.cancel(about, "重复报修")
    one.services.work_log.add_work(about, Work(summary="已到店更换电池"))
    taken, _back = network.exchange(one)
    (waiting,) = taken.conflicts
    assert (waiting.sort, waiting.code) == ("review", "not_allowed")
    assert waiting.operation.payload["draft"]["summary"] == "已到店更换电池"
    conflicts.settle(network.office.services, waiting.id, Settlement.KEEP)
    network.settle_down()
    assert_equal(network)
    assert conflicts.listed(one.services) == ()


def test_case_56_both_replace_terminals_by_one_device(network: Network) -> None:
    """One serial number stands in one place; the second swap waits for a decision."""
    one, two = network.laptops[:2]
    first, second = (t.id for t in network.office.services.terminals.first(TerminalFilter(), 2))
    swap = SwapDraft(
        new_serial="NEWDEVICE01", reason="主板坏", override="急用", unsent_cleared=True
    )
    one.services.terminals.swap(first, swap)
    two.services.terminals.swap(second, swap)
    network.exchange(one)
    taken, _back = network.exchange(two)
    assert [c.sort for c in taken.conflicts] == ["review"]
    network.settle_down()
    assert_equal(network)
    placed = network.office.services.terminals.by_serial("NEWDEVICE01")
    assert placed.tid == network.office.services.terminals.get(first).placements[0].tid


def test_case_57_long_offline(network: Network) -> None:
    """Three months of work arrive with one package, and what others did with its answer; the full
    number of operations is for ``make torture``."""
    one = network.laptops[0]
    about = report(one)
    for day in range(40):
        network.world.tick(days=2)
        one.services.work_log.add_work(about, Work(summary=f"第 {day} 天"))
        network.office.services.terminals.change_state(
            terminal_of(network.office),
            TerminalState.SUSPENDED if day % 2 == 0 else TerminalState.IN_SERVICE,
            "停业",
            override="复业",
        )
    there, back = network.exchange(one)
    assert (there.applied, back.applied) == (41, 81)
    assert len(network.office.services.incidents.get(about).work) == 40
    network.settle_down()
    assert_equal(network)


def test_case_58_a_cloned_disk(network: Network, template: Path) -> None:
    """Two computers under one identity: the second is told so, nothing of it is applied; it gets a
    new identity with the next answer, and then its work arrives."""
    one = network.laptops[0]
    clone_folder = network.folder / "clone"
    one.services.close()
    shutil.copytree(one.folder, clone_folder)
    one.restart()
    clone = Station(network.world, clone_folder, template, one.letter)
    network.laptops.append(clone)
    assert clone.key == one.key
    report(one, symptom="原机")
    lost = report(clone, symptom="克隆机")
    network.exchange(one)
    before = network.office.state()
    taken = network.deliver_to_office(network.sent_by(clone))
    assert [r.code for r in taken.refused] == ["exchange.cloned"]
    assert network.office.state() == before
    assert network.deliver_to(clone, network.answer_to(clone)).renewed
    assert clone.key != one.key
    network.settle_down()
    assert_equal(network)
    assert network.office.services.incidents.get(lost).symptom == "克隆机"
    numbers = [row["number"] for row in network.office.state()["incident"]]
    assert len(set(numbers)) == 2
    (other_number,) = conflicts.listed(clone.services)
    assert (other_number.sort, other_number.lost) == ("number", "L1-000001")


def test_case_59_a_laptop_restored_from_a_backup(network: Network, tmp_path: Path) -> None:
    """What it sent before comes back from the office; what it did since is kept under a new
    identity."""
    one = network.laptops[0]
    copy = make(one.services.context.database, tmp_path / "backups", one.clock())
    sent = report(one, symptom="已送出")
    network.exchange(one)
    with one.services.context.database.replacing() as lock:
        restoring.restore(copy, lock, one.clock())
    one.restart()
    done_since = report(one, symptom="恢复后")
    taken = network.deliver_to_office(network.sent_by(one))
    assert [r.code for r in taken.refused] == ["exchange.cloned"]
    back = network.deliver_to(one, network.answer_to(one))
    assert back.renewed
    assert {one.services.incidents.get(i).symptom for i in (sent, done_since)} == {
        "已送出",
        "恢复后",
    }
    network.settle_down()
    assert_equal(network)


def test_case_60_the_office_restored_from_an_older_backup(network: Network, tmp_path: Path) -> None:
    """Its order ends before what a laptop has seen, or goes on differently: the laptop notices,
    gets the state anew and sends again what the office lost of its work."""
    one, two = network.laptops[:2]
    copy = make(network.office.services.context.database, tmp_path / "b", network.office.clock())
    lost = report(one, symptom="办公室丢了的")
    network.exchange(one)
    network.exchange(two)
    with network.office.services.context.database.replacing() as lock:
        restoring.restore(copy, lock, network.office.clock())
    network.office.restart()
    since = report(network.office, symptom="恢复后新增")
    there, back = network.exchange(one)
    assert (there.put_back, back.put_back) == (True, True)
    assert (back.sent_again, back.others_lost) == (1, 0)
    assert network.deliver_to(two, network.answer_to(two)).others_lost == 1
    assert [p for p in two.folder.iterdir() if p.name.startswith("replaced-")]
    assert one.services.incidents.get(lost).symptom == "办公室丢了的"
    assert one.services.incidents.get(since).symptom == "恢复后新增"
    network.settle_down()
    assert_equal(network)
    assert network.office.services.incidents.get(lost).symptom == "办公室丢了的"


def test_case_64_given_to_somebody_else_meanwhile(network: Network) -> None:
    """Who had the incident before keeps what he did on it, and sees whose it is now."""
    one = network.laptops[0]
    first = make_technician(network.office.services, "TL1")
    second = make_technician(network.office.services, "TL9", name="赵工")
    about = report(network.office, technician_id=first)
    network.settle_down()
    one.services.incidents.start(about)
    one.services.work_log.add_work(about, Work(summary="已检查电源"))
    network.office.services.incidents.assign(about, second)
    taken, _back = network.exchange(one)
    assert taken.conflicts == ()
    here = one.services.incidents.get(about)
    assert here.technician_id == second
    assert [entry.summary for entry in here.work] == ["已检查电源"]
    network.settle_down()
    assert_equal(network)


def test_case_65_a_newer_laptop_and_an_older_office(network: Network) -> None:
    """What this program does not know waits with everything after it; nothing is half done, and
    what came before is in."""
    one = network.laptops[0]
    for _ in range(3):
        report(one)
    parcel = network.sent_by(one)
    newer = replace(parcel.held[1], kind="incident.teleport")
    newer = replace(newer, hash=hash_of(newer))
    after = replace(parcel.held[2], prev_hash=newer.hash)
    after = replace(after, hash=hash_of(after))
    taken = network.deliver_to_office(replace(parcel, held=(parcel.held[0], newer, after)))
    assert (taken.applied, [r.code for r in taken.refused]) == (1, ["exchange.newer"])
    whole = network.deliver_to_office(altered(parcel, schema="9999"))
    assert (whole.applied, [r.code for r in whole.refused]) == (0, ["exchange.newer"])


def test_case_65_a_newer_office_and_an_older_laptop(network: Network) -> None:
    """The laptop keeps what it has and says that its program must be brought up to date."""
    one = network.laptops[0]
    mine = report(one)
    network.deliver_to_office(network.sent_by(one))
    before = one.state()
    taken = network.deliver_to(one, altered(network.answer_to(one), schema="9999"))
    assert [r.code for r in taken.refused] == ["exchange.newer"]
    assert one.state() == before
    assert one.services.incidents.get(mine)


def test_case_66_a_refused_operation_blocks_nothing(network: Network) -> None:
    """What does not fit waits; what comes after it is applied."""
    one = network.laptops[0]
    about = report(network.office)
    network.settle_down()
    network.office.services.incidents.cancel(about, "重复报修")
    one.services.incidents.start(about)
    after = report(one)
    taken, back = network.exchange(one)
    assert (taken.applied, len(taken.conflicts), taken.refused) == (2, 1, ())
    assert network.office.services.incidents.get(after)
    assert not status.status(one.services).waiting
    assert back.applied == 3


def test_case_68_a_clock_ten_years_ahead(network: Network) -> None:
    """It does not win for ever, nobody else's clock becomes wrong, and how far its work is here is
    not told by it."""
    one, two = network.laptops[:2]
    about = report(network.office, reporter_phone="13800000000")
    network.settle_down()
    one.skew = timedelta(days=3650)
    change_phone(one, about, "13811111111")
    network.exchange(one)
    network.exchange(two)
    change_phone(two, about, "13822222222")
    network.exchange(two)
    assert network.office.services.incidents.get(about).reporter_phone == "13822222222"
    mine = two.own()[-1]
    assert not mine.suspect
    assert mine.clock >> 16 <= (two.clock() + timedelta(days=2)).timestamp() * 1000
    device = next(d for d in status.status(network.office.services).devices if d.name == "L1")
    assert device.clock_ahead > timedelta(days=3600)
    assert device.complete_until is None or device.complete_until <= network.office.clock()
    one.skew = timedelta()
    network.settle_down()
    assert_equal(network)


def test_case_69_retired_at_the_office_and_edited_on_a_laptop(network: Network) -> None:
    """A correction of a terminal that was taken out meanwhile is kept."""
    one = network.laptops[0]
    about = terminal_of(network.office)
    terminal = one.services.terminals.get(about)
    network.office.services.terminals.change_state(about, TerminalState.RETIRED, "报废")
    one.services.terminals.update(
        about, terminal.version, replace(draft_of(terminal), notes="屏幕有裂纹")
    )
    network.exchange(one)
    network.settle_down()
    assert_equal(network)
    kept = [o for o in network.office.operations() if o.kind == "terminal.update"]
    assert kept[0].payload["draft"]["notes"] == "屏幕有裂纹"
    if kept[0].review:
        assert [c.operation.id for c in conflicts.listed(one.services)] == [kept[0].id]
    else:
        assert network.office.services.terminals.get(about).notes == "屏幕有裂纹"


def test_case_70_a_state_that_differs_is_replaced_and_the_outbox_kept(network: Network) -> None:
    """A row that went wrong on the laptop is noticed; the office's state replaces it, the own
    unsent work stays."""
    one = network.laptops[0]
    network.exchange(one)
    mine = report(one)
    database = Database(restoring.confirmed(one.path))
    with database.write() as session:
        session.execute(sa.text("UPDATE terminal SET firmware = '9.9.9'"))
    database.close()
    network.sent_by(one)
    report(network.office)
    network.deliver_to_office(network.sent_by(one))
    back = network.deliver_to(one, network.answer_to(one))
    assert [r.code for r in back.refused] == ["exchange.diverged"]
    assert one.services.incidents.get(mine)
    assert network.sent_by(one).manifest.acknowledged == 0
    network.exchange(one)
    assert one.services.incidents.get(mine)
    network.settle_down()
    assert_equal(network)
