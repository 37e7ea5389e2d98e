"""An incident about a failed line is written in one language, and as urgent in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app import bootstrap
from app.domain.incidents.lifecycle import Priority, stop_of
from app.domain.maintenance.checklist_lines import AnswerDraft, EntryForm, LineVerdict
from app.domain.maintenance.checklists import FollowUp
from app.i18n import translator
from app.services import Services
from app.services.maintenance.line_failures import failures_in_words
from app.settings import Settings
from app.texts.checklists import wrong_text
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_terminal
from tests.maintenance import make_checklist, ready


@pytest.fixture(params=["zh", "en", "both"])
def speaking(
    request: pytest.FixtureRequest,
    sqlite_database: Database,
    clock: FrozenClock,
    settings: Settings,
) -> Iterator[Services]:
    """Services of a laptop that writes its documents in one language or two."""
    wanted = replace(settings, report_language=request.param)
    built = bootstrap.build(wanted, clock=clock, database=sqlite_database)
    yield built
    built.close()


def test_a_broken_seal_is_a_hard_stop_in_every_language(speaking: Services) -> None:
    make_terminal(speaking)
    make_checklist(speaking)
    run = speaking.checklists.begin(ready(speaking, checklist="short").id)
    answer = AnswerDraft(LineVerdict.FAIL, remark="封签断裂")
    found = speaking.checklists.answer(run.id, "seals", answer)
    incident = speaking.incidents.get(found.incident_id)
    assert incident.priority is Priority.P1
    assert stop_of(incident.events)
    english = speaking.context.letterhead.language == "en"
    wanted = ("Short list: Seals", "Suspected") if english else ("短表：封签", "疑似")
    assert all(text in incident.symptom for text in wanted), incident.symptom
    assert " / " not in incident.symptom
    assert "封签断裂" in incident.symptom


def test_a_line_that_only_needs_work_is_no_hard_stop(speaking: Services) -> None:
    make_terminal(speaking)
    make_checklist(speaking)
    run = speaking.checklists.begin(ready(speaking, checklist="short").id)
    speaking.checklists.answer(run.id, "signal", AnswerDraft(value="-120"))
    found = speaking.checklists.follow_up(run.id, "signal", FollowUp.INCIDENT)
    incident = speaking.incidents.get(found.incident_id)
    assert "-120 dBm" in incident.symptom
    assert " / " not in incident.symptom
    assert incident.priority is not Priority.P1


def test_a_failed_line_never_says_that_all_is_well(services: Services) -> None:
    """Every line of the recommended checklists that can fail, and one with no words for it."""
    t = translator("zh")
    for checklist in bootstrap.plan_pack().checklists:
        for line in checklist.lines:
            if line.type.entry is EntryForm.MARK or line.type.compares_serial:
                assert wrong_text(t, line) != line.text.zh, line
            if line.alarm is not None:
                assert line.fault.zh, line
                assert line.fault.en, line


@pytest.mark.parametrize(
    ("key", "given", "stop"),
    [
        ("battery", AnswerDraft(value="swollen"), "battery"),
        ("battery", AnswerDraft(value="weak"), ""),
        ("seals", AnswerDraft(LineVerdict.FAIL), "tamper"),
        ("charger", AnswerDraft(LineVerdict.FAIL), "shock"),
        ("keys", AnswerDraft(LineVerdict.FAIL), ""),
    ],
)
def test_an_answer_that_means_danger_is_a_stop_at_once(
    services: Services, key: str, given: AnswerDraft, stop: str
) -> None:
    make_terminal(services)
    services.plans.install_pack()
    run = services.checklists.begin(ready(services, checklist="maint").id)
    services.checklists.answer(run.id, key, given)

    def stops() -> list[str]:
        now = services.checklists.get(run.occurrence_id)
        said = failures_in_words(translator("zh"), now.checklist, now.results.values())
        return [found.id for found in services.diagnosis.stops_in(said)]

    assert stops() == ([stop] if stop else [])
    if stop == "battery":
        services.checklists.follow_up(run.id, key, FollowUp.FIXED_NOW, "已换新电池")
        assert stops() == [], "put right on the spot"
