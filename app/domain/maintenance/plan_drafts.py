"""A maintenance plan as people enter it, and what is refused before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.domain import text
from app.domain.errors import BadValue, InvalidInput, Problems
from app.domain.faults import FaultClass
from app.domain.maintenance.job_needs import MOST_PEOPLE, JobNeeds
from app.domain.maintenance.meters import MeterKind, MeterRule
from app.domain.maintenance.plans import (
    EVERYTHING,
    AnchorKind,
    Confidence,
    Contents,
    EventRule,
    PlanEvent,
    Scope,
    Subjects,
    WorkPlace,
)
from app.domain.maintenance.recurrence_drafts import RuleDraft, check_rule, draft_of_rule
from app.domain.maintenance.recurrence_rule import Rule
from app.domain.parsing import parse_count, parse_date
from app.languages import LocalizedText


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An occasion as entered: an `EventRule` whose numbers are text."""

    event: str
    classes: tuple[str, ...] = ()
    times: str = "1"
    within_days: str = "30"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A plan as entered.  Numbers and days are text; `rule` is None for plans without calendar."""

    key: str = ""
    name_zh: str = ""
    name_en: str = ""
    scope: str = Scope.TERMINAL
    place: str = WorkPlace.SITE
    rule: RuleDraft | None = field(default_factory=RuleDraft)
    anchor: str = AnchorKind.INSTALLED
    starts_on: str = ""
    ends_on: str = ""
    meter_kind: str = ""
    meter_every: str = ""
    events: tuple[EventDraft, ...] = ()
    event_late_days: str = "7"
    subjects: Subjects = EVERYTHING
    checklist: str = ""
    minutes: str = "30"
    covers: tuple[str, ...] = ()
    gate: bool = False
    basis_zh: str = ""
    basis_en: str = ""
    source: str = ""
    confidence: str = Confidence.HOUSE
    people: str = "1"
    vehicle: bool = False
    skills: tuple[str, ...] = ()


def check_plan(draft: PlanDraft) -> Contents:
    """The draft as contents of a version.  Raises `InvalidInput` with every problem."""
    problems = Problems()
    values: dict[str, Any] = {}
    for name, words in (
        ("scope", Scope),
        ("place", WorkPlace),
        ("anchor", AnchorKind),
        ("confidence", Confidence),
    ):
        try:
            values[name] = words(getattr(draft, name))
        except ValueError:
            problems.add(name, "choice.unknown", value=getattr(draft, name))
    values["name"] = _name(problems, draft)
    with problems.field("basis_zh"):
        values["basis"] = LocalizedText(
            text.note(draft.basis_zh, 2_000), text.note(draft.basis_en, 2_000)
        )
    with problems.field("source"):
        values["source"] = text.line(draft.source)
    _check_days(problems, draft, values)
    for name, raw, least, most in (
        ("minutes", draft.minutes, 1, 1440),
        ("event_late_days", draft.event_late_days, 0, 366),
    ):
        with problems.field(name):
            values[name] = _needed(parse_count(raw, least=least, most=most))
    values["meter"] = _check_meter(problems, draft)
    values["rule"] = _check_rule(problems, draft, values)
    values["events"] = tuple(_check_event(problems, event) for event in draft.events)
    values["needs"] = _check_needs(problems, draft)
    _check_occasions(problems, draft)
    problems.raise_if_any()
    return Contents(
        **values,
        subjects=draft.subjects,
        checklist=text.compact(draft.checklist),
        covers=tuple(dict.fromkeys(key for key in draft.covers if key)),
        gate=draft.gate,
    )


def check_key(raw: str) -> str:
    """The short name by which people and other plans call a plan.  Raises `InvalidInput`."""
    key = text.compact(raw).casefold()
    if not key or len(key) > 40 or not all(c.isalnum() or c in "-_" for c in key):
        raise InvalidInput.of("key", "plan.key_malformed", value=raw)
    return key


def _needed(value: int | None) -> int:
    if value is None:
        raise BadValue("text.missing")
    return value


def _name(problems: Problems, draft: PlanDraft) -> LocalizedText:
    zh = en = ""
    with problems.field("name_zh"):
        zh, en = text.line(draft.name_zh, 60), text.line(draft.name_en, 60)
        text.required(zh or en)
    return LocalizedText(zh or en, en or zh)


def _check_days(problems: Problems, draft: PlanDraft, values: dict[str, Any]) -> None:
    with problems.field("starts_on"):
        values["starts_on"] = parse_date(draft.starts_on)
        if values["starts_on"] is None:
            raise BadValue("plan.no_start")
    with problems.field("ends_on"):
        values["ends_on"] = parse_date(draft.ends_on)
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        problems.add("ends_on", "date.before", other=start)


def _check_meter(problems: Problems, draft: PlanDraft) -> MeterRule | None:
    if not draft.meter_kind:
        return None
    if draft.meter_kind not in list(MeterKind):
        problems.add("meter_kind", "choice.unknown", value=draft.meter_kind)
        return None
    if draft.scope != Scope.TERMINAL:
        problems.add("meter_kind", "plan.terminals_only")
    every = 1
    with problems.field("meter_every"):
        every = _needed(parse_count(draft.meter_every, least=1, most=100_000_000))
    return MeterRule(MeterKind(draft.meter_kind), every)


def _check_rule(problems: Problems, draft: PlanDraft, values: dict[str, Any]) -> Rule | None:
    if draft.rule is None or values.get("starts_on") is None:
        return None
    start, end = values["starts_on"], values.get("ends_on")
    try:
        return check_rule(draft.rule, start, None if end is not None and end < start else end)
    except InvalidInput as refusal:
        for problem in refusal.problems:
            problems.add(problem.field, problem.code, **problem.params)
        return None


def _check_event(problems: Problems, draft: EventDraft) -> EventRule:
    known = draft.event in list(PlanEvent)
    if not known:
        problems.add("events", "choice.unknown", value=draft.event)
    wrong = [name for name in draft.classes if name not in list(FaultClass)]
    if wrong:
        problems.add("incident_classes", "choice.unknown", value=wrong[0])
    times = within = 1
    with problems.field("incident_times"):
        times = _needed(parse_count(draft.times, least=1, most=100))
    with problems.field("incident_days"):
        within = _needed(parse_count(draft.within_days, least=1, most=366))
    classes = tuple(FaultClass(name) for name in draft.classes if name not in wrong)
    return EventRule(
        PlanEvent(draft.event) if known else PlanEvent.INCIDENTS, classes, times, within
    )


def _check_needs(problems: Problems, draft: PlanDraft) -> JobNeeds:
    people = 1
    with problems.field("people"):
        people = _needed(parse_count(draft.people, least=1, most=MOST_PEOPLE))
    wrong = [name for name in draft.skills if name not in list(FaultClass)]
    if wrong:
        problems.add("skills", "choice.unknown", value=wrong[0])
    asked = people > 1 or draft.vehicle or draft.skills
    if asked and draft.place != WorkPlace.SITE:
        problems.add("people" if people > 1 else "place", "plan.site_only")
    return JobNeeds(
        people=people,
        vehicle=draft.vehicle,
        skills=tuple(skill for skill in FaultClass if skill in draft.skills),
    )


def _check_occasions(problems: Problems, draft: PlanDraft) -> None:
    if draft.rule is None and not draft.meter_kind and not draft.events:
        problems.add("rule", "plan.no_occasion")
    if draft.events and draft.scope == Scope.ESTATE:
        problems.add("events", "plan.terminals_only")
    if draft.gate and draft.scope != Scope.TERMINAL:
        problems.add("gate", "plan.terminals_only")
    if draft.key and draft.key in draft.covers:
        problems.add("covers", "plan.covers_itself")


def draft_of_plan(key: str, contents: Contents) -> PlanDraft:
    """The contents as an editable draft; checking it unchanged gives the same contents back."""
    meter = contents.meter
    return PlanDraft(
        key=key,
        name_zh=contents.name.zh,
        name_en=contents.name.en,
        rule=None if contents.rule is None else draft_of_rule(contents.rule),
        starts_on=contents.starts_on.isoformat(),
        ends_on="" if contents.ends_on is None else contents.ends_on.isoformat(),
        meter_kind="" if meter is None else meter.kind,
        meter_every="" if meter is None else str(meter.every),
        events=tuple(draft_of_event(rule) for rule in contents.events),
        event_late_days=str(contents.event_late_days),
        minutes=str(contents.minutes),
        basis_zh=contents.basis.zh,
        basis_en=contents.basis.en,
        people=str(contents.needs.people),
        vehicle=contents.needs.vehicle,
        skills=tuple(str(skill) for skill in contents.needs.skills),
        **{
            name: getattr(contents, name)
            for name in (
                "scope",
                "place",
                "anchor",
                "subjects",
                "checklist",
                "covers",
                "gate",
                "source",
                "confidence",
            )
        },
    )


def draft_of_event(rule: EventRule) -> EventDraft:
    """A rule as an editable draft."""
    classes = tuple(str(name) for name in rule.classes)
    return EventDraft(rule.event, classes, str(rule.times), str(rule.within_days))
