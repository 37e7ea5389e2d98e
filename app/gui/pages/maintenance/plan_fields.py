"""The fields of the plan editor, tab by tab: what is done, when, on which occasions, to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.faults import FaultClass
from app.domain.maintenance.meters import MeterKind
from app.domain.maintenance.plans import (
    AnchorKind,
    Confidence,
    PlanEvent,
    Scope,
    WorkPlace,
)
from app.domain.maintenance.recurrence_rule import Basis, DayOf, DayOffShift, Unit
from app.domain.register.terminal_kinds import TerminalKind
from app.domain.register.terminal_states import KEPT_UP
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, words
from app.texts import field_label, word
from app.texts.rules import MONTH_NAMES, WEEKDAY_NAMES

NO_RULE = "none"
"""The choice of a plan without dates of its own."""


def plan_label(name: str) -> str:
    return field_label(words(), name, "plan")


def on_tab(tab: str, fields: Sequence[Field]) -> list[Field]:
    return [replace(item, tab=tab) for item in fields]


def what_fields(checklists: Choices, plans: Choices, *, known: bool) -> list[Field]:
    return [*_kind_of_work(checklists, known=known), *_needs_and_sources(plans)]


def _kind_of_work(checklists: Choices, *, known: bool) -> list[Field]:
    return [
        Field(name="key", label=plan_label("key"), required=True, editable=not known),
        Field(name="name_zh", label=plan_label("name_zh"), required=True),
        Field(name="name_en", label=plan_label("name_en")),
        Field(
            name="scope",
            label=plan_label("scope"),
            kind="choice",
            choices=word_choices("scope", Scope),
        ),
        Field(
            name="place",
            label=plan_label("place"),
            kind="choice",
            choices=word_choices("place", WorkPlace),
        ),
        Field(
            name="checklist",
            label=plan_label("checklist"),
            kind="choice",
            choices=[("", _("none")), *checklists],
        ),
        Field(name="minutes", label=plan_label("minutes")),
        Field(
            name="people",
            label=plan_label("people"),
            kind="choice",
            choices=[("1", _("one")), ("2", _("two, at the same time"))],
        ),
        Field(name="vehicle", label=plan_label("vehicle"), kind="check", unit=_("needed")),
        Field(name="gate", label=plan_label("gate"), kind="check", unit=_("yes")),
        Field(
            name="valid_from",
            label=plan_label("valid_from"),
            kind="day",
            help=_("Empty: from today; what was due before stays."),
        ),
    ]


def _needs_and_sources(plans: Choices) -> list[Field]:
    return [
        Field(
            name="covers",
            label=plan_label("covers"),
            kind="checks",
            choices=plans,
            rows=4,
            column=1,
            help=_("Left out when this one is due."),
        ),
        Field(
            name="skills",
            label=plan_label("skills"),
            kind="checks",
            choices=word_choices("fault_class", FaultClass),
            rows=3,
            column=1,
            help=_("Whoever comes is trained for these; none ticked: anybody."),
        ),
        Field(name="basis_zh", label=plan_label("basis_zh"), kind="text", rows=2, column=1),
        Field(name="basis_en", label=plan_label("basis_en"), kind="text", rows=2, column=1),
        Field(name="source", label=plan_label("source"), column=1),
        Field(
            name="confidence",
            label=plan_label("confidence"),
            kind="choice",
            column=1,
            choices=word_choices("confidence", Confidence),
        ),
    ]


def when_fields() -> list[Field]:
    units = [*word_choices("unit", Unit), (NO_RULE, _("no dates"))]
    return [
        Field(name="every", label=plan_label("every")),
        Field(name="unit", label=plan_label("unit"), kind="choice", choices=units),
        Field(
            name="basis",
            label=plan_label("basis"),
            kind="choice",
            choices=word_choices("basis", Basis),
        ),
        Field(
            name="anchor",
            label=plan_label("anchor"),
            kind="choice",
            choices=word_choices("anchor", AnchorKind),
        ),
        Field(name="starts_on", label=plan_label("starts_on"), kind="day", required=True),
        Field(name="ends_on", label=plan_label("ends_on"), kind="day"),
        Field(name="early_days", label=plan_label("early_days")),
        Field(name="late_days", label=plan_label("late_days")),
        Field(
            name="shift",
            label=plan_label("shift"),
            kind="choice",
            choices=word_choices("shift", DayOffShift),
        ),
        *_day_fields(),
    ]


def _day_fields() -> list[Field]:
    t = words()
    weekdays = [(str(n), t(name)) for n, name in enumerate(WEEKDAY_NAMES)]
    months = [(str(n), t(name)) for n, name in enumerate(MONTH_NAMES, start=1)]
    return [
        Field(
            name="on",
            label=plan_label("on"),
            kind="choice",
            choices=word_choices("day_of", DayOf),
            column=1,
        ),
        Field(
            name="number",
            label=plan_label("number"),
            column=1,
            hint=_("1 to 31, or -1 for the last"),
        ),
        Field(
            name="weekday", label=plan_label("weekday"), kind="choice", choices=weekdays, column=1
        ),
        Field(
            name="weekdays",
            label=plan_label("weekdays"),
            kind="checks",
            choices=weekdays,
            rows=3,
            column=1,
        ),
        Field(
            name="months",
            label=plan_label("months"),
            kind="checks",
            choices=months,
            rows=3,
            column=1,
        ),
        Field(name="seasons", label=plan_label("seasons"), column=1, hint="03-01..11-30"),
        Field(name="pauses", label=plan_label("pauses"), column=1, hint="02-10..02-20"),
    ]


def occasions_fields() -> list[Field]:
    t = words()
    return [
        Field(
            name="events",
            label=plan_label("events"),
            kind="checks",
            rows=7,
            choices=[(str(e), word(t, "plan_event", e)) for e in PlanEvent],
        ),
        Field(name="event_late_days", label=plan_label("event_late_days")),
        Field(
            name="incident_times",
            label=plan_label("incident_times"),
            column=1,
            heading=_("Repeated incidents of one terminal"),
        ),
        Field(name="incident_days", label=plan_label("incident_days"), column=1),
        Field(
            name="incident_classes",
            label=plan_label("incident_classes"),
            kind="checks",
            rows=4,
            column=1,
            choices=word_choices("fault_class", FaultClass),
            help=_("None: all count."),
        ),
        Field(
            name="meter_kind",
            label=plan_label("meter_kind"),
            kind="choice",
            column=1,
            heading=_("By use"),
            choices=word_choices("meter_name", MeterKind, empty=_("none")),
        ),
        Field(name="meter_every", label=plan_label("meter_every"), column=1),
    ]


def whom_fields(names: Mapping[str, Sequence[str]]) -> list[Field]:
    def chosen(name: str, column: int) -> Field:
        choices = [(n, n) for n in names[name]]
        title = plan_label("area" if name == "areas" else name)
        return Field(name=name, label=title, kind="checks", choices=choices, rows=4, column=column)

    listed = _("One below another; empty: all.")
    return [
        chosen("areas", 0),
        chosen("acquirers", 0),
        chosen("manufacturers", 0),
        chosen("models", 1),
        Field(
            name="kinds",
            label=plan_label("kinds"),
            kind="checks",
            rows=3,
            column=1,
            choices=word_choices("terminal_kind", TerminalKind),
        ),
        Field(
            name="states",
            label=plan_label("states"),
            kind="checks",
            rows=3,
            column=1,
            choices=word_choices("terminal_state", KEPT_UP),
            help=_("None: those in service."),
        ),
        Field(name="mids", label=plan_label("mids"), kind="text", rows=2, column=2, help=listed),
        Field(
            name="serials", label=plan_label("serials"), kind="text", rows=5, column=2, help=listed
        ),
    ]
