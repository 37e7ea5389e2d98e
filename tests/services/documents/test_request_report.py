"""A case in which something was only asked for: short to end, no downtime, and a report that says
what was asked for, where the terminal went and who told the acquirer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.diagnosis.resolution_hint import resolution_hint
from app.domain.errors import InvalidInput
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.drafts import IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import Result
from app.domain.incidents.lifecycle import Impact
from app.domain.register.terminals import draft_of
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal
from tests.services.documents.paper import number_of, technician
from tests.services.documents.test_papers_say_what_was_done import squeezed

MOVE = "商户要移机到新地址"


def begun(services: Services, symptom: str = MOVE) -> tuple[str, str]:
    technician(services)
    terminal = make_terminal(services, address="人民路 1 号")
    told = IncidentDraft(terminal_id=terminal, symptom=symptom)
    incident = services.incidents.open(services.diagnosis.as_told(told))
    services.incidents.start(incident)
    return terminal, incident


def done(services: Services, incident: str) -> ResolutionDraft:
    """What the form begins with, and the one thing that is chosen."""
    hint = resolution_hint(services.diagnosis.for_incident(incident), None)
    assert hint.fault_class is FaultClass.OTHER
    return ResolutionDraft(
        fault_class=hint.fault_class,
        mode=hint.mode,
        cause=hint.cause,
        remedy="request_done",
        result=Result.SOLVED,
    )


def test_the_report_of_a_move_says_both_addresses_and_who_told_the_acquirer(
    any_services: Services, clock: FrozenClock
) -> None:
    services = any_services
    terminal, incident = begun(services)
    services.work_log.hand_over(incident, ContactRole.ACQUIRER, "已报备")
    clock.forward(hours=2)
    known = draft_of(services.terminals.get(terminal))
    services.terminals.relocate(terminal, replace(known, address="解放路 99 号"), "移机")
    clock.forward(hours=1)
    services.incidents.resolve(incident, done(services, incident))
    clock.forward(hours=1)
    moved_again = draft_of(services.terminals.get(terminal))
    services.terminals.relocate(terminal, replace(moved_again, address="别处"), "又移机")
    said = squeezed(services, "service_report", number_of(services, incident))
    assert "申请事项" in said
    assert "移机、变更安装地址" in said
    assert "原地址人民路1号" in said
    assert "新地址解放路99号" in said
    assert "上报收单机构张工·2026" in said, "who did, by name"
    assert "停机—" not in said, "nothing failed"
    assert "故障类别" not in said
    assert services.incidents.get(incident).down_since is None
    assert not services.incidents.get(incident).item_failure


def test_a_move_nobody_reported_is_not_said_to_be_reported(any_services: Services) -> None:
    _terminal, incident = begun(any_services)
    any_services.incidents.resolve(incident, done(any_services, incident))
    said = squeezed(any_services, "service_report", number_of(any_services, incident))
    assert "尚未上报" in said
    assert "原地址" not in said


def test_a_request_is_ended_by_what_became_of_it(any_services: Services) -> None:
    _terminal, incident = begun(any_services, "商户要撤机")
    draft = done(any_services, incident)
    assert draft.mode == "rq.retire"
    with pytest.raises(InvalidInput) as refusal:
        any_services.incidents.resolve(incident, replace(draft, remedy=""))
    assert [problem.field for problem in refusal.value.problems] == ["remedy"]
    any_services.incidents.resolve(incident, draft)


@pytest.mark.parametrize(
    ("symptom", "impact"),
    [
        (MOVE, Impact.TRADING),
        ("商户申请停机保号", Impact.TRADING),
        ("移机后提示移机锁定", Impact.STOPPED),
        ("打印不清", Impact.STOPPED),
    ],
)
def test_only_a_request_takes_nothing_out_of_service(
    services: Services, symptom: str, impact: Impact
) -> None:
    draft = services.diagnosis.as_told(IncidentDraft(terminal_id="t", symptom=symptom))
    assert draft.impact is impact


def test_a_request_stored_as_an_outage_by_an_earlier_version_was_none(
    any_services: Services,
) -> None:
    incident = make_incident(
        any_services, make_terminal(any_services), displayed_code="", symptom=MOVE
    )
    assert any_services.incidents.get(incident).down_since is not None
    any_services.incidents.start(incident)
    any_services.incidents.resolve(incident, done(any_services, incident))
    assert any_services.incidents.get(incident).down_since is None
