"""Warnings and campaigns that two laptops work on meanwhile come out the same everywhere."""

from __future__ import annotations

import sqlalchemy as sa

from app.domain.campaigns.campaigns import (
    CampaignDraft,
    CampaignScope,
    CampaignState,
    VisitPlan,
)
from app.domain.insight.warning_cases import WarningCase, WarningDraft, WarningState
from app.domain.insight.warnings import StandingWarning, WarningRule
from app.domain.people.roles import Role
from app.exchange import conflicts
from db.models.maintenance import VisitRow
from tests.exchange.network import Network
from tests.exchange.test_sync_cases import assert_equal
from tests.factories import make_technician, make_terminal


def _leads(network: Network) -> None:
    for who in network.laptops[:2]:
        make_technician(network.office.services, f"T{who.letter}", role=Role.MANAGER)


def test_terminals_ticked_on_two_laptops_finish_the_campaign_in_the_office(
    network: Network,
) -> None:
    office, (one, two) = network.office.services, network.laptops[:2]
    _leads(network)
    terminals = [make_terminal(office) for _ in range(3)]
    draft = CampaignDraft(title="检查电池", due_on="2026-12-20")
    key = office.campaigns.create(draft, CampaignScope(terminal_ids=tuple(terminals)))
    network.settle_down()
    one.services.campaigns.do(key, tuple(terminals[:2]))
    two.services.campaigns.do(key, tuple(terminals[1:]))
    network.settle_down()
    assert_equal(network)
    found = office.campaigns.get(key)
    assert (found.state, found.done, found.left) == (CampaignState.FINISHED, 3, 0)
    assert conflicts.listed(office) == ()


def test_a_warning_two_see_to_is_one_case_and_what_was_ended_stays_ended(
    network: Network,
) -> None:
    office, (one, two) = network.office.services, network.laptops[:2]
    _leads(network)
    network.settle_down()
    case = WarningCase(warning=StandingWarning(rule=WarningRule.OVERDUE, seen=2))
    one.services.warning_work.acknowledge(case, WarningDraft(note="甲来看"))
    two.services.warning_work.acknowledge(case, WarningDraft(note="乙来看"))
    network.settle_down()
    assert_equal(network)
    said = office.warning_work.get(case.key)
    assert said.state is WarningState.ACKNOWLEDGED
    assert {entry.remark for entry in said.entries} == {"甲来看", "乙来看"}
    one.services.warning_work.close(said, WarningState.DISMISSED, WarningDraft(note="重复"))
    two.services.warning_work.act(said, WarningDraft(note="已派人"))
    network.settle_down()
    assert_equal(network)
    assert case.key not in {one.key for one in office.warning_work.cases()}
    (ended,) = [one for one in office.warning_work.ended() if one.key == case.key]
    assert ended.state is WarningState.DISMISSED
    assert [unsettled.code for unsettled in conflicts.listed(office)] == ["not_allowed"]


def test_visits_two_plan_for_one_campaign_are_one_at_each_shop(network: Network) -> None:
    office, (one, two) = network.office.services, network.laptops[:2]
    _leads(network)
    terminals = tuple(make_terminal(office) for _ in range(2))
    draft = CampaignDraft(title="检查电池", due_on="2026-12-20")
    key = office.campaigns.create(draft, CampaignScope(terminal_ids=terminals))
    network.settle_down()
    for services in (one.services, two.services):
        assert services.campaign_visits.plan(key, VisitPlan(planned_on="2026-12-10")) == 2
    network.settle_down()
    assert_equal(network)
    with office.context.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(VisitRow)).scalar() == 2
    assert {bool(task.visit_id) for task in office.campaigns.tasks(key)} == {True}
    assert conflicts.listed(office) == ()
