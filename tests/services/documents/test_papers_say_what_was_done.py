"""Paper states what somebody did, saw or entered, in words; nothing derived stands as if it did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft, PartDraft, ResolutionDraft
from app.domain.incidents.incidents import SECURITY_CHECKS, TestLine, TestOutcome
from app.domain.incidents.lifecycle import Impact
from app.domain.maintenance.checklist_lines import (
    AnswerDraft,
    ChecklistLine,
    LineKind,
    LineVerdict,
)
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.plans import Scope
from app.domain.maintenance.visits import VisitState
from app.domain.register.terminals import TerminalState, draft_of
from app.reports.data.signable import signable_hash
from app.reports.typeset.blocks import TICKED
from app.services import Services
from app.services.documents.kinds import REQUESTABLE
from app.services.documents.requests import Request
from app.services.maintenance.checklists import ChecklistRun
from app.texts import WORDS
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_part, make_terminal
from tests.maintenance import make_checklist, make_plan, pass_all, planned, tasks
from tests.reports.reading import all_text, page_texts
from tests.services.documents.paper import (
    TESTS,
    close,
    make_campaign,
    number_of,
    resolved,
    technician,
)

SERIAL, MID = "TESTN91000000900", "848290058120900"
LANGUAGES = ("zh", "en", "both")


def text(services: Services, kind: str, subject: str = "", language: str = "zh") -> str:
    """What a document says, the white space kept."""
    request = Request(
        kind=kind,
        subject=subject,
        language=language,
        since=date(2026, 11, 1),
        until=date(2026, 12, 31),
    )
    return "\n".join(page_texts(services.reporting.pdf(request).pdf))


def squeezed(services: Services, kind: str, subject: str = "") -> str:
    """What a document says in Chinese, without white space."""
    return all_text(services.reporting.pdf(Request(kind=kind, subject=subject)).pdf)


def inspect(services: Services, *, battery: str) -> str:
    """The pack's plans, and a visit whose care checklist was gone through; its number."""
    services.plans.install_pack()
    services.generation.generate()
    task = next(
        t for t in tasks(services) if t.plan_key == "maint" and t.outcome is OccurrenceOutcome.OPEN
    )
    run = services.checklists.begin(task.id)
    for line in run.checklist.lines:
        answer = _answer(line, battery)
        result = services.checklists.answer(run.id, line.key, answer)
        if not result.settled:
            services.checklists.follow_up(run.id, line.key, FollowUp.INCIDENT, "建议换电池")
    services.checklists.finish(run.id, accept_early=True)
    return services.visits.get(task.visit_id).summary.number


def _answer(line: ChecklistLine, battery: str) -> AnswerDraft:
    if line.kind is LineKind.CHECK:
        return AnswerDraft(LineVerdict.PASS)
    if line.kind is LineKind.CHOICE:
        good = next(choice.key for choice in line.choices if not choice.fails)
        return AnswerDraft(value=battery if line.key == "battery" else good)
    return AnswerDraft(value={LineKind.SERIAL: SERIAL, LineKind.NUMBER: "5"}.get(line.kind, "已核"))


def estate(services: Services) -> dict[str, list[str]]:
    """One of everything a document tells of; subjects by kind."""
    technician(services)
    home = make_terminal(services, serial=SERIAL, mid=MID)
    found = services.terminals.get(home)
    changed = replace(draft_of(found), seal_no="S-9", firmware="3.3.0")
    services.terminals.update(home, found.version, changed)
    number = inspect(services, battery="weak")
    services.terminals.change_state(home, TerminalState.SUSPENDED, "装修")
    services.terminals.change_state(home, TerminalState.IN_SERVICE, "装修结束", override="测试")
    finished = resolved(services, swap_to="NEWDEVICE0900", serial="TESTN91000000901")
    close(services, finished)
    draft = make_incident(services, home, displayed_code="51", symptom="余额不足")
    session = services.diagnosis.for_incident(draft).tick("other_card", "helped")
    services.incidents.triage(draft, services.diagnosis.verdict(session.outcome()))
    services.work_log.hand_over(draft, session.advice.contacts[0])
    make_campaign(services)
    return {
        "service_report": [number_of(services, finished), number_of(services, draft)],
        "service_order": [number_of(services, draft)],
        "swap_note": [number_of(services, finished), SERIAL],
        "inspection": [number],
        "terminal_history": [SERIAL, "TESTN91000000901"],
        "merchant_summary": [MID],
    }


def keys(services: Services) -> set[str]:
    """Every id and value the program keeps instead of words."""
    knowledge = services.diagnosis.knowledge
    found = {value for values in WORDS.values() for value in values}
    for entries in (
        knowledge.modes,
        knowledge.causes,
        knowledge.remedies,
        knowledge.checks,
        knowledge.signs,
        knowledge.circumstances,
        knowledge.questions,
    ):
        found |= set(entries)
    for checklist in services.plans.checklists():
        for line in checklist.lines:
            found |= {line.key, *(choice.key for choice in line.choices)}
    return {value for value in found if not value.isupper()}


def documents(services: Services) -> Iterator[tuple[str, str, str, str]]:
    """Kind, subject, language and text of every document of the estate."""
    subjects = estate(services)
    assert set(subjects) <= set(REQUESTABLE)
    for kind in REQUESTABLE:
        for subject in subjects.get(kind, [""]):
            for language in LANGUAGES:
                yield kind, subject, language, text(services, kind, subject, language)


def test_no_document_prints_a_key_instead_of_words(services: Services) -> None:
    seen = set()
    known: set[str] = set()
    for kind, subject, language, said in documents(services):
        known = known or keys(services)
        # What an inspection found is told in both languages in the incident it opened.
        told = " ".join(said.split()).replace("clearly weak", "")
        # A word begins after no digit: the letters within a printed hash ("3e61cadd") are none.
        words = set(re.findall(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z_.0-9]*", told))
        # In English a key may be the very word; one with an underscore or a dot never is.
        bare = {w for w in words & known if language == "zh" or "_" in w or "." in w}
        assert bare == set(), (kind, subject, language, bare)
        seen.add(kind)
    assert seen == set(REQUESTABLE)


def test_a_choice_is_told_in_its_words_on_paper_and_in_the_incident_it_opens(
    services: Services,
) -> None:
    subjects = estate(services)
    (number,) = subjects["inspection"]
    assert "续航明显变短" in squeezed(services, "inspection", number)
    assert "clearly weak" in " ".join(text(services, "inspection", number, "en").split())
    visit = next(v for v in planned(services) if v.number == number)
    opened = [
        services.incidents.get(result.incident_id)
        for task in services.visits.get(visit.id).occurrences
        if task.plan_key == "maint"
        for result in services.checklists.get(task.id).results.values()
        if result.incident_id
    ]
    assert "续航明显变短" in opened[0].symptom


def ticked(said: str) -> int:
    """How many boxes are ticked."""
    return said.count(TICKED)


def test_a_draft_about_which_nobody_did_anything_has_no_tick_and_no_claim(
    any_services: Services,
) -> None:
    incident = make_incident(any_services)
    number = number_of(any_services, incident)
    said = squeezed(any_services, "service_report", number)
    assert ticked(said) == 0
    assert "配件尚未登记" in said
    assert "更换配件" not in said
    assert "¥" not in said
    terminal = any_services.terminals.get(any_services.incidents.get(incident).terminal_id)
    for kind, subject in (
        ("terminal_history", terminal.serial),
        ("swap_note", terminal.serial),
        ("merchant_summary", terminal.mid),
    ):
        assert ticked(squeezed(any_services, kind, subject)) == 0, kind


@pytest.mark.parametrize("looked", [*TestOutcome, None])
def test_as_many_boxes_are_ticked_as_acts_are_stored(
    any_services: Services, looked: TestOutcome | None
) -> None:
    technician(any_services)
    incident = make_incident(any_services)
    security = [TestLine(item, TestOutcome.PASSED) for item in SECURITY_CHECKS[:-1]]
    if looked is not None:
        security.append(TestLine("location_registered", looked))
    any_services.incidents.start(incident)
    any_services.incidents.resolve(
        incident,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="指导",
            tests=TESTS,
            security=tuple(security),
            result="waiting" if looked is TestOutcome.FAILED else "solved",  # type: ignore[arg-type]
        ),
    )
    close(any_services, incident)
    said = squeezed(any_services, "service_report", number_of(any_services, incident))
    passed = sum(line.outcome is TestOutcome.PASSED for line in (*TESTS, *security))
    stands = looked in (TestOutcome.PASSED, TestOutcome.FAILED)  # one box of yes and no
    assert ticked(said) == passed + stands + 1 + 1  # and one result, one rating
    assert ("与登记一致☑是" in said) is (looked is TestOutcome.PASSED)
    assert ("☑否" in said) is (looked is TestOutcome.FAILED)


def amounts(said: str) -> list[int]:
    """Every amount of money, in fen."""
    return [int(raw.replace(",", "").replace(".", "")) for raw in re.findall(r"¥([\d,.]+)", said)]


@pytest.mark.parametrize(
    ("parts", "fee", "printed"),
    [
        ((), 0, []),
        ((), 5_000, [5_000, 5_000]),
        (((1, 12_000, False),), 0, [12_000] * 4),
        (((2, 12_050, False),), 0, [12_050, 24_100, 24_100, 24_100]),
        (((2, 12_050, False), (1, 9_900, True)), 3_000, [12_050, 24_100, 24_100, 3_000, 27_100]),
        (((3, 100, False), (2, 250, False)), 1_000, [100, 300, 250, 500, 800, 1_000, 1_800]),
        (((1, 0, True),), 0, []),
        (((1, 0, False), (2, 250, False)), 1_000, [250, 500, 1_000]),
    ],
)
def test_money_adds_up_or_is_blank_and_is_never_a_zero_nobody_entered(
    services: Services, parts: tuple[tuple[int, int, bool], ...], fee: int, printed: list[int]
) -> None:
    """A part without a price leaves every sum it belongs to blank."""
    technician(services)
    incident = make_incident(services)
    services.incidents.start(incident)
    for n, (count, price, warranty) in enumerate(parts):
        services.work_log.add_part(
            incident,
            PartDraft(name=f"件{n}", quantity=count, unit_price_cents=price, in_warranty=warranty),
        )
    services.incidents.resolve(
        incident,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION, work_done="指导", tests=TESTS, fee_cents=fee
        ),
    )
    for language in LANGUAGES:
        said = text(services, "service_report", number_of(services, incident), language)
        found = amounts(said)
        # In two languages each sentence about money stands twice.
        assert sorted(set(found)) == sorted(set(printed))
        assert language == "both" or found == printed
    assert (
        "未登记更换配件" in squeezed(services, "service_report", number_of(services, incident))
    ) is not bool(parts)


@pytest.mark.parametrize(
    ("fees", "parts", "printed"),
    [
        ((8_000, 6_000), (), [8_000, 6_000, 14_000]),
        ((8_000, 0), ((1, 12_000, False),), [12_000, 12_000, 12_000, 8_000, 20_000]),
        ((8_000, 0), ((1, 12_000, True),), [8_000, 8_000]),
        ((0, 6_000), ((1, 0, False),), [6_000]),
        ((0, 0), ((1, 12_000, True),), []),
    ],
)
def test_call_out_and_labour_stand_under_their_names(
    services: Services,
    fees: tuple[int, int],
    parts: tuple[tuple[int, int, bool], ...],
    printed: list[int],
) -> None:
    """And nothing about money where nothing is due."""
    technician(services)
    incident = make_incident(services)
    services.incidents.start(incident)
    for n, (count, price, warranty) in enumerate(parts):
        services.work_log.add_part(
            incident,
            PartDraft(name=f"件{n}", quantity=count, unit_price_cents=price, in_warranty=warranty),
        )
    callout, labour = fees
    services.incidents.resolve(
        incident,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="指导",
            tests=TESTS,
            callout_fee_cents=callout,
            labour_fee_cents=labour,
        ),
    )
    number = number_of(services, incident)
    assert amounts(text(services, "service_report", number)) == printed
    said = squeezed(services, "service_report", number)
    assert ("上门费" in said) is ("人工费" in said) is ("合计" in said) is bool(printed)
    assert "¥0.00" not in said


def test_a_signature_given_before_there_were_these_fees_stays_good() -> None:
    """A report that names none of them is the same content as before."""
    before = {"outcome": {"result": "solved", "next_visit": ""}}
    empty = {"callout_fee_cents": 0, "labour_fee_cents": 0}
    now = {"outcome": {**before["outcome"], **empty}}
    asked = {"outcome": {**before["outcome"], **empty, "labour_fee_cents": 100}}
    first, same, other = (signable_hash("service_report", one) for one in (before, now, asked))
    assert first == same != other


@pytest.mark.parametrize(
    ("impact", "fault_class", "down"),
    [
        (Impact.STOPPED, FaultClass.OPERATION, True),
        (Impact.STOPPED, FaultClass.BALANCE, False),
        (Impact.STOPPED, FaultClass.FROZEN, False),
        (Impact.PARTLY, FaultClass.OPERATION, False),
        (Impact.TRADING, FaultClass.OPERATION, False),
    ],
)
def test_downtime_is_printed_only_of_a_terminal_said_to_be_down(
    any_services: Services,
    clock: FrozenClock,
    impact: Impact,
    fault_class: FaultClass,
    down: bool,
) -> None:
    technician(any_services)
    terminal = make_terminal(any_services, serial=SERIAL, mid=MID)
    incident = make_incident(any_services, terminal, impact=impact, displayed_code="", symptom="慢")
    any_services.incidents.start(incident)
    clock.forward(hours=1)
    any_services.incidents.resolve(
        incident, ResolutionDraft(fault_class=fault_class, work_done="说明", tests=TESTS)
    )
    assert any_services.incidents.get(incident).down_since is not None or not down
    report = squeezed(any_services, "service_report", number_of(any_services, incident))
    assert ("停机—" in report) is not down
    summary = squeezed(any_services, "merchant_summary", MID)
    assert ("累计停机—" in summary) is not down


def test_correcting_a_report_does_not_move_when_the_terminal_went_down(
    any_services: Services,
) -> None:
    incident = make_incident(any_services)
    before = any_services.incidents.get(incident)
    corrected = IncidentDraft(terminal_id=before.terminal_id, displayed_code="A1")
    any_services.incidents.edit(incident, before.version, corrected)
    after = any_services.incidents.get(incident)
    assert after.down_from == before.down_from == before.reported_at


def test_a_visit_without_a_checklist_has_no_serial_number_found_and_no_outcome(
    any_services: Services,
) -> None:
    technician(any_services)
    make_terminal(any_services, serial=SERIAL, mid=MID)
    make_plan(any_services)
    any_services.generation.generate()
    visit = planned(any_services)[0]
    for task in any_services.visits.get(visit.id).occurrences:
        any_services.visits.complete(task.id, accept_early=True)
    any_services.visits.finish(visit.id)
    assert any_services.visits.get(visit.id).summary.state is VisitState.DONE
    sheet = squeezed(any_services, "inspection", visit.number)
    assert "现场序列号—" in sheet
    assert "合格/不合格" not in sheet
    assert ticked(sheet) == 0
    summary = text(any_services, "merchant_summary", MID)
    line = next(one for one in summary.splitlines() if visit.number in one)
    assert "合格" not in line


def test_a_value_that_nothing_is_measured_against_is_recorded_and_did_not_pass(
    services: Services,
) -> None:
    technician(services)
    make_terminal(services, serial=SERIAL, mid=MID)
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    task = tasks(services)[0]
    run = services.checklists.begin(task.id)
    pass_all(services, run, SERIAL)
    services.checklists.finish(run.id, accept_early=True)
    number = services.visits.get(task.visit_id).summary.number
    lines = text(services, "inspection", number).splitlines()
    (noted,) = [line for line in lines if "000123" in line]
    assert "已记录" in noted
    assert "合格" not in noted
    assert TICKED not in noted
    sheet = squeezed(services, "inspection", number)
    assert "合格/不合格4/0" in sheet
    assert "已记录1" in sheet


def test_a_signature_given_while_a_recorded_value_was_called_passed_still_stands() -> None:
    signed = {"lines": [{"item": "版本", "result": "passed", "value": "2.1.0"}], "stops": []}
    now = {"lines": [{"item": "版本", "result": "noted", "value": "2.1.0"}], "stops": []}
    assert signable_hash("inspection", now) == signable_hash("inspection", signed)


def test_a_serial_number_is_found_only_where_somebody_read_it(services: Services) -> None:
    """The register's own number, kept when a checklist begins, was read by nobody."""
    technician(services)
    make_terminal(services, serial=SERIAL, mid=MID)
    services.plans.install_pack()
    services.generation.generate()
    task = next(
        t for t in tasks(services) if t.plan_key == "maint" and t.outcome is OccurrenceOutcome.OPEN
    )
    run = services.checklists.begin(task.id)
    services.checklists.answer(run.id, "body", AnswerDraft(LineVerdict.PASS))
    services.checklists.finish(run.id, accept_early=True, why_partial="商户赶时间")
    number = services.visits.get(task.visit_id).summary.number
    assert "现场序列号—" in squeezed(services, "inspection", number)
    evidence = next(one for one in text(services, "evidence").splitlines() if number in one)
    assert evidence.count(SERIAL) == 1


def shop_visit(services: Services) -> list[Occurrence]:
    """The tasks of the visit at which the shop as a whole is inspected beside its terminal."""
    technician(services)
    make_terminal(services, serial=SERIAL, mid=MID)
    services.plans.install_pack()
    services.generation.generate()
    patrol = next(task for task in tasks(services) if task.plan_key == "patrol")
    return [*services.visits.get(patrol.visit_id).occurrences]


def fail_first(services: Services, run: ChecklistRun, key: str = "") -> str:
    """Answer one line badly, an incident following; its number."""
    marks = [one for one in run.checklist.lines if one.kind is LineKind.CHECK]
    line = next(one for one in marks if key in one.key)
    result = services.checklists.answer(run.id, line.key, AnswerDraft(LineVerdict.FAIL))
    if not result.settled:
        result = services.checklists.follow_up(run.id, line.key, FollowUp.INCIDENT)
    return result.incident_number


def test_the_sheet_of_an_open_visit_says_what_is_done_and_what_is_not(
    any_services: Services,
) -> None:
    work = shop_visit(any_services)
    patrol = next(task for task in work if task.plan_key == "patrol")
    assert patrol.scope is Scope.MERCHANT
    run = any_services.checklists.begin(patrol.id)
    number = fail_first(any_services, run)
    for line in run.checklist.lines:
        if any_services.checklists.get(patrol.id).results.get(line.key) is None:
            any_services.checklists.answer(run.id, line.key, _answer(line, "good"))
    any_services.checklists.finish(run.id, accept_early=True)
    visit = any_services.visits.get(patrol.visit_id).summary
    assert visit.state is VisitState.IN_PROGRESS
    sheet = squeezed(any_services, "inspection", visit.number)
    assert number in sheet
    for line in run.checklist.lines:
        assert not line.type.listed or "".join(line.text.zh.split())[:12] in sheet
    assert "未完成" in sheet


def test_a_checklist_ended_in_part_keeps_its_reason_and_its_stop_on_paper(
    services: Services,
) -> None:
    for task in shop_visit(services):
        run = services.checklists.begin(task.id)
        if run.checklist.lines and task.scope is Scope.TERMINAL:
            break
    number = fail_first(services, run, "seal")
    services.checklists.finish(run.id, accept_early=True, why_partial="商户赶时间")
    visit = services.visits.get(task.visit_id).summary
    sheet = squeezed(services, "inspection", visit.number)
    for said in (number, "部分完成", "商户赶时间", "安全停用"):
        assert said in sheet, said


def test_the_own_warranty_of_a_part_is_printed_once_it_was_fitted(any_services: Services) -> None:
    technician(any_services)
    part = make_part(any_services, warranty_months=6)
    incident = make_incident(any_services, make_terminal(any_services))
    any_services.incidents.start(incident)
    draft = PartDraft(name="电池", part_kind_id=part, in_warranty=True)
    any_services.work_log.add_part(incident, draft)
    any_services.work_log.add_part(incident, PartDraft(name="螺丝", in_warranty=True))
    number = number_of(any_services, incident)
    assert "2027-05-23" not in squeezed(any_services, "service_report", number), "not finished yet"
    any_services.incidents.resolve(
        incident,
        ResolutionDraft(fault_class=FaultClass.OPERATION, work_done="换电池", tests=TESTS),
    )
    said = squeezed(any_services, "service_report", number)
    assert said.count("保修至2027-05-23") == 1


def test_how_long_a_part_is_under_warranty_is_no_fact_that_is_signed() -> None:
    plain = {"outcome": {}, "parts": [{"name": "电池"}]}
    dated = {"outcome": {}, "parts": [{"name": "电池", "warranty_until": "2027-05-23"}]}
    first, second = (signable_hash("service_report", one) for one in (plain, dated))
    assert first == second
