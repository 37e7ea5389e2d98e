"""The table of rights is whole, says who may, and refuses what it does not know."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import app.services
from app.domain.people.rights import RIGHTS, Right, Standing
from app.domain.people.roles import Role, stands_over
from app.i18n import translator
from app.languages import LANGUAGES
from app.services.core.operations import KINDS
from app.texts import WORDS, error_text

BESIDE_OPERATIONS = {
    "backup.make",
    "backup.restore",
    "document.seal",
    "exchange.arrange",
    "exchange.carry",
    "exchange.read",
    "form.keep",
    "encryption.change",
    "generation.run",
    "log.read",
    "people.give_code",
    "people.set_password",
    "people.set_pin",
    "people.set_role",
    "settings.change",
}
"""What is no operation of the log and still not everybody's to do: reading the log or how far the
exchange is, files, proofs
of who somebody is, settings of this computer, and steps a right stands over as a whole."""

DONE_BY_NOBODY = {"database.genesis", "database.restored", "technician.sign_in_noted"}
"""Operations the program appends by itself."""


def test_every_operation_has_its_right_and_every_right_its_operation() -> None:
    for module in pkgutil.walk_packages(app.services.__path__, "app.services."):
        importlib.import_module(module.name)
    assert set(KINDS) - DONE_BY_NOBODY == set(RIGHTS) - BESIDE_OPERATIONS


def test_every_right_beside_the_operations_is_asked_for() -> None:
    """One that no service asks for lets everybody do it, whatever the table says."""
    asked = set()
    for folder in ("services", "exchange"):
        for path in (Path(app.services.__path__[0]).parent / folder).rglob("*.py"):
            asked.update(re.findall(r'"([a-z]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    restricted = {kind for kind in BESIDE_OPERATIONS if RIGHTS[kind].roles != set(Role)}
    assert restricted - asked == set()


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_every_kind_is_said_in_words_of_every_language(kind: str) -> None:
    words = [translator(language)(WORDS["operation"][kind]) for language in LANGUAGES]
    assert all(words)
    assert len(set(words)) == len(LANGUAGES)


def test_words_are_of_kinds_there_are() -> None:
    assert set(WORDS["operation"]) == set(RIGHTS) | DONE_BY_NOBODY
    assert set(WORDS["technician_role"]) == set(Role)


def test_an_auditor_changes_nothing_but_what_lets_them_in() -> None:
    harmless = {
        "log.read",
        "exchange.read",
        "document.issue",
        "document.hand_out",
        "document.hand_out_calendar",
        "form.keep",
        "backup.make",
    }
    harmless |= {"people.set_password", "people.set_pin", "technician.make_administrator"}
    harmless |= {
        "attachment.decode",
        "document.publish_key",
        "settings.note",
        "database.bring",
        *(kind for kind in RIGHTS if kind.startswith("generation.")),
    }
    harmless -= {"generation.run", "generation.undo"}
    auditor = Standing(guarded=True, role=Role.AUDITOR)
    assert {kind for kind in RIGHTS if not auditor.refusal(kind, own=True)} == harmless


def test_what_a_technician_must_not_do() -> None:
    technician = Standing(guarded=True, role=Role.TECHNICIAN)
    for kind in ("plan.set_active", "backup.restore", "technician.save", "settings.change"):
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
