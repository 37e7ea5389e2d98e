"""Writes a version of a plan or an edition of a checklist, and says what an edit changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app.domain.event_data import FieldChange, change_of
from app.domain.maintenance.checklists import Checklist
from app.domain.maintenance.plan_drafts import PlanDraft, draft_of_plan
from app.domain.maintenance.plans import Contents, write_contents
from app.services.core.context import UnitOfWork
from db.keys import new_key
from db.models.maintenance import ChecklistLineRow, ChecklistRow, PlanRow, PlanVersionRow

_COLUMNS = (
    "scope",
    "place",
    "anchor",
    "starts_on",
    "ends_on",
    "checklist",
    "minutes",
    "event_late_days",
    "gate",
    "source",
    "confidence",
)
"""What a version says that has a column of its own."""


def add_version(
    unit: UnitOfWork,
    row: PlanRow,
    contents: Contents,
    since: tuple[int, date],
    *,
    by: str,
    key: str = "",
) -> None:
    """Add a version: its number and its first day are `since`.  `key` is its key, where it must be
    the same on every computer."""
    number, day = since
    unit.session.add(
        PlanVersionRow(
            id=key or new_key(),
            plan_id=row.id,
            number=number,
            valid_from=day,
            made_at=unit.now,
            actor=by,
            name_zh=contents.name.zh,
            name_en=contents.name.en,
            basis_zh=contents.basis.zh,
            basis_en=contents.basis.en,
            contents=write_contents(contents),
            **{name: getattr(contents, name) for name in _COLUMNS},
        )
    )
    # What the plan says changed, though no column of its row did: a stale editor is told.
    row.changed_at = unit.now
    flag_modified(row, "changed_at")
    unit.session.flush()
    unit.touched("plan", [row.id])


def differences(key: str, old: Contents, new: Contents) -> Iterator[FieldChange]:
    """What an edit changed, field by field as people enter it; lists and rules as JSON."""
    before, after = draft_of_plan(key, old), draft_of_plan(key, new)
    for one in fields(PlanDraft):
        was, becomes = getattr(before, one.name), getattr(after, one.name)
        if was != becomes:
            yield change_of(one.name, _entered(was), _entered(becomes))


def _entered(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, default=asdict, ensure_ascii=False, sort_keys=True)


def add_checklist(unit: UnitOfWork, checklist: Checklist, edition: int) -> str:
    """Add an edition of a checklist; returns its id."""
    row = ChecklistRow(
        key=checklist.key,
        edition=edition,
        title_zh=checklist.title.zh,
        title_en=checklist.title.en,
        made_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    for position, line in enumerate(checklist.lines):
        unit.session.add(
            ChecklistLineRow(
                checklist_id=row.id,
                position=position,
                text_zh=line.text.zh,
                text_en=line.text.en,
                help_zh=line.help.zh,
                help_en=line.help.en,
                fault_class=line.fault_class,
                fault_zh=line.fault.zh,
                fault_en=line.fault.en,
                choices=[[c.key, c.text.zh, c.text.en, c.fails] for c in line.choices],
                **{
                    name: getattr(line, name)
                    for name in ("key", "kind", "unit", "least", "most", "required", "alarm")
                },
            )
        )
    unit.touched("checklist", [row.id])
    return row.id
