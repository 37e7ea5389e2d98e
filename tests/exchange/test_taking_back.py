"""What is taken back before it was sent: what hangs on it is said before, and then waits with what
its person entered."""

from __future__ import annotations

from dataclasses import replace

from app.domain.incidents.drafts import IncidentDraft, WorkEntryDraft
from app.domain.register.terminals import draft_of
from app.exchange import laptop
from app.exchange.conflict_sides import sides_of
from app.exchange.conflicts import listed
from app.services.core.audit import TrailFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.exchange.hub_network import exchange_of
from tests.exchange.network import Network

OUTBOX = TrailFilter(unsent=True)


def test_what_hangs_on_an_operation_is_said_before_it_is_taken_back(network: Network) -> None:
    one = network.laptops[0]
    services = one.services
    terminal = services.terminals.first(TerminalFilter(), 1)[0].id
    key = services.incidents.open(IncidentDraft(terminal_id=terminal, displayed_code="A0"))
    number = services.incidents.get(key).number
    services.work_log.add_work(key, WorkEntryDraft(summary="检查网线"))
    work, report = services.audit.first(OUTBOX, 10)
    assert (report.kind, work.kind) == ("incident.open", "incident.add_work")
    before = one.state()
    assert laptop.fitting_no_longer(services, work.id, build=one.build) == ()
    found = laptop.fitting_no_longer(services, report.id, build=one.build)
    assert [(this.sort, this.operation.id) for this in found] == [("review", work.id)]
    assert one.state() == before, "asking changes nothing"

    laptop.withdraw(services, report.id, build=one.build)
    assert [entry.kind for entry in services.audit.first(OUTBOX, 10)] == ["incident.add_work"]
    [sides] = sides_of(services, listed(services))
    assert sides.mine == "other"
    assert sides.other is not None
    told = {this.change.field: this.change.new for this in sides.other.changes}
    assert told["summary"] == "检查网线", "what was entered is kept in sight"
    assert sides.record == number, "it may stand on paper, though nothing bears it now"
    assert exchange_of(one).record_names([sides.unsettled]) == {sides.unsettled.subject_id: number}


def test_both_sides_of_an_overwritten_value_are_named(network: Network) -> None:
    one, two = network.laptops
    terminal = one.services.terminals.first(TerminalFilter(), 1)[0].id
    for station, phone in ((one, "13800000001"), (two, "13800000002")):
        known = station.services.terminals.get(terminal)
        draft = replace(draft_of(known), contact_phone=phone)
        network.world.tick(minutes=1)
        station.services.terminals.update(terminal, known.version, draft)
    network.settle_down()
    for station, mine in ((one, "other"), (two, "now"), (network.office, "")):
        [sides] = sides_of(station.services, listed(station.services))
        assert sides.now is not None
        assert sides.other is not None
        assert (sides.now.device, sides.other.device) == (two.letter, one.letter)
        assert sides.mine == mine


def test_an_edit_that_was_taken_back_tells_only_what_it_changed(network: Network) -> None:
    one = network.laptops[0]
    terminal = one.services.terminals.get(one.services.terminals.first(TerminalFilter(), 1)[0].id)
    draft = replace(draft_of(terminal), contact_phone="13800000009")
    one.services.terminals.update(terminal.id, terminal.version, draft)
    [entry] = one.services.audit.first(OUTBOX, 10)
    laptop.withdraw(one.services, entry.id, build=one.build)
    assert one.services.audit.first(OUTBOX, 10) == ()
    [kept] = [this for this in one.services.audit.first(TrailFilter(), 10) if this.id == entry.id]
    assert kept.withdrawn
    told = [(this.change.field, this.change.new) for this in kept.changes]
    assert told == [("contact_phone", "13800000009")]
