"""The technician's hour without a window: from what the merchant said to the signed report, for the
cases a day is made of.  Each prints what a merchant reads and nothing nobody did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.resolution_hint import resolution_hint
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.incidents.lifecycle import Impact, IncidentState, Priority, stop_of
from app.domain.incidents.proof import MERCHANT_TRADES
from app.domain.maintenance.checklist_lines import AnswerDraft, LineVerdict
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.register.terminals import draft_of
from app.services import Services
from app.services.documents.requests import Request
from tests.factories import make_incident, make_terminal
from tests.maintenance import tasks
from tests.reports.reading import all_text, squeezed
from tests.services.documents.paper import technician

TRADES = (TestLine(MERCHANT_TRADES, TestOutcome.PASSED),)
SOLD = (TestLine("test_sale", TestOutcome.PASSED, "000123"),)


def opened(services: Services, code: str, symptom: str, **changes: object) -> tuple[str, Interview]:
    """A reported incident under diagnosis."""
    technician(services)
    key = make_incident(services, displayed_code=code, symptom=symptom, **changes)
    return key, services.diagnosis_steps.consult(key).session


def accept(services: Services, key: str, session: Interview) -> None:
    services.incidents.triage(key, services.diagnosis.verdict(session.outcome()))
    services.incidents.start(key)


def closed(services: Services, key: str, draft: ResolutionDraft) -> str:
    """The report of an incident resolved so and closed by telephone, as text without spaces."""
    services.incidents.resolve(key, draft)
    services.incidents.close(key, ClosingDraft(Confirmation.BY_PHONE, "王先生"))
    incident = services.incidents.get(key)
    assert incident.state is IncidentState.CLOSED
    return report(services, incident.number)


def report(services: Services, number: str) -> str:
    request = Request(kind="service_report", subject=number)
    return squeezed(all_text(services.reporting.pdf(request).pdf))


def test_a_declined_card_closes_with_advice_and_no_test(services: Services) -> None:
    key, session = opened(services, "51", "顾客刷卡提示余额不足", impact=Impact.TRADING)
    assert session.straight_to_checks
    assert session.question is None
    session = session.tell_merchant(told=True)
    accept(services, key, session)
    hint = resolution_hint(session, FaultClass.BALANCE)
    assert (hint.cause, hint.mode) == ("", "ba.funds"), "no cause was found by anybody"
    draft = ResolutionDraft(
        fault_class=FaultClass.BALANCE, mode=hint.mode, advice=hint.told.zh, tests=TRADES
    )
    said = closed(services, key, draft)
    assert "信用额度" not in said
    assert squeezed(session.advice.say.zh) in said
    assert "商户能正常收款" in said
    assert "停机时间" not in said
    assert "签到成功" not in said


def test_a_faint_print_is_cleaned_and_tested(services: Services) -> None:
    key, session = opened(services, "", "打印不清楚,字很淡")
    assert session.question is not None
    assert session.question.id == "paper_right", "not what the screen says"
    accept(services, key, session.answer("paper_right", "yes"))
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    session = steps.tick(key, session, "load_paper", CheckOutcome.NOT_HELPED, language="zh")
    session = steps.tick(key, session, "clean_printer", CheckOutcome.HELPED, language="zh")
    work = [(entry.summary, entry.outcome) for entry in services.incidents.get(key).work]
    assert [outcome for _, outcome in work] == ["已做，问题仍在", "已做，问题解决"]
    assert session.top.fault_class is FaultClass.HARDWARE
    hint = resolution_hint(session, FaultClass.HARDWARE)
    draft = ResolutionDraft(
        fault_class=FaultClass.HARDWARE,
        mode="hw.print",
        cause=hint.cause or "print_dirty",
        remedy="clean_printer",
        tests=(TestLine("print", TestOutcome.PASSED),),
    )
    said = closed(services, key, draft)
    assert "已做，问题解决" in said
    assert "无效" not in said


def test_a_full_signal_with_time_outs_is_looked_up_first(services: Services) -> None:
    key, session = opened(services, "", "信号满格但交易超时")
    assert session.checks[0].check.id == "query_result"
    accept(services, key, session)
    steps = services.diagnosis_steps
    session = steps.consult(key).session
    for check, outcome in (("query_result", CheckOutcome.DONE), ("redial", CheckOutcome.HELPED)):
        session = steps.tick(key, session, check, outcome, language="zh")
    assert session.causes[0].id == "data_session"
    draft = ResolutionDraft(
        fault_class=FaultClass.NETWORK,
        mode="nw.data",
        cause="data_session",
        remedy="dial_again",
        tests=SOLD,
    )
    assert "重新拨号" in closed(services, key, draft)


@pytest.mark.parametrize(
    ("symptom", "check", "why"),
    [
        ("屏幕显示TAMPER", "isolate", "疑似被拆或被攻击"),
        ("电池鼓包了，没有冒烟", "isolate_danger", "电池鼓包、漏液或发烫"),
        ("充电器外壳裂开，露出铜线", "isolate_danger", "有触电危险"),
        ("机器进水了", "isolate_danger", "机器进液"),
        ("机器有焦味", "isolate_danger", "冒烟、焦味或打火"),
    ],
)
def test_danger_is_urgent_logged_first_on_paper_and_only_carried_out(
    services: Services, symptom: str, check: str, why: str
) -> None:
    key, session = opened(services, "", symptom, impact=Impact.TRADING)
    incident = services.incidents.get(key)
    assert incident.priority is Priority.P1
    assert why in stop_of(incident.events).zh
    assert session.question is None
    done = services.diagnosis_steps.tick(key, session, check, CheckOutcome.DONE, language="zh")
    assert done.beliefs == session.beliefs
    (line,) = services.incidents.get(key).work
    assert line.outcome == "已做"
    said = report(services, incident.number)
    assert said.index("安全停用") < said.index("故障情况" if "故障情况" in said else "报修")
    assert "问题仍在" not in said
    assert said.count("安全停用：") == len(session.stops) or said.count("安全停用:") >= 1


def test_a_moved_shop_reports_to_the_acquirer_and_then_moves(services: Services) -> None:
    home = make_terminal(services)
    key, session = opened(services, "", "商户搬到新店,要移机", terminal_id=home)
    (request,) = session.planned
    assert request.id == "move"
    assert "收单机构" in request.steps[0].zh
    accept(services, key, session)
    assert services.incidents.get(key).provisional_class is FaultClass.OTHER
    services.work_log.hand_over(key, session.advice.contacts[0])
    terminal = services.terminals.get(home)
    moved = replace(draft_of(terminal), address="静安区新店路8号")
    services.terminals.relocate(home, moved, "收单机构已批")
    stays = [p for p in services.terminals.get(home).placements if p.terminal_id == home]
    assert {stay.tid for stay in stays} == {terminal.tid}
    assert {stay.address for stay in stays} == {terminal.address, "静安区新店路8号"}
    assert services.terminals.get(home).address == "静安区新店路8号"
    said = closed(
        services, key, ResolutionDraft(fault_class=FaultClass.OTHER, work_done="已办理移机")
    )
    assert "违反相关规定" not in said
    assert "移机锁定" not in said


def test_an_unknown_terminal_is_diagnosed_and_closed(services: Services) -> None:
    technician(services)
    key = services.incidents.open(
        IncidentDraft(unknown_serial="TESTX90000000777", symptom="提示请签到")
    )
    session = services.diagnosis_steps.consult(key).session
    assert session.top.fault_class is FaultClass.OPERATION
    accept(services, key, session)
    draft = ResolutionDraft(fault_class=FaultClass.OPERATION, work_done="指导签到", tests=SOLD)
    assert "TESTX90000000777" in closed(services, key, draft)


def test_a_failing_visit_line_presets_class_and_words(services: Services) -> None:
    technician(services)
    make_terminal(services)
    services.plans.install_pack()
    services.generation.generate()
    task = next(
        t for t in tasks(services) if t.plan_key == "net" and t.outcome is OccurrenceOutcome.OPEN
    )
    run = services.checklists.begin(task.id)
    services.checklists.answer(run.id, "signal", AnswerDraft(value="-120"))
    found = services.checklists.follow_up(run.id, "signal", FollowUp.INCIDENT)
    incident = services.incidents.get(found.incident_id)
    assert incident.provisional_class is FaultClass.NETWORK
    assert incident.symptom.splitlines() == ["网络检查表：信号弱", "-120 dBm"]


def test_a_line_that_does_not_tell_leaves_the_class_open(services: Services) -> None:
    technician(services)
    make_terminal(services)
    services.plans.install_pack()
    services.generation.generate()
    task = next(
        t for t in tasks(services) if t.plan_key == "maint" and t.outcome is OccurrenceOutcome.OPEN
    )
    run = services.checklists.begin(task.id)
    services.checklists.answer(run.id, "body", AnswerDraft(LineVerdict.FAIL))
    found = services.checklists.follow_up(run.id, "body", FollowUp.INCIDENT, "外壳油污很重")
    incident = services.incidents.get(found.incident_id)
    assert incident.provisional_class is None
    assert incident.fault_class is not FaultClass.HARDWARE
