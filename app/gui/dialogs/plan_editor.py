"""The plan editor: what, whom, how often; the rule as a sentence with its next dates while it is
typed, before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.errors import AppError
from app.domain.meters import MeterKind
from app.domain.plan_drafts import PlanDraft
from app.domain.plans import AnchorKind, Confidence, EventRule, Place, PlanEvent, Scope
from app.domain.recurrence import Due
from app.domain.rule_drafts import RuleDraft
from app.domain.rules import Basis, DayOf, Shift, Unit
from app.gui.dialogs.draft_dialog import DraftDialog
from app.gui.forms import Choices, Field, word_choices
from app.gui.language import _, plural, words
from app.gui.problems import message
from app.gui.widgets.parts import column, label, panel
from app.texts import field_label, word
from app.texts.rules import MONTH_NAMES, WEEKDAY_NAMES

NO_RULE = "none"
_RULE = ("every", "unit", "basis", "on", "number", "weekday", "seasons", "pauses", "shift",
         "early_days", "late_days")  # fmt: skip
_PLAIN = ("key", "name_zh", "name_en", "scope", "place", "anchor", "starts_on", "ends_on",
          "meter_kind", "meter_every", "event_late_days", "checklist", "minutes", "basis_zh",
          "basis_en", "source", "confidence")  # fmt: skip


class PlanEditor(DraftDialog):
    """The draft is (plan draft, valid from as text).  `preview_wanted` carries the draft whenever
    it changed."""

    preview_wanted = Signal(object)

    def __init__(
        self, parent: QWidget, draft: PlanDraft, *, checklists: Choices, plans: Choices,
        areas: Sequence[str], known: bool,
    ) -> None:  # fmt: skip
        self._draft = draft
        fields = [*_when(), *_what(checklists, plans, areas, known=known)]
        super().__init__(
            _("Change plan") if known else _("Add a plan"), fields, self._collect, parent=parent
        )
        self.setMinimumWidth(1300)
        self._sentence = label("", "strong", wrap=True)
        self._dates = label("", "muted", wrap=True)
        self.insert(panel(column(self._sentence, self._dates, spacing=4), "note"))
        self.fill(_values(draft))
        self.form.edited.connect(self._ask)
        self._ask()

    def _ask(self) -> None:
        self.preview_wanted.emit(self._collect(self.form.values())[0])

    def _collect(self, values: dict[str, Any]) -> tuple[PlanDraft, str]:
        given = {name: values[name] for name in _PLAIN}
        rule = None
        if values["unit"] != NO_RULE:
            rule = RuleDraft(
                **{name: values[name] for name in _RULE},
                weekdays=tuple(int(n) for n in values["weekdays"]),
                months=tuple(int(n) for n in values["months"]),
            )
        before = {event.event: event for event in self._draft.events}
        events = tuple(
            before.get(PlanEvent(name)) or _event(PlanEvent(name)) for name in values["events"]
        )
        subjects = replace(self._draft.subjects, areas=tuple(values["areas"]))
        draft = PlanDraft(**given, rule=rule, events=events, subjects=subjects,
                          covers=tuple(values["covers"]), gate=values["gate"])  # fmt: skip
        return draft, values["valid_from"]

    def show_preview(
        self, sentence: str, dates: Sequence[Due], covered: int, unknown_years: Sequence[int]
    ) -> None:
        """What the draft would mean."""
        t = words()
        days = " · ".join(f"{t.day(d.on)} {t.weekday(d.on)}" for d in dates)
        lines = [
            plural("covers {count} now", "covers {count} now", covered),
            _("Next dates") + f": {days}" if days else "",
        ]
        if unknown_years:
            years = ", ".join(map(str, unknown_years))
            lines.append(
                _("Holidays of {years} are not known yet; only weekends count as days off.",
                  years=years)
            )  # fmt: skip
        self._sentence.setText(sentence)
        self._dates.setText("\n".join(filter(None, lines)))
        self.fit()

    def show_doubt(self, error: AppError) -> None:
        """The draft is no plan yet."""
        self._sentence.setText(_("Not a plan yet"))
        self._dates.setText(message(error))


def _event(event: PlanEvent) -> EventRule:
    """Repeated incidents are three within a month unless said otherwise."""
    return EventRule(event, times=3 if event is PlanEvent.INCIDENTS else 1)


def _name(name: str) -> str:
    return field_label(words(), name)


def _what(
    checklists: Choices, plans: Choices, areas: Sequence[str], *, known: bool
) -> list[Field]:  # fmt: skip
    return [
        Field("key", _name("key"), required=True, editable=not known),
        Field("name_zh", _name("name_zh"), required=True),
        Field("name_en", _name("name_en")),
        Field("scope", _name("scope"), "choice", choices=word_choices("scope", Scope)),
        Field("place", _name("place"), "choice", choices=word_choices("place", Place)),
        Field("areas", _name("area"), "checks", choices=[(a, a) for a in areas], rows=2),
        Field("checklist", _name("checklist"), "choice", choices=[("", _("none")), *checklists]),
        Field("minutes", _name("minutes")),
        Field("valid_from", _name("valid_from"), "day",
              help=_("Empty: from today; what was due before stays.")),
        Field("covers", _name("covers"), "checks", choices=plans, rows=2, column=3,
              help=_("Left out when this one is due.")),
        Field("gate", _name("gate"), "check", unit=_("yes"), column=3),
        Field("confidence", _name("confidence"), "choice", column=3,
              choices=word_choices("confidence", Confidence)),
        Field("source", _name("source"), column=3),
        Field("basis_zh", _name("basis_zh"), column=3),
        Field("basis_en", _name("basis_en"), column=3),
    ]  # fmt: skip


def _when() -> list[Field]:
    t = words()
    weekdays = [(str(n), t(name)) for n, name in enumerate(WEEKDAY_NAMES)]
    months = [(str(n), t(name)) for n, name in enumerate(MONTH_NAMES, start=1)]
    units = [*word_choices("unit", Unit), (NO_RULE, _("no dates"))]
    return [
        Field("every", _name("every"), column=1),
        Field("unit", _name("unit"), "choice", choices=units, column=1),
        Field("basis", _name("basis"), "choice", choices=word_choices("basis", Basis), column=1),
        Field("anchor", _name("anchor"), "choice", choices=word_choices("anchor", AnchorKind),
              column=1),
        Field("starts_on", _name("starts_on"), "day", required=True, column=1),
        Field("ends_on", _name("ends_on"), "day", column=1),
        Field("on", _name("on"), "choice", choices=word_choices("day_of", DayOf), column=1),
        Field("number", _name("number"), column=1, hint=_("1 to 31, or -1 for the last")),
        Field("weekday", _name("weekday"), "choice", choices=weekdays, column=1),
        Field("weekdays", _name("weekdays"), "checks", choices=weekdays, rows=2, column=2),
        Field("months", _name("months"), "checks", choices=months, rows=2, column=2),
        Field("seasons", _name("seasons"), column=2, hint="03-01..11-30"),
        Field("pauses", _name("pauses"), column=2, hint="02-10..02-20"),
        Field("shift", _name("shift"), "choice", choices=word_choices("shift", Shift), column=2),
        Field("early_days", _name("early_days"), column=2),
        Field("late_days", _name("late_days"), column=2),
        Field("events", _name("events"), "checks", rows=2, column=3,
              choices=[(str(e), word(t, "plan_event", e)) for e in PlanEvent]),
        Field("event_late_days", _name("event_late_days"), column=3),
        Field("meter_kind", _name("meter_kind"), "choice",
              choices=word_choices("meter_kind", MeterKind, empty=_("none")), column=2),
        Field("meter_every", _name("meter_every"), column=2),
    ]  # fmt: skip


def _values(draft: PlanDraft) -> dict[str, Any]:
    rule = draft.rule or RuleDraft()
    values: dict[str, Any] = {name: getattr(draft, name) for name in _PLAIN}
    values |= {name: getattr(rule, name) for name in _RULE}
    return values | {
        "unit": rule.unit if draft.rule is not None else NO_RULE,
        "weekday": rule.weekday or "0",
        "weekdays": [str(n) for n in rule.weekdays],
        "months": [str(n) for n in rule.months],
        "areas": list(draft.subjects.areas),
        "covers": list(draft.covers),
        "events": [str(event.event) for event in draft.events],
        "gate": draft.gate,
        "valid_from": "",
    }


def first_draft(today: date) -> PlanDraft:
    """A new plan to begin with."""
    return PlanDraft(starts_on=today.isoformat())
