"""Warnings are worked on: their states, who has them, what is made of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.campaigns.campaigns import CampaignDraft, CampaignKind, CampaignState, VisitPlan
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotPermitted
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import IncidentDraft
from app.domain.insight.warning_cases import (
    ENDED,
    WarningAction,
    WarningAssignment,
    WarningCase,
    WarningDraft,
    WarningState,
    kept,
)
from app.domain.people.roles import Role, SignedIn
from app.i18n import translator
from app.services import Services
from app.services.core.operations import KINDS
from app.services.core.rights import read_again
from app.services.incidents.incident_queries import IncidentFilter
from app.texts.warning_handover import warning_handover
from app.texts.warning_work import LINES_IN_LOG, entry_line
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal

NOTHING = WarningDraft()


def overdue(services: Services, clock: FrozenClock, amount: int = 2) -> WarningCase:
    """The warning of incidents whose deadline has passed."""
    for _ in range(amount):
        make_incident(services)
    clock.forward(days=20)
    return the_case(services)


def the_case(services: Services) -> WarningCase:
    (found,) = services.warning_work.cases()
    return services.warning_work.get(found.key)


def test_a_warning_is_new_until_somebody_sees_to_it_then_acted_on_then_judged(
    any_services: Services, clock: FrozenClock
) -> None:
    work, owner = any_services.warning_work, make_technician(any_services, "T07", name="李工")
    case = overdue(any_services, clock)
    assert (case.state, case.id, case.owner) == (WarningState.NEW, "", "")
    said = WarningDraft(owner_id=owner, due_on="2027-01-05", note="先打电话")
    work.acknowledge(case, said)
    case = the_case(any_services)
    assert (case.state, case.owner, str(case.due_on)) == ("acknowledged", "李工", "2027-01-05")
    work.act(case, WarningDraft(note="今天派人"))
    work.close(case, WarningState.PROVEN_RIGHT, NOTHING)
    assert work.cases() == ()
    (ended,) = work.ended()
    assert (ended.state, ended.is_open) == (WarningState.PROVEN_RIGHT, False)
    log = work.get(case.key).entries
    assert [(one.action, one.remark) for one in log if one.action is not WarningAction.PLAN] == [
        ("acknowledge", "先打电话"),
        ("act", "今天派人"),
        ("close", ""),
    ]


@pytest.mark.parametrize("outcome", ENDED)
def test_what_was_ended_comes_again_with_new_evidence_only(
    any_services: Services, clock: FrozenClock, outcome: WarningState
) -> None:
    work, case = any_services.warning_work, overdue(any_services, clock)
    work.close(case, outcome, WarningDraft(note="已查"))
    assert work.cases() == ()
    with pytest.raises(NotAllowed):
        work.act(case, NOTHING)
    make_incident(any_services)
    clock.forward(days=20)
    again = the_case(any_services)
    assert (again.key, again.state, again.times) == (case.key, WarningState.NEW, 1)
    work.acknowledge(again, NOTHING)
    assert the_case(any_services).state == WarningState.ACKNOWLEDGED


def test_an_open_warning_is_never_listed_twice_and_stays_though_the_data_fall_silent(
    any_services: Services, clock: FrozenClock
) -> None:
    work, case = any_services.warning_work, overdue(any_services, clock, amount=1)
    work.acknowledge(case, NOTHING)
    make_incident(any_services)
    clock.forward(days=20)
    assert the_case(any_services).warning.seen == 2
    for incident in any_services.incidents.first(IncidentFilter(), 9):
        any_services.incidents.cancel(incident.id, "误报")
    silent = the_case(any_services)
    assert (silent.standing, silent.state) == (False, WarningState.ACKNOWLEDGED)


def test_wrong_and_dismissed_need_a_reason(any_services: Services, clock: FrozenClock) -> None:
    work, case = any_services.warning_work, overdue(any_services, clock)
    for outcome in (WarningState.PROVEN_WRONG, WarningState.DISMISSED):
        with pytest.raises(InvalidInput) as refused:
            work.close(case, outcome, NOTHING)
        assert [(one.field, one.code) for one in refused.value.problems] == [
            ("note", "text.missing")
        ]
    assert the_case(any_services).state == WarningState.NEW


def test_the_hit_rate_of_a_rule_counts_what_was_judged(
    any_services: Services, clock: FrozenClock
) -> None:
    work = any_services.warning_work
    for outcome in (*ENDED, WarningState.PROVEN_RIGHT):
        case = overdue(any_services, clock)
        work.close(case, outcome, WarningDraft(note="已查"))
    rate = work.rates()[case.warning.rule]
    assert (rate.right, rate.wrong, rate.judged) == (2, 1, 3)
    assert overdue(any_services, clock).rate == rate


def test_an_ended_warning_is_taken_up_again_with_a_reason(
    any_services: Services, clock: FrozenClock
) -> None:
    work, case = any_services.warning_work, overdue(any_services, clock)
    work.close(case, WarningState.DISMISSED, WarningDraft(note="点错了"))
    with pytest.raises(InvalidInput):
        work.reopen(case, NOTHING)
    work.reopen(case, WarningDraft(note="还要看"))
    assert the_case(any_services).state == WarningState.ACKNOWLEDGED


def test_a_change_of_the_owner_meets_one_made_meanwhile(
    any_services: Services, clock: FrozenClock
) -> None:
    work, case = any_services.warning_work, overdue(any_services, clock)
    work.acknowledge(case, NOTHING)
    seen = the_case(any_services)
    work.plan(case.key, seen.version, WarningAssignment(due_on="2027-02-01"))
    with pytest.raises(Conflict):
        work.plan(case.key, seen.version, WarningAssignment(due_on="2027-02-02"))
    assert str(the_case(any_services).due_on) == "2027-02-01"


def test_a_campaign_of_a_warning_is_for_its_terminals_with_a_visit_each_shop(
    any_services: Services, clock: FrozenClock
) -> None:
    terminal = make_terminal(any_services)
    for _ in range(3):
        make_incident(any_services, terminal)
    clock.forward(days=20)
    case = the_case(any_services)
    warning = replace(case.warning, terminal_ids=(terminal,))
    draft = CampaignDraft(title="培训收银员", kind=CampaignKind.TRAINING, due_on="2027-03-01")
    key = any_services.warning_making.campaign(
        replace(case, warning=warning), draft, VisitPlan(planned_on="2027-01-04")
    )
    campaign = any_services.campaigns.get(key)
    assert (campaign.state, campaign.total) == (CampaignState.OPEN, 1)
    (task,) = any_services.campaigns.tasks(key)
    assert (task.terminal_id, str(task.visit_on)) == (terminal, "2027-01-04")
    made = the_case(any_services).entries[-1]
    assert made.reference is not None
    assert (made.action, made.reference.id) == (WarningAction.MAKE, key)
    assert the_case(any_services).state == WarningState.ACTING


def test_the_same_campaign_is_not_made_twice_while_it_is_open(
    any_services: Services, clock: FrozenClock
) -> None:
    making, case = any_services.warning_making, overdue(any_services, clock)
    terminal = make_terminal(any_services)
    case = replace(case, warning=replace(case.warning, terminal_ids=(terminal,)))
    draft = CampaignDraft(
        title="检查", kind=CampaignKind.INSPECTION, due_on="2027-06-01", warning=case.key
    )
    first = making.campaign(case, draft)
    number = any_services.campaigns.get(first).number
    with pytest.raises(InvalidInput) as refusal:
        making.campaign(case, draft)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.params["number"]) == ("campaign.made_already", number)
    making.campaign(case, replace(draft, kind=CampaignKind.TRAINING))
    any_services.campaigns.cancel(first, "已不需要")
    assert any_services.campaigns.get(making.campaign(case, draft)).state is CampaignState.OPEN


def test_open_incidents_of_the_cause_join_the_parent_and_stay_cases_of_their_own(
    any_services: Services, clock: FrozenClock
) -> None:
    children = [make_incident(any_services) for _ in range(3)]
    closed = make_incident(any_services)
    any_services.incidents.cancel(closed, "误报")
    clock.forward(days=20)
    case = the_case(any_services)
    ids = tuple(any_services.incidents.get(key).terminal_id for key in (*children, closed))
    warning = replace(case.warning, terminal_ids=ids)
    assert [one.id for one in any_services.warning_making.to_join(warning)] == children
    draft = IncidentDraft(terminal_id=ids[0], symptom="整片网络中断")
    parent = any_services.warning_making.parent(replace(case, warning=warning), draft)
    joined = any_services.incidents.first(IncidentFilter(parent_id=parent), 9)
    assert {one.id for one in joined} == set(children)
    assert all(one.state == "new" for one in joined)
    assert any_services.incidents.get(closed).parent == ""
    any_services.parents.leave(children[0])
    assert any_services.incidents.get(children[0]).parent == ""


def test_a_hand_over_is_kept_with_its_text(any_services: Services, clock: FrozenClock) -> None:
    case = overdue(any_services, clock)
    draft = WarningDraft(note="昆山市 55 台终端无网络")
    any_services.warning_making.hand_over(case, ContactRole.CARRIER, draft)
    entry = the_case(any_services).entries[-1]
    assert entry.change is not None
    assert (entry.change.new, entry.remark) == ("carrier", "昆山市 55 台终端无网络")


def test_a_warning_of_any_size_is_handed_over(services: Services, clock: FrozenClock) -> None:
    case = overdue(services, clock)
    incident, *_others = services.warning_work.evidence(case.warning)
    wordy = replace(incident, symptom="刷卡无反应" * 100)
    t = translator("zh")
    for behind in (1, 569, 20_000):
        warning = replace(case.warning, seen=behind)
        said = warning_handover(t, warning, ContactRole.MANUFACTURER, (wordy,) * behind)
        services.warning_making.hand_over(case, ContactRole.MANUFACTURER, WarningDraft(note=said))
        entry = the_case(services).entries[-1]
        assert entry.remark == said
        listed = said.count(incident.number)
        told = [line for line in said.splitlines() if line.startswith("另有")]
        assert told == ([f"另有 {behind - listed} 件"] if listed < behind else [])
        assert len(entry_line(t, entry).splitlines()) <= LINES_IN_LOG + 1


def test_what_was_made_of_a_warning_is_named_in_words(
    services: Services, clock: FrozenClock
) -> None:
    case = overdue(services, clock)
    symptom = IncidentDraft(terminal_id=make_terminal(services), symptom="大面积断网")
    key = services.warning_making.parent(case, symptom)
    number = services.incidents.get(key).number
    entry = the_case(services).entries[-1]
    assert f"异常 {number}" in entry_line(translator("zh"), entry)
    assert f"Incident {number}" in entry_line(translator("en"), entry)


def works(services: Services, code: str) -> None:
    """Let somebody work here as if they had signed in: hashing is slow and tested elsewhere."""
    known = services.directory.technician(code)
    services.context.person = SignedIn(
        id=known.id, code=known.code, name=known.name, role=known.role
    )
    services.context.actor = known.code
    read_again(services.context)


def test_a_technician_sees_what_concerns_them_and_decides_nothing(
    services: Services, clock: FrozenClock
) -> None:
    mine, others = make_technician(services, "T21"), make_technician(services, "T22")
    make_technician(services, "M01", role=Role.MANAGER)
    boss = make_technician(services, "A01", role=Role.ADMINISTRATOR)
    services.incidents.assign(make_incident(services), mine)
    clock.forward(days=20)
    case = the_case(services)
    services.people.set_password(boss, "correct horse battery")
    works(services, "T22")
    assert services.warning_work.cases() == ()
    works(services, "T21")
    assert [one.key for one in services.warning_work.cases()] == [case.key]
    with pytest.raises(NotPermitted):
        services.warning_work.close(case, WarningState.DISMISSED, NOTHING)
    works(services, "M01")
    said = WarningDraft(owner_id=others)
    services.warning_work.acknowledge(case, said)
    works(services, "T22")
    services.warning_work.note(case, WarningDraft(note="已到店"))
    assert the_case(services).entries[-1].remark == "已到店"


def test_a_step_is_about_the_warning_whose_owner_was_asked_for(
    services: Services, clock: FrozenClock
) -> None:
    case = overdue(services, clock)
    services.warning_work.acknowledge(case, NOTHING)
    other = kept(case.warning)
    for kind, more in (
        ("warning.acknowledge", ()),
        ("warning.act", ()),
        ("warning.note", ()),
        ("warning.close", (WarningState.DISMISSED,)),
    ):
        apply = KINDS[kind].apply
        with pytest.raises(NotFound):
            apply(services.warning_work, "merchant:theirs", other, *more, WarningDraft(note="x"))
    assert the_case(services).state == WarningState.ACKNOWLEDGED
