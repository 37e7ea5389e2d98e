"""The office's figures are over the work of all laptops once it took their packages in."""

from __future__ import annotations

from datetime import timedelta

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.services.core.audit import TrailFilter
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.exchange.network import Network, Station
from tests.maintenance import make_plan, open_task

TESTED = tuple(TestLine(name, TestOutcome.PASSED, "000123") for name in ("sign_in", "test_sale"))


def repaired(one: Station, terminal_id: str) -> None:
    """An incident from the report to the closed case, at one computer."""
    incidents = one.services.incidents
    key = incidents.open(IncidentDraft(terminal_id=terminal_id, symptom="读卡失败"))
    incidents.start(key)
    incidents.resolve(
        key,
        ResolutionDraft(
            fault_class=FaultClass.HARDWARE,
            mode="other",
            cause="other",
            remedy="other",
            other_text="清洁读卡器",
            tests=TESTED,
        ),
    )
    incidents.close(key, ClosingDraft(Confirmation.BY_PHONE, confirmed_by="王先生"))


def test_lists_warnings_and_compliance_count_what_every_laptop_did(network: Network) -> None:
    office, (first, second) = network.office.services, network.laptops
    today = office.context.today()
    year = (today - timedelta(days=300), today + timedelta(days=60))
    make_plan(office)
    office.generation.generate()
    network.join_all()
    terminal = office.terminals.first(TerminalFilter(), 1)[0].id
    for one in network.laptops:
        network.world.tick(hours=1)
        repaired(one, terminal)
        repaired(one, terminal)
    task = open_task(second.services)
    second.services.visits.complete(task.id, accept_early=True)
    assert office.incidents.first(IncidentFilter(), 10) == (), "nothing came yet"
    assert not [one for one in office.insight.warnings() if one.because]

    network.world.tick(days=20)
    network.settle_down()
    assert len(office.incidents.first(IncidentFilter(states="closed"), 10)) == 4
    [warning] = [one for one in office.insight.warnings() if one.because]
    assert len(warning.evidence) == 4, "two of each laptop"
    view = office.compliance.view(*year)
    assert view.total.on_time == 1
    done = [one for one in network.laptops if one.services.compliance.view(*year) != view]
    assert done == [], "the same everywhere"
    actors = {entry.actor for entry in office.audit.first(TrailFilter(kind="incident"), 50)}
    assert actors == {first.settings.technician, second.settings.technician}
