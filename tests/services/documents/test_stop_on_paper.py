"""A safety stop on paper says what to do, and better words for it change nothing signed."""

from __future__ import annotations

import pytest

from app.domain.maintenance.checklist_lines import AnswerDraft, LineVerdict
from app.reports.data.signable import signable_hash
from app.services import Services
from tests.factories import make_incident, make_terminal
from tests.maintenance import make_checklist, make_plan, planned
from tests.services.documents.paper import number_of, technician
from tests.services.documents.test_papers_say_what_was_done import squeezed


@pytest.mark.parametrize("accepted", [False, True])
def test_the_report_says_below_the_stop_what_to_do(services: Services, *, accepted: bool) -> None:
    technician(services)
    incident = make_incident(
        services, make_terminal(services), displayed_code="", symptom="电池鼓包"
    )
    if accepted:
        found = services.diagnosis.for_incident(incident).outcome()
        services.incidents.triage(incident, services.diagnosis.verdict(found))
    said = squeezed(services, "service_report", number_of(services, incident))
    assert said.count("安全停用：") == 1
    assert said.count("绝不充电") == 1, "what to do, once"


def test_the_sheet_of_a_visit_says_it_too(services: Services) -> None:
    technician(services)
    make_terminal(services)
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    visit = planned(services)[0]
    (task, *_others) = services.visits.get(visit.id).occurrences
    run = services.checklists.begin(task.id)
    services.checklists.answer(run.id, "seals", AnswerDraft(LineVerdict.FAIL))
    said = squeezed(services, "inspection", visit.number)
    assert "安全停用：疑似被拆或被攻击" in said
    assert "不拆机、不复位" in said


@pytest.mark.parametrize(("kind", "at"), [("service_report", "fault"), ("inspection", "stops")])
def test_other_words_for_what_to_do_leave_a_signature_good(kind: str, at: str) -> None:
    def sheet(stop: str) -> dict[str, object]:
        texts = [{"zh": stop, "en": "Safety stop: battery\nRemove."}]
        return {"outcome": {}, at: {"reasons": texts} if at == "fault" else texts}

    before, after = "安全停用：电池有危险", "安全停用：电池有危险\n马上停用，绝不充电。"
    assert signable_hash(kind, sheet(before)) == signable_hash(kind, sheet(after))
    other = "安全停用：机器进液\n马上停用，绝不充电。"
    assert signable_hash(kind, sheet(other)) != signable_hash(kind, sheet(after))


def test_a_reason_somebody_wrote_is_signed_to_its_last_line() -> None:
    def sheet(reason: str) -> dict[str, object]:
        texts = [{"zh": reason, "en": reason}]
        return {"outcome": {}, "fault": {"reasons": texts}}

    one, other = "安全停用已解除：看过\n没有", "安全停用已解除：看过\n有"
    assert signable_hash("service_report", sheet(one)) != signable_hash(
        "service_report", sheet(other)
    )
