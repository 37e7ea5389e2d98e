"""The table of rights is whole, says who may, and refuses what it does not know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.people.rights import RIGHTS, Right, Standing
from app.domain.people.roles import Role, stands_over
from app.i18n import translator
from app.languages import LANGUAGES
from app.texts import WORDS, error_text

ROOT = Path(__file__).parent.parent.parent.parent

KIND_OF_VERB = {
    "Attachments.add": "attachment.add",
    "Attachments.change": "attachment.change",
    "Attachments.remove": "attachment.remove",
    "Balancing.accept": "balancing.accept",
    "Checklists.answer": "checklist.answer",
    "Checklists.begin": "checklist.begin",
    "Checklists.finish": "checklist.finish",
    "Checklists.follow_up": "checklist.follow_up",
    "Custody.hand_over": "custody.hand_over",
    "Diagnosis.forget": "knowledge.forget",
    "Directory.save_contact": "contact.edit",
    "Directory.save_technician": "people.edit",
    "ExtraVisits.make": "visit.make",
    "Generation.settle_backlogs": "generation.settle",
    "Generation.undo": "generation.undo",
    "HistoryImport.commit": "incident.import",
    "Incidents.assign": "incident.assign",
    "Incidents.cancel": "incident.cancel",
    "Incidents.close": "incident.close",
    "Incidents.edit": "incident.edit",
    "Incidents.hold": "incident.hold",
    "Incidents.mark_duplicate": "incident.mark_duplicate",
    "Incidents.open": "incident.open",
    "Incidents.reopen": "incident.reopen",
    "Incidents.resolve": "incident.resolve",
    "Incidents.resume": "incident.resume",
    "Incidents.start": "incident.start",
    "Incidents.triage": "incident.triage",
    "Leave.enter": "leave.enter",
    "Meters.record": "meter.record",
    "Models.save": "model.edit",
    "Models.set_acquirer_profile": "acquirer.edit",
    "Plans.install_pack": "plan.install",
    "Plans.save": "plan.edit",
    "Plans.save_checklist": "checklist.edit",
    "Plans.set_active": "plan.rest",
    "Reporting.set_language": "merchant.set_language",
    "SavedForms.discard": "form.keep",
    "SavedForms.keep": "form.keep",
    "TerminalImport.commit": "register.import",
    "Terminals.change_state": "terminal.change_state",
    "Terminals.register": "terminal.register",
    "Terminals.relocate": "terminal.relocate",
    "Terminals.swap": "terminal.swap",
    "Terminals.update": "terminal.update",
    "Visits.add": "visit.add",
    "Visits.cancel": "visit.cancel",
    "Visits.complete": "visit.complete",
    "Visits.finish": "visit.finish",
    "Visits.schedule": "visit.schedule",
    "Visits.skip": "visit.skip",
    "Visits.start": "visit.start",
    "Visits.take_along": "visit.take_along",
    "WorkDays.add_absence": "absence.add",
    "WorkDays.load_years": "calendar.load",
    "WorkDays.remove_absence": "absence.remove",
    "WorkDays.set_week": "week.set",
    "WorkLog.add_addendum": "incident.add_addendum",
    "WorkLog.add_part": "incident.add_part",
    "WorkLog.add_work": "incident.add_work",
    "WorkLog.hand_over": "incident.hand_over",
    "WorkLog.note_check": "incident.note_check",
    "WorkLog.note_stop_withdrawn": "incident.withdraw_stop",
    "WorkLog.remove_check": "incident.remove_check",
    "WorkLog.remove_part": "incident.remove_part",
}
"""Public methods that open a write transaction themselves."""

BESIDE_THEM = {
    "backup.make",  # Backups.back_up: copies files
    "backup.restore",  # Backups.restore, poscare restore
    "document.hand_out",  # issued.keep_hand_out
    "document.issue",  # issued.fix
    "document.seal",  # sealing.seal
    "generation.catch_up",  # Generation.catch_up, through write_work
    "generation.run",  # Generation.generate, through write_work
    "people.give_code",
    "people.set_password",
    "people.set_pin",
    "people.set_role",  # Directory.save_technician, when the role changes
    "settings.change",  # a file of this computer
    "signature.add",  # Signatures, through _keep
}
"""Kinds whose verbs write through a step of their own, and why they are here."""


def writing_verbs() -> Iterator[str]:
    """Public methods of services that open a write transaction."""
    for path in sorted((ROOT / "app" / "services").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    called = {ast.unparse(n.func) for n in ast.walk(method) if _is_call(n)}
                    if called & {"self._context.write", "place.write"}:
                        yield f"{node.name}.{method.name}"


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call)


def test_every_verb_that_writes_has_a_kind_in_the_table() -> None:
    assert set(writing_verbs()) == set(KIND_OF_VERB)
    assert set(RIGHTS) == set(KIND_OF_VERB.values()) | BESIDE_THEM


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_every_kind_is_said_in_words_of_every_language(kind: str) -> None:
    words = [translator(language)(WORDS["operation"][kind]) for language in LANGUAGES]
    assert all(words)
    assert len(set(words)) == len(LANGUAGES)


def test_words_are_of_kinds_there_are() -> None:
    assert set(WORDS["operation"]) == set(RIGHTS)
    assert set(WORDS["technician_role"]) == set(Role)


def test_an_auditor_changes_nothing_but_what_lets_them_in() -> None:
    harmless = {"document.issue", "document.hand_out", "form.keep", "backup.make"}
    harmless |= {"people.set_password", "people.set_pin"}
    auditor = Standing(guarded=True, role=Role.AUDITOR)
    assert {kind for kind in RIGHTS if not auditor.refusal(kind, own=True)} == harmless


def test_what_a_technician_must_not_do() -> None:
    technician = Standing(guarded=True, role=Role.TECHNICIAN)
    for kind in ("plan.rest", "backup.restore", "people.edit", "settings.change"):
        assert technician.refusal(kind, own=True) is not None
    for kind in ("incident.reopen", "incident.cancel", "visit.cancel"):
        assert technician.refusal(kind) is not None
        assert technician.refusal(kind, own=True) is None
    for kind in ("incident.open", "incident.resolve", "incident.close", "visit.finish"):
        assert technician.refusal(kind) is None


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_who_stands_higher_may_at_least_as_much(kind: str) -> None:
    ladder = (Role.TECHNICIAN, Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)
    for own in (False, True):
        may = [Standing(guarded=True, role=r).refusal(kind, own=own) is None for r in ladder]
        assert may == sorted(may)


def test_without_a_password_everybody_may_everything() -> None:
    for kind in RIGHTS:
        assert Standing().refusal(kind) is None


def test_nobody_may_anything_before_signing_in() -> None:
    for kind in RIGHTS:
        refusal = Standing(guarded=True).refusal(kind, own=True)
        assert refusal is not None
        assert refusal.code == "permission.sign_in"


@pytest.mark.parametrize("standing", [Standing(), Standing(True, Role.ADMINISTRATOR)])
def test_a_kind_the_table_does_not_know_is_never_allowed(standing: Standing) -> None:
    with pytest.raises(KeyError):
        standing.refusal("plan.burn")


def test_a_refusal_says_who_may() -> None:
    refusal = Standing(guarded=True, role=Role.TECHNICIAN).refusal("incident.reopen")
    assert refusal is not None
    said = {language: error_text(translator(language), refusal.error()) for language in LANGUAGES}
    assert said["en"] == (
        "Reopen an incident: with somebody else's record only Team lead, Manager or Administrator"
        " may do this. Ask one of them."
    )
    assert "组长、主管或管理员" in said["zh"]


def test_nobody_lets_somebody_in_who_may_more() -> None:
    for role in Role:
        for other in Role:
            may = {kind for kind, right in RIGHTS.items() if _has(right, role)}
            more = {kind for kind, right in RIGHTS.items() if _has(right, other)} - may
            if role is not Role.ADMINISTRATOR and more:
                assert not stands_over(role, other)


def _has(right: Right, role: Role) -> bool:
    return role in right.roles
