"""Campaigns: a filter becomes tasks, and it is finished when each is done or excused."""

from __future__ import annotations

import pytest

from app.domain.campaigns.campaigns import (
    CampaignDraft,
    CampaignKind,
    CampaignScope,
    CampaignState,
    TaskState,
    VisitPlan,
)
from app.domain.errors import InvalidInput, NotAllowed, NotFound
from app.domain.maintenance.plans import Subjects
from app.domain.maintenance.visits import VisitState
from app.services import Services
from app.services.campaigns.campaigns import draft_of_campaign
from app.services.dispatch.shop import read_shop
from app.services.documents.requests import Request
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import make_plan

UPDATE = CampaignDraft(
    title="升级到 3.2.4", kind=CampaignKind.FIRMWARE, due_on="2026-12-20", target="3.2.4"
)


def estate(services: Services) -> dict[str, str]:
    """Terminals by name: two models, three versions, two areas."""
    return {
        "old": make_terminal(services, model="N910", firmware="3.2.1"),
        "older": make_terminal(services, model="N910", firmware="3.0.1", area="昆山市"),
        "new": make_terminal(services, model="N910", firmware="3.10.0"),
        "other": make_terminal(services, manufacturer="百富", model="A920", firmware="3.2.1"),
        "retired": make_terminal(services, model="N910", firmware="3.2.1"),
    }


@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        (CampaignScope(model="N910"), {"old", "older", "new"}),
        (CampaignScope(firmware="3.2.1"), {"old", "other"}),
        (CampaignScope(model="N910", older_than="3.2.4"), {"old", "older"}),
        (CampaignScope(area="昆山市"), {"older"}),
        (CampaignScope(model="N910", firmware="3.2.1", area="昆山市"), set()),
    ],
)
def test_a_filter_means_the_terminals_that_are_kept_up_and_pass_it(
    any_services: Services, scope: CampaignScope, meant: set[str]
) -> None:
    names = {key: name for name, key in estate(any_services).items()}
    retired = next(key for key, name in names.items() if name == "retired")
    any_services.terminals.change_state(retired, "retired", "报废")
    assert {names[one.id] for one in any_services.campaigns.meant(scope)} == meant


def test_a_filter_names_merchants_and_plans_that_are_there(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    known = any_services.terminals.get(terminal)
    other = make_terminal(any_services, manufacturer="百富", model="A920")
    meant = any_services.campaigns.meant
    assert [one.id for one in meant(CampaignScope(merchant=known.mid))] == [terminal]
    make_plan(any_services, key="n910", subjects=Subjects(models=("N910",)))
    assert [one.id for one in meant(CampaignScope(plan="n910"))] == [terminal]
    assert other not in {one.id for one in meant(CampaignScope(plan="n910"))}
    for scope in (CampaignScope(merchant="848999999999999"), CampaignScope(plan="nothing")):
        with pytest.raises(NotFound):
            meant(scope)
    with pytest.raises(InvalidInput):
        meant(CampaignScope())


def test_it_is_finished_when_every_terminal_is_done_or_excused(any_services: Services) -> None:
    terminals, campaigns = estate(any_services), any_services.campaigns
    key = campaigns.create(UPDATE, CampaignScope(model="N910", older_than="3.2.4"))
    made = campaigns.get(key)
    assert (made.state, made.total, made.left) == (CampaignState.OPEN, 3, 3)
    campaigns.do(key, (terminals["old"],))
    with pytest.raises(InvalidInput):
        campaigns.excuse(key, (terminals["older"],), " ")
    campaigns.excuse(key, (terminals["older"],), "商户停业")
    assert campaigns.get(key).state is CampaignState.OPEN
    campaigns.do(key, (terminals["retired"],), "已升级")
    ended = campaigns.get(key)
    assert (ended.state, ended.done, ended.excused, ended.share) == ("finished", 2, 1, 1.0)
    with pytest.raises(NotAllowed):
        campaigns.do(key, (terminals["old"],))
    campaigns.take_up(key, (terminals["older"],), "又开门了")
    assert (campaigns.get(key).state, campaigns.get(key).left) == (CampaignState.OPEN, 1)


def test_a_done_update_stands_in_the_register_and_in_the_history(
    any_services: Services, clock: FrozenClock
) -> None:
    terminal = make_terminal(any_services, firmware="3.2.1")
    before = make_incident(any_services, terminal)
    key = any_services.campaigns.create(UPDATE, CampaignScope(firmware="3.2.1"))
    clock.forward(days=2)
    any_services.campaigns.do(key, (terminal,))
    known = any_services.terminals.get(terminal)
    assert known.firmware == "3.2.4"
    change = known.log[0].change
    assert change is not None
    assert (change.field, change.old, change.new) == ("firmware", "3.2.1", "3.2.4")
    clock.forward(days=1)
    after = make_incident(any_services, terminal)
    first = any_services.incidents.first
    assert [one.id for one in first(IncidentFilter(firmware="3.2.1"), 9)] == [before]
    assert [one.id for one in first(IncidentFilter(firmware="3.2.4"), 9)] == [after]
    assert [one.id for one in first(IncidentFilter(words="3.2.1"), 9)] == [before]
    found = any_services.terminals.first(TerminalFilter(words="3.2.4"), 9)
    assert [one.id for one in found] == [terminal]


def test_work_rides_on_a_visit_there_is_and_only_the_other_shops_get_one(
    any_services: Services, clock: FrozenClock
) -> None:
    riding, alone = make_terminal(any_services), make_terminal(any_services)
    campaigns, visits = any_services.campaigns, any_services.campaign_visits
    first = campaigns.create(UPDATE, CampaignScope(terminal_ids=(riding,)))
    assert visits.plan(first, VisitPlan(planned_on="2026-12-01")) == 1
    second = campaigns.create(UPDATE, CampaignScope(terminal_ids=(riding, alone)))
    assert visits.plan(second, VisitPlan(planned_on="2026-12-02")) == 1
    tasks = {one.terminal_id: one for one in campaigns.tasks(second)}
    assert {key: str(one.visit_on) for key, one in tasks.items()} == {
        riding: "2026-12-01",
        alone: "2026-12-02",
    }
    with pytest.raises(InvalidInput) as refused:
        visits.plan(second, VisitPlan(planned_on="2026-12-03"))
    assert refused.value.code == "campaign.all_ride"
    shop = read_shop(any_services.context, any_services.terminal_stops, tasks[alone].merchant_id)
    assert [one.campaign_id for one in shop.campaign_tasks] == [second]
    visit = tasks[alone].visit_id
    any_services.visits.start(visit)
    campaigns.do(second, (alone,))
    any_services.visits.finish(visit)
    assert any_services.visits.get(visit).summary.state is VisitState.DONE
    shop = read_shop(any_services.context, any_services.terminal_stops, tasks[alone].merchant_id)
    assert shop.campaign_tasks == ()


def test_a_visit_a_campaign_wants_is_not_called_off_when_its_plans_are(
    any_services: Services,
) -> None:
    terminal = make_terminal(any_services)
    key = any_services.campaigns.create(UPDATE, CampaignScope(terminal_ids=(terminal,)))
    any_services.campaign_visits.plan(key, VisitPlan(planned_on="2026-12-01"))
    plan = make_plan(any_services)
    any_services.generation.generate()
    any_services.plans.set_active(plan, active=False)
    (task,) = any_services.campaigns.tasks(key)
    assert str(task.visit_on) == "2026-12-01"


def test_what_a_campaign_says_is_changed_and_it_is_called_off(any_services: Services) -> None:
    owner = make_technician(any_services, "T09", name="钱工")
    make_terminal(any_services)
    campaigns = any_services.campaigns
    key = campaigns.create(UPDATE, CampaignScope(firmware="3.2.1"))
    known = campaigns.get(key)
    draft = draft_of_campaign(known)
    changed = CampaignDraft(
        title="升级",
        kind=draft.kind,
        target=draft.target,
        due_on="2027-01-10",
        owner_id=owner,
        instructions="先充电",
    )
    campaigns.edit(key, known.version, changed)
    now = campaigns.get(key)
    assert (now.title, now.owner, str(now.due_on)) == ("升级", "钱工", "2027-01-10")
    campaigns.cancel(key, "厂家撤回固件")
    assert campaigns.get(key).reason == "厂家撤回固件"
    with pytest.raises(NotAllowed):
        campaigns.edit(key, campaigns.get(key).version, changed)
    assert campaigns.listed(everything=False) == ()


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (CampaignDraft(title=" ", due_on="2026-12-20"), "title", "text.missing"),
        (CampaignDraft(title="检查", due_on=""), "due_on", "text.missing"),
        (CampaignDraft(title="检查", due_on="2026-11-01"), "due_on", "date.past"),
        (
            CampaignDraft(title="升级", due_on="2026-12-20", kind=CampaignKind.FIRMWARE),
            "target",
            "text.missing",
        ),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    services: Services, draft: CampaignDraft, field: str, code: str
) -> None:
    make_terminal(services)
    with pytest.raises(InvalidInput) as refused:
        services.campaigns.create(draft, CampaignScope(model="N910"))
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]


def test_paper_lists_every_terminal_with_its_state(services: Services) -> None:
    terminals = [make_terminal(services) for _ in range(3)]
    key = services.campaigns.create(UPDATE, CampaignScope(firmware="3.2.1"))
    services.campaigns.do(key, (terminals[0],))
    number = services.campaigns.get(key).number
    for subject in (number, ""):
        request = Request(kind="campaign_list", subject=subject)
        (document,) = services.reporting.documents(request)
        sheet = document.sheet
        assert (sheet.total, sheet.done) == (3, 1)  # type: ignore[attr-defined]
        lines = sheet.lines  # type: ignore[attr-defined]
        tasks = services.campaigns.tasks(key)
        assert [(one.serial, one.state) for one in lines] == [(t.serial, t.state) for t in tasks]
        assert services.reporting.pdf(request).pages == 1


def test_the_register_of_firmware_says_which_are_behind(any_services: Services) -> None:
    estate(any_services)
    found = {
        (one.model, one.firmware): (one.terminals, one.behind, one.newest)
        for one in any_services.models.firmware()
    }
    assert found == {
        ("N910", "3.10.0"): (1, False, "3.10.0"),
        ("N910", "3.2.1"): (2, True, "3.10.0"),
        ("N910", "3.0.1"): (1, True, "3.10.0"),
        ("A920", "3.2.1"): (1, False, "3.2.1"),
    }
    task_states = {state.value for state in TaskState}
    assert task_states == {"open", "done", "excused"}
