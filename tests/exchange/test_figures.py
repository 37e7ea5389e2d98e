"""Figures, warnings, learned counts and due dates are equal on every computer: on those that were
there when it happened, and on one that joins later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft
from app.domain.incidents.incidents import Confirmation
from app.domain.insight.figures import Period
from app.domain.people.roles import Role
from app.exchange import conflicts, status
from app.services.incidents.resolution import SessionOutcome
from tests.exchange.network import Network, Station
from tests.exchange.test_sync_cases import SOLVED, assert_equal, terminal_of
from tests.factories import make_incident, make_technician
from tests.maintenance import TODAY, make_plan


def figures(one: Station) -> dict[str, Any]:
    """Everything that is worked out of the records, as people see it."""
    services, last = one.services, TODAY + timedelta(days=120)
    return {
        "report": services.insight.report(Period(TODAY - timedelta(days=60), last)),
        "warnings": services.insight.warnings(),
        "learned": services.diagnosis.learned(),
        "agreement": services.diagnosis.agreement(),
        "compliance": services.compliance.view(TODAY, last),
        "forecast": services.plans.forecast(TODAY, last),
        "undecided": conflicts.listed(services),
        "to decide": status.to_do(services).undecided,
    }


def closed(one: Station) -> None:
    """An incident from the call, triaged on the code, to the closed report."""
    incidents = one.services.incidents
    about = make_incident(one.services, terminal_of(one), displayed_code="A0")
    incidents.triage(
        about,
        SessionOutcome(
            fault_class=FaultClass.OPERATION,
            share=0.8,
            knowledge_hash="k",
            evidence=("code:A0",),
            trail={},
        ),
    )
    incidents.start(about)
    incidents.resolve(about, SOLVED)
    incidents.close(about, ClosingDraft(Confirmation.BY_PHONE, confirmed_by="王先生"))


def test_figures_are_equal_everywhere(network: Network) -> None:
    """Two laptops and the office close cases, the manager lets a plan rest and takes it up again
    and has what was learned forgotten; then a laptop joins."""
    one, two = network.laptops[:2]
    office = network.office
    make_technician(office.services, "TA", role=Role.ADMINISTRATOR)
    plan = make_plan(office.services)
    office.services.generation.generate()
    network.settle_down()
    for who in (one, two, office):
        closed(who)
    office.services.plans.set_active(plan, active=False)
    network.world.tick(days=20)
    office.services.plans.set_active(plan, active=True)
    office.services.diagnosis.forget()
    network.world.tick(days=1)
    for who in (two, office):
        closed(who)
    late = network.new_laptop(9)
    network.laptops.append(late)
    network.settle_down()
    network.settle_down()
    assert_equal(network)
    expected = figures(office)
    assert expected["learned"]
    for who in network.laptops:
        found = figures(who)
        assert [name for name in expected if found[name] != expected[name]] == []
