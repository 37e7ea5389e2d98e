"""A check done and a stop withdrawn leave the same trace whichever door they come through."""

from __future__ import annotations

import pytest

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.safety_rules import lost_stops
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.incidents.lifecycle import EditReason, Impact, Priority, Urgency, stop_of
from app.i18n import translator
from app.languages import LocalizedText
from app.reports.typeset.blocks import TICKED
from app.services import Services
from app.services.documents.requests import Request
from app.texts.events import incident_event
from tests.conftest import FrozenClock
from tests.factories import correct_incident, make_incident, make_terminal
from tests.reports.reading import all_text, squeezed
from tests.services.documents.paper import resolved, sign, technician


def test_a_stop_is_only_taken_back_with_a_reason_that_stands_in_the_log(
    services: Services,
) -> None:
    key = make_incident(services, displayed_code="", symptom="电池鼓包", impact=Impact.PARTLY)
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    assert session.stopped
    calling = [item.id for item in session.evidence if item.id.startswith("sign:")]
    with pytest.raises(InvalidInput) as refusal:
        for item in calling:
            session = steps.withdraw(key, session, item)
    assert [problem.code for problem in refusal.value.problems] == ["stop.reason_missing"]
    assert steps.consult(key).session.stopped
    for item in calling:
        session = steps.withdraw(key, session, item, "店长陈玲：看过，是保护壳翘边")
    # Every door reads the session as it was left.
    assert not steps.consult(key).session.stopped
    events = services.incidents.get(key).events
    last = next(one for one in events if one.reason == EditReason.SIGN_WITHDRAWN)
    for language, words in (("zh", "安全停用已解除"), ("en", "safety stop withdrawn")):
        said = incident_event(translator(language), last).line
        assert words in said
        assert "店长陈玲：看过，是保护壳翘边" in said
        assert " / " not in said
    trail = session.trail()
    assert any("店长陈玲" in reason["zh"] for reason in trail["reasons"])  # type: ignore[union-attr,attr-defined]


def taken_back(services: Services, key: str) -> None:
    """Somebody looked: what calls for a stop is not so."""
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    for item in session.evidence:
        if lost_stops(session.reasoner.knowledge, session.evidence, item.id):
            session = steps.withdraw(key, session, item.id, "店长陈玲：看过，是保护壳翘边")


@pytest.mark.parametrize("impact", Impact)
def test_a_stop_taken_back_is_lifted_at_once_everywhere(services: Services, impact: Impact) -> None:
    """Whoever took it back works on: no class has to be accepted first, whatever the priority."""
    technician(services)
    terminal = make_terminal(services)
    fields = {"displayed_code": "", "impact": impact, "urgency": Urgency.HIGH}
    key = make_incident(services, terminal, symptom="电池鼓包，打印不清", **fields)
    usual = services.incidents.get(make_incident(services, symptom="打印不清", **fields))
    services.incidents.start(key)
    assert services.terminal_stops.at(terminal)
    assert services.incidents.get(key).priority is Priority.P1
    taken_back(services, key)
    after = services.incidents.get(key)
    assert not stop_of(after.events)
    assert services.terminal_stops.at(terminal) == ()
    assert after.priority is usual.priority
    correct_incident(services, key, reporter_name="王店长")
    assert not stop_of(services.incidents.get(key).events), "the same words, looked at already"
    services.incidents.resolve(
        key,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="换纸",
            tests=(TestLine("print", TestOutcome.PASSED),),
        ),
    )
    correct = services.incidents.get(make_incident(services, terminal, symptom="打印不清"))
    correct_incident(services, correct.id, symptom="电池鼓包")
    assert services.terminal_stops.at(terminal), "said anew, it stands anew"


def test_one_of_two_dangers_taken_back_leaves_the_other(services: Services) -> None:
    terminal = make_terminal(services)
    key = make_incident(services, terminal, displayed_code="", symptom="电池鼓包，屏幕显示TAMPER")
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    first, second = session.stops
    item = next(
        one.id
        for one in session.evidence
        if first in lost_stops(session.reasoner.knowledge, session.evidence, one.id)
    )
    steps.withdraw(key, session, item, "看过，没有鼓包")
    (stop,) = services.terminal_stops.at(terminal)
    assert stop.said == second.log
    assert services.incidents.get(key).priority is Priority.P1


def test_a_danger_found_by_an_answer_stops_at_once(services: Services) -> None:
    """Not only when the class is accepted: another may be at the terminal meanwhile."""
    terminal = make_terminal(services)
    key = make_incident(services, terminal, displayed_code="", symptom="充不进电")
    assert services.terminal_stops.at(terminal) == ()
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    steps.keep(key, session)
    assert services.terminal_stops.at(terminal) == ()
    found = session.tell(text="充不进电，电池鼓包了")
    steps.keep(key, found)
    steps.keep(key, found)
    (stop,) = services.terminal_stops.at(terminal)
    assert stop.said == found.stops[0].log
    after = services.incidents.get(key)
    assert after.priority is Priority.P1
    assert sum(event.reason == EditReason.HARD_STOP for event in after.events) == 1
    taken_back(services, key)
    assert services.terminal_stops.at(terminal) == ()


def test_what_another_computer_found_is_not_lifted_by_a_session_that_does_not_know_it(
    services: Services,
) -> None:
    terminal = make_terminal(services)
    key = make_incident(services, terminal, displayed_code="", symptom="电池鼓包")
    seen = stop_of(services.incidents.get(key).events)
    other = LocalizedText("进液", "Liquid")
    services.incidents.note_stops(key, (seen, other), seen)
    services.incidents.note_stops(key, (), seen)
    assert other.zh in stop_of(services.incidents.get(key).events).zh
    taken_back(services, key)
    assert services.terminal_stops.at(terminal)


def test_a_rank_by_a_stop_is_logged_in_one_language_and_the_word_used_elsewhere(
    services: Services,
) -> None:
    key = make_incident(services, displayed_code="", symptom="电池鼓包", impact=Impact.PARTLY)
    said = [
        incident_event(translator("zh"), event).line for event in services.incidents.get(key).events
    ]
    assert any("紧急" in text for text in said)
    assert not any("swollen" in text for text in said)


def test_a_check_has_one_line_in_the_work_log_and_the_later_word_stands(
    services: Services,
) -> None:
    key = make_incident(services)
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    check = session.checks[0].check
    session = steps.tick(key, session, check.id, CheckOutcome.DONE, language="zh")
    session = steps.tick(key, session, check.id, CheckOutcome.NOT_HELPED, language="zh", minutes=4)
    (line,) = services.incidents.get(key).work
    assert (line.summary, line.outcome, line.minutes) == (check.text.zh, "已做，问题仍在", 4)
    assert steps.consult(key).session.trail() == session.trail()
    session = steps.withdraw(key, session, f"check:{check.id}")
    incident = services.incidents.get(key)
    assert not incident.work
    assert check.text.zh in incident.events[-1].remark


def test_an_instruction_has_no_outcome_and_moves_no_belief(services: Services) -> None:
    key = make_incident(services, displayed_code="", symptom="电池鼓包")
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    with pytest.raises(InvalidInput) as refusal:
        steps.tick(key, session, "isolate_danger", CheckOutcome.NOT_HELPED, language="zh")
    assert [problem.code for problem in refusal.value.problems] == ["check.no_outcome"]
    assert not services.incidents.get(key).work
    done = steps.tick(key, session, "isolate_danger", CheckOutcome.DONE, language="zh")
    assert done.beliefs == session.beliefs
    # A session of earlier, in which an instruction "did not help".
    assert session.tick("isolate_danger", CheckOutcome.NOT_HELPED).beliefs == session.beliefs


def test_a_stop_that_was_reported_is_on_the_report_in_any_state(services: Services) -> None:
    key = make_incident(services, displayed_code="", symptom="电池鼓包", impact=Impact.PARTLY)
    number = services.incidents.get(key).number
    printed = services.reporting.pdf(Request(kind="service_report", subject=number)).pdf
    assert "安全停用" in squeezed(all_text(printed))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (TestLine("bogus", TestOutcome.PASSED), "resolution.test_unknown"),
        (TestLine("test_sale", TestOutcome.PASSED, "6222021234567890128"), "text.card_number"),
    ],
)
def test_a_proof_that_is_none_is_refused_beside_its_field(
    services: Services, line: TestLine, code: str
) -> None:
    key = make_incident(services)
    services.incidents.start(key)
    draft = ResolutionDraft(fault_class=FaultClass.OPERATION, work_done="指导操作", tests=(line,))
    with pytest.raises(InvalidInput) as refusal:
        services.incidents.resolve(key, draft)
    assert code in [problem.code for problem in refusal.value.problems]
    assert {problem.field for problem in refusal.value.problems} == {"tests"}


def test_a_case_closes_as_signed_only_with_a_signature_of_the_merchant(
    services: Services,
) -> None:
    key = resolved(services)
    signed = ClosingDraft(Confirmation.SIGNED, "王芳")
    with pytest.raises(InvalidInput) as refusal:
        services.incidents.close(key, signed)
    assert [problem.code for problem in refusal.value.problems] == ["closing.not_signed"]
    sign(services, key)
    services.incidents.close(key, signed)
    assert services.incidents.get(key).confirmation is Confirmation.SIGNED


def test_a_signature_under_an_earlier_resolution_does_not_confirm_a_later_one(
    services: Services, clock: FrozenClock
) -> None:
    key = resolved(services)
    sign(services, key)
    clock.forward(minutes=1)
    services.incidents.reopen(key, "又坏了")
    draft = ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        work_done="又指导一次",
        labour_fee_cents=9_950,
        tests=(TestLine("sign_in", TestOutcome.PASSED),),
    )
    clock.forward(minutes=1)
    services.incidents.resolve(key, draft)
    with pytest.raises(InvalidInput) as refusal:
        services.incidents.close(key, ClosingDraft(Confirmation.SIGNED, "王芳"))
    assert [problem.code for problem in refusal.value.problems] == ["closing.not_signed"]
    clock.forward(minutes=1)
    sign(services, key)
    services.incidents.close(key, ClosingDraft(Confirmation.SIGNED, "王芳"))
    assert services.incidents.get(key).confirmation is Confirmation.SIGNED


def test_a_result_that_was_taken_back_is_not_on_the_report(services: Services) -> None:
    key = resolved(services)
    services.incidents.reopen(key, "又坏了")
    number = services.incidents.get(key).number
    paper = all_text(services.reporting.pdf(Request(kind="service_report", subject=number)).pdf)
    assert squeezed(f"{TICKED} 已解决") not in paper
    assert TICKED not in paper, "a test that showed it was mended is ticked while it is not"
    assert "指导收银员先签到再交易" in paper, "what was done stays"
