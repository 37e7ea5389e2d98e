"""Reads the recommended plans and their checklists from files, strictly: unknown keys, missing
texts and dangling references are refused, naming file and entry."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from app import files
from app.domain.errors import BadKnowledge, InvalidInput
from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import (
    LINE_TYPES,
    ChecklistLine,
    EntryForm,
    LineChoice,
    LineKind,
)
from app.domain.maintenance.checklists import Checklist
from app.domain.maintenance.plan_drafts import PlanDraft, check_plan, draft_of_event
from app.domain.maintenance.plans import EventRule, PlanEvent
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.knowledge.schema import LocalizedEntry, StrictEntry
from app.languages import NO_TEXT, LocalizedText
from app.toml_text import parse as parse_toml

PLANS, CHECKLISTS = "plans.toml", "checklists.toml"
_LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class PlanPack:
    """The recommended plans, ready to be given a first day, and the checklists they use."""

    plans: tuple[PlanDraft, ...]
    checklists: tuple[Checklist, ...]


class _Rule(StrictEntry):
    every: int
    unit: str
    basis: str = "fixed"
    shift: str = "none"
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    early_days: int = 0
    late_days: int = 0


class _Event(StrictEntry):
    event: PlanEvent
    classes: tuple[FaultClass, ...] = ()
    times: int = 1
    within_days: int = 30


class _Plan(StrictEntry):
    key: str
    name: LocalizedEntry
    scope: str
    place: str
    checklist: str
    minutes: int
    anchor: str = "installed"
    rule: _Rule | None = None
    events: tuple[_Event, ...] = ()
    event_late_days: int = 7
    gate: bool = False
    covers: tuple[str, ...] = ()
    basis: LocalizedEntry
    interval: LocalizedEntry
    source: str = Field(min_length=1)
    confidence: str


class _Choice(StrictEntry):
    key: str
    text: LocalizedEntry
    fails: bool = False


class _Fault(StrictEntry):
    """What a failure of a line is, in class and words; a choice says it in its own words."""

    fault_class: FaultClass = Field(alias="class")
    zh: str = ""
    en: str = ""


class _Line(StrictEntry):
    key: str
    kind: LineKind
    text: LocalizedEntry
    help: LocalizedEntry | None = None
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[_Choice, ...] = ()
    required: bool = True
    alarm: Literal["hardware", "violation"] | None = None
    fault: _Fault | None = None


class _Checklist(StrictEntry):
    key: str
    title: LocalizedEntry
    lines: tuple[_Line, ...] = Field(min_length=1)


def load_plan_pack(folder: Path) -> PlanPack:
    """The plans and checklists in `folder`.  Raises `BadKnowledge` naming file and entry."""
    checklists = load_checklists(folder / CHECKLISTS)
    plans = tuple(_plan(item) for item in _entries(folder / PLANS, "plan", _Plan))
    known, keys = {item.key for item in checklists}, {plan.key for plan in plans}
    for plan in plans:
        if plan.checklist not in known:
            raise BadKnowledge(PLANS, plan.key, f"no checklist {plan.checklist}")
        for covered in plan.covers:
            if covered not in keys:
                raise BadKnowledge(PLANS, plan.key, f"covers unknown plan {covered}")
    return PlanPack(plans, checklists)


def load_checklists(path: Path) -> tuple[Checklist, ...]:
    """The checklists of a file written like ``checklists.toml``.  Raises `BadKnowledge`."""
    return tuple(_checklist(item) for item in _entries(path, "checklist", _Checklist))


def _entries(path: Path, name: str, model: type[Any]) -> list[Any]:
    try:
        content = parse_toml(files.read_chosen(path, _LARGEST).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as failure:
        raise BadKnowledge(path.name, "-", str(failure)) from failure
    if content.keys() != {name}:
        raise BadKnowledge(path.name, "-", f"expected only [[{name}]]")
    found: dict[str, Any] = {}
    for place, entry in enumerate(content[name], start=1):
        where = str(entry.get("key", f"#{place}"))
        try:
            item = model.model_validate(entry)
        except ValidationError as failure:
            first = failure.errors()[0]
            path_in = ".".join(str(part) for part in first["loc"])
            raise BadKnowledge(path.name, where, f"{path_in}: {first['msg']}") from failure
        if item.key in found:
            raise BadKnowledge(path.name, where, "stands twice")
        found[item.key] = item
    return list(found.values())


def _plan(item: _Plan) -> PlanDraft:
    rule = item.rule
    draft = PlanDraft(
        key=item.key,
        name_zh=item.name.zh,
        name_en=item.name.en,
        scope=item.scope,
        place=item.place,
        rule=None if rule is None else _rule(rule),
        anchor=item.anchor,
        events=tuple(
            draft_of_event(EventRule(e.event, e.classes, e.times, e.within_days))
            for e in item.events
        ),
        event_late_days=str(item.event_late_days),
        checklist=item.checklist,
        minutes=str(item.minutes),
        covers=item.covers,
        gate=item.gate,
        basis_zh=f"{item.basis.zh}\n{item.interval.zh}",
        basis_en=f"{item.basis.en}\n{item.interval.en}",
        source=item.source,
        confidence=item.confidence,
        starts_on=date(2026, 1, 1).isoformat(),
    )
    try:
        check_plan(draft)
    except InvalidInput as refusal:
        problem = refusal.problems[0]
        raise BadKnowledge(PLANS, item.key, f"{problem.field}: {problem.code}") from refusal
    return draft


def _rule(rule: _Rule) -> RuleDraft:
    return RuleDraft(
        every=str(rule.every),
        unit=rule.unit,
        basis=rule.basis,
        weekdays=rule.weekdays,
        months=rule.months,
        shift=rule.shift,
        early_days=str(rule.early_days),
        late_days=str(rule.late_days),
    )


def _checklist(item: _Checklist) -> Checklist:
    keys = [line.key for line in item.lines]
    if len(keys) != len(set(keys)):
        raise BadKnowledge(CHECKLISTS, item.key, "a line stands twice")
    return Checklist(
        "", item.key, 1, item.title.localized, tuple(_line(item, x) for x in item.lines)
    )


def _line(item: _Checklist, line: _Line) -> ChecklistLine:
    where = f"{item.key}.{line.key}"
    about = LINE_TYPES[line.kind]
    if bool(line.choices) != (about.entry is EntryForm.CHOICE):
        raise BadKnowledge(CHECKLISTS, where, "choices belong to kinds with choices")
    limited = line.least is not None or line.most is not None
    if limited and not about.limits:
        raise BadKnowledge(CHECKLISTS, where, "limits belong to kinds with limits")
    if line.least is not None and line.most is not None and line.least > line.most:
        raise BadKnowledge(CHECKLISTS, where, "least is above most")
    return ChecklistLine(
        key=line.key,
        kind=line.kind,
        text=line.text.localized,
        help=line.help.localized if line.help else NO_TEXT,
        unit=line.unit,
        least=line.least,
        most=line.most,
        choices=tuple(LineChoice(c.key, c.text.localized, c.fails) for c in line.choices),
        required=line.required,
        alarm=None if line.alarm is None else FaultClass(line.alarm),
        fault_class=line.fault.fault_class if line.fault else None,
        fault=LocalizedText(line.fault.zh, line.fault.en) if line.fault else NO_TEXT,
    )
