"""What the trail, the outbox and conflicts say of a value is in the reader's language, whatever
kind of operation wrote it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import db.models.everything
from app.domain.event_data import FieldChange, change_of
from app.domain.maintenance.plan_drafts import EventDraft, PlanDraft
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.i18n import translator
from app.services import Services
from app.services.core.operations import KINDS
from app.services.core.recording import MACHINE
from app.services.core.trail_entries import REASONS
from app.services.replay import SERVICES
from app.texts import FIELDS
from app.texts.operations import change_cells

ALL_TABLES = db.models.everything.__name__
"""Imported for what it imports."""


@dataclasses.dataclass(frozen=True)
class Changed:
    """A field of a record that changed."""

    kind: str
    change: FieldChange
    about: str = ""


def shown(kind: str, field: str, value: str, language: str = "zh") -> str:
    """How a value is shown as the new one."""
    return change_cells(translator(language), Changed(kind, FieldChange(field, "", value)))[2]


def chosen_by_people() -> Iterator[tuple[str, str, str]]:
    """Kind of record, field and value of every choice an operation may hold."""
    for kind in KINDS.values():
        hints = typing.get_type_hints(kind.apply)
        for name in list(inspect.signature(kind.apply).parameters)[1:]:
            yield from _choices(kind.subject_kind, name, hints[name], frozenset())
    for draft in (PlanDraft, RuleDraft, EventDraft):
        yield from _choices("plan", "", draft, frozenset())


def _choices(
    kind: str, name: str, hint: Any, seen: frozenset[Any]
) -> Iterator[tuple[str, str, str]]:
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        told = name.removesuffix("_id") in FIELDS or name in REASONS
        yield from ((kind, name, str(one.value)) for one in hint if told and one.value)
    elif dataclasses.is_dataclass(hint) and hint not in seen:
        hints = typing.get_type_hints(hint)
        for one in dataclasses.fields(hint):
            # Drafts hold the plain word of an enumeration, as forms give it.
            default = type(one.default) if isinstance(one.default, enum.Enum) else None
            for found in filter(None, (hints[one.name], default)):
                yield from _choices(kind, one.name, found, seen | {hint})
    for part in typing.get_args(hint):
        if isinstance(part, type | types.GenericAlias) or typing.get_origin(part) is not None:
            yield from _choices(kind, name, part, seen)


def audited_columns() -> Iterator[tuple[str, str, str]]:
    """The same of every column whose changes are noted, by its check in the database."""
    for mapper in SQLModel._sa_registry.mappers:
        kind = getattr(mapper.class_, "audited", "")
        checks = mapper.local_table.constraints if kind else ()
        for check in checks:
            if isinstance(check, sa.CheckConstraint):
                for name, values in re.findall(r"(\w+) IN \(([^)]*)\)", str(check.sqltext)):
                    if name not in MACHINE:
                        found = filter(None, re.findall(r"'([^']*)'", values))
                        yield from ((kind, name, value) for value in found)


def test_every_choice_of_an_operation_is_told_in_words(services: Services) -> None:
    # A service is loaded when it is first asked for, and with it its kinds of operation.
    assert all(getattr(services, name) for name in SERVICES)
    choices = sorted({*chosen_by_people(), *audited_columns()})
    assert len(choices) > 300
    raw = [choice for choice in choices if shown(*choice) == choice[2]]
    assert not raw


def test_moments_are_told_in_the_time_of_the_reader_whatever_the_field() -> None:
    moment = datetime.fromisoformat("2026-12-01T08:30:00+00:00")
    for field in ("ended_at", "made_at", "opened_at", "promised_at"):
        noted = change_of(field, None, moment).new
        assert shown("warning", field, noted) == translator("zh").moment(moment)
    day = change_of("due_on", None, date(2026, 12, 1)).new
    assert shown("campaign", "due_on", day) == translator("zh").day(date(2026, 12, 1))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rules_and_lists_are_told_without_the_signs_programs_write_them_in(language: str) -> None:
    kept = (
        '[{"classes": ["frozen", "violation"], "event": "incidents", "times": "2",'
        ' "within_days": "30"}]'
    )
    told = shown("plan", "events", kept, language)
    assert not set('{}[]"') & set(told)
    assert ("违反" in told) == (language == "zh")
    assert all(translator(language)(name) in told for name in ("Classes", "How often"))
    assert (
        shown("plan", "subjects", '{"areas": [], "kinds": ["smart"]}', "en")
        == "Kinds: Smart terminal"
    )
    assert shown("plan", "subjects", '{"areas": [], "kinds": []}', language) == ""
    assert shown("incident", "symptom", "[not a list", language) == "[not a list"


def test_several_choices_are_each_told_in_words() -> None:
    assert (
        shown("technician", "skills", "hardware; network", "en") == "Hardware fault; Network fault"
    )
