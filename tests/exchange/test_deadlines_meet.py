"""Deadlines after an exchange: what one side held, resumed and ranked anew is promised for the same
time on every computer, and for the time its own log says, without anybody working it out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.incidents import targets
from app.domain.incidents.drafts import HoldDraft, IncidentDraft
from app.domain.incidents.incidents import Incident
from app.domain.incidents.lifecycle import (
    DEFAULT_TARGETS,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Targets,
    Urgency,
)
from tests.exchange.network import Network, Station
from tests.exchange.test_sync_cases import assert_equal, change_phone, report

OURS = targets.with_hours(DEFAULT_TARGETS, {"p1_resolve_hours": 6, "p2_resolve_hours": 30})
"""What this laptop alone has in its settings: not what the office promises."""
WAITED = 5
"""Hours of a wait for the merchant, in which the clock stands still."""


def promising(one: Station, agreed: Targets) -> None:
    """Start the program of a computer with other times in its settings."""
    one.settings = replace(one.settings, targets=agreed)
    one.restart()


def hold(one: Station, about: str) -> None:
    """The merchant is away."""
    tomorrow = one.services.context.today() + timedelta(days=1)
    one.services.incidents.hold(about, HoldDraft(HoldReason.MERCHANT_ABSENT, tomorrow))


def urge(one: Station, about: str, urgency: Urgency, impact: Impact = Impact.STOPPED) -> None:
    """Correct how much hangs on it, which ranks it anew."""
    row = one.services.incidents.get(about)
    draft = IncidentDraft(
        terminal_id=row.terminal_id,
        displayed_code=row.displayed_code,
        symptom=row.symptom,
        detection=row.detection,
        impact=impact,
        urgency=urgency,
        reporter_phone=row.reporter_phone,
    )
    one.services.incidents.edit(about, row.version, draft)


def everywhere(network: Network, about: str) -> Incident:
    """The incident, which every computer has in the same words and for the same times: laptops,
    office, and a laptop that joins only now."""
    network.laptops.append(network.new_laptop(len(network.laptops) + 1))
    network.settle_down()
    network.settle_down()
    assert_equal(network)
    found = [one.services.incidents.get(about) for one in (network.office, *network.laptops)]
    times = {(i.priority, i.response_due_at, i.resolve_due_at, i.promised_at) for i in found}
    assert len(times) == 1
    return found[0]


def due(row: Incident, hours: int) -> datetime:
    """So many hours from the report."""
    return row.reported_at + timedelta(hours=hours)


@pytest.mark.parametrize("first", ["laptop", "office"])
@pytest.mark.parametrize("ranked", ["before", "while it waits", "after"])
def test_held_on_a_laptop_and_ranked_anew_in_the_office(
    network: Network, ranked: str, first: str
) -> None:
    one, two, office = *network.laptops[:2], network.office
    promising(one, OURS)
    about = report(one, impact=Impact.PARTLY, urgency=Urgency.NORMAL)
    one.services.incidents.start(about)
    network.settle_down()
    assert office.services.incidents.get(about).priority is Priority.P3

    def rank() -> None:
        urge(office, about, Urgency.HIGH)
        if first == "office":
            network.exchange(two)

    if ranked == "before":
        rank()
    network.world.tick(hours=1)
    hold(one, about)
    if first == "laptop":
        network.deliver_to_office(network.sent_by(one))
    network.world.tick(hours=WAITED / 2)
    if ranked == "while it waits":
        rank()
    network.world.tick(hours=WAITED / 2)
    one.services.incidents.resume(about)
    network.world.tick(hours=1)
    if ranked == "after":
        rank()
    row = everywhere(network, about)
    assert (row.priority, row.state) == (Priority.P1, IncidentState.IN_PROGRESS)
    # Ranked in the office: its times, four hours; and what the merchant was away on top.
    assert row.response_due_at == due(row, DEFAULT_TARGETS[Priority.P1].response_hours)
    assert row.resolve_due_at is not None
    waited = row.resolve_due_at - due(row, DEFAULT_TARGETS[Priority.P1].resolve_hours)
    assert abs(waited - timedelta(hours=WAITED)) < timedelta(minutes=1)


def test_ranked_on_a_laptop_its_times_hold_everywhere(network: Network) -> None:
    """Whoever ranked it promised: an office with other times in its settings changes nothing."""
    one = network.laptops[0]
    promising(one, OURS)
    about = report(network.office, impact=Impact.PARTLY, urgency=Urgency.NORMAL)
    network.settle_down()
    urge(one, about, Urgency.HIGH)
    row = everywhere(network, about)
    assert (row.priority, row.resolve_due_at) == (Priority.P1, due(row, 6))


def test_both_change_what_the_rank_hangs_on(network: Network) -> None:
    """A laptop says it is urgent, the office that nothing works: together they are the first rank,
    which nobody had on the screen."""
    one, office = network.laptops[0], network.office
    about = report(one, impact=Impact.PARTLY, urgency=Urgency.NORMAL)
    network.settle_down()
    urge(one, about, Urgency.HIGH, Impact.PARTLY)
    urge(office, about, Urgency.NORMAL, Impact.STOPPED)
    assert one.services.incidents.get(about).priority is Priority.P2
    assert office.services.incidents.get(about).priority is Priority.P2
    row = everywhere(network, about)
    assert row.priority is Priority.P1
    assert row.resolve_due_at == due(row, DEFAULT_TARGETS[Priority.P1].resolve_hours)


def test_still_waiting_it_is_late_nowhere_and_due_later_once_it_goes_on(network: Network) -> None:
    one, office = network.laptops[0], network.office
    about = report(one, impact=Impact.STOPPED, urgency=Urgency.HIGH)
    one.services.incidents.start(about)
    network.world.tick(hours=1)
    hold(one, about)
    network.settle_down()
    network.world.tick(hours=50)
    change_phone(office, about, "13900000000")
    row = everywhere(network, about)
    for who in (office, *network.laptops):
        assert not who.services.incidents.get(about).overdue(network.world.now)
    office.services.incidents.resume(about)
    again = everywhere(network, about)
    assert again.resolve_due_at is not None
    assert row.resolve_due_at is not None
    assert again.resolve_due_at - row.resolve_due_at > timedelta(hours=50)
