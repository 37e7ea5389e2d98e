"""The plan editor: what, when, on which occasions, for which terminals; the rule as a sentence with
its next dates and how many it covers while it is typed, before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.errors import AppError
from app.domain.maintenance.plan_drafts import EventDraft, PlanDraft
from app.domain.maintenance.plans import (
    PlanEvent,
    Scope,
    Subjects,
)
from app.domain.maintenance.recurrence import Due
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.gui.pages.maintenance.plan_fields import (
    NO_RULE,
    occasions_fields,
    on_tab,
    what_fields,
    when_fields,
    whom_fields,
)
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import column, label, panel, row
from app.gui.toolkit.problems import message
from app.texts.holidays import provisional_years

USUAL_TIMES = "3"
"""Repeated incidents are three within a month unless said otherwise."""
_RULE = (
    "every",
    "unit",
    "basis",
    "on",
    "number",
    "weekday",
    "seasons",
    "pauses",
    "shift",
    "early_days",
    "late_days",
)
_PLAIN = (
    "key",
    "name_zh",
    "name_en",
    "scope",
    "place",
    "anchor",
    "starts_on",
    "ends_on",
    "meter_kind",
    "meter_every",
    "event_late_days",
    "checklist",
    "minutes",
    "basis_zh",
    "basis_en",
    "source",
    "confidence",
)
_CHOSEN = ("areas", "acquirers", "manufacturers", "models", "kinds", "states")
_LISTED = ("mids", "serials")


class PlanEditor(DraftDialog):
    """The draft is (plan draft, valid from as text).  `preview_wanted` carries the draft whenever
    it changed.  `names` are the areas, acquirers, manufacturers and models in use."""

    preview_wanted = Signal(PlanDraft)

    def __init__(
        self,
        parent: QWidget,
        draft: PlanDraft,
        *,
        checklists: Choices,
        plans: Choices,
        names: Mapping[str, Sequence[str]],
        known: bool,
    ) -> None:
        self._draft = draft
        fields = [
            *on_tab(_("Task"), what_fields(checklists, plans, known=known)),
            *on_tab(_("When due"), when_fields()),
            *on_tab(_("Occasions"), occasions_fields()),
            *on_tab(_("Terminals covered"), whom_fields(names)),
        ]
        super().__init__(
            _("Change plan") if known else _("Add a plan"), fields, self._collect, parent=parent
        )
        self.prefer(960)
        self._sentence = label("", "strong", wrap=True)
        self._dates = label("", "muted", wrap=True)
        self._nobody = label(
            _(
                "No terminal matches this filter: nothing would ever be due. Choose less on the"
                " last tab."
            ),
            wrap=True,
        )
        self._empty = panel(row(self._nobody, margins=(12, 8, 12, 8)), "warning")
        self._empty.hide()
        self.insert(self._empty)
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
        subjects = Subjects(
            **{name: tuple(values[name]) for name in _CHOSEN},
            **{name: _several(values[name]) for name in _LISTED},
        )
        draft = PlanDraft(
            **given,
            rule=rule,
            events=self._events(values),
            subjects=subjects,
            covers=tuple(values["covers"]),
            gate=values["gate"],
        )
        return draft, values["valid_from"]

    def _events(self, values: dict[str, Any]) -> tuple[EventDraft, ...]:
        """The chosen occasions.  Of repeated incidents the form shows the first rule; further ones
        stay as they are."""
        found: list[EventDraft] = []
        for name in values["events"]:
            before = [event for event in self._draft.events if event.event == name]
            if name == PlanEvent.INCIDENTS:
                shown = EventDraft(
                    name,
                    tuple(values["incident_classes"]),
                    values["incident_times"],
                    values["incident_days"],
                )
                found += [shown, *before[1:]]
            else:
                found += before or [EventDraft(name)]
        return tuple(found)

    def show_preview(
        self, sentence: str, dates: Sequence[Due], covered: int, unknown_years: Sequence[int]
    ) -> None:
        """What the draft would mean."""
        t = words()
        days = " · ".join(f"{t.day(d.on)} {t.weekday(d.on)}" for d in dates)
        lines = [
            _next_dates(days),
            self._covered(covered),
        ]
        if unknown_years:
            lines.append(provisional_years(t, unknown_years))
        self._empty.setVisible(not covered)
        self._sentence.setText(sentence)
        self._dates.setText("\n".join(filter(None, lines)))
        self.fit()

    def _covered(self, count: int) -> str:
        scope = self.form.value("scope")
        if scope == Scope.ESTATE:
            return _("About all terminals together")
        if scope == Scope.MERCHANT:
            return plural("Covers {count} merchant now", "Covers {count} merchants now", count)
        return plural("Covers {count} terminal now", "Covers {count} terminals now", count)

    def show_doubt(self, error: AppError) -> None:
        """The draft is no plan yet."""
        self._empty.hide()
        self._sentence.setText(_("Not a plan yet"))
        self._dates.setText(message(error))
        self.fit()


def _next_dates(days: str) -> str:
    return _("Next dates") + f": {days}" if days else ""


_BETWEEN = re.compile(r"[\s,，、;；]+")


def _several(raw: str) -> tuple[str, ...]:
    """Numbers one below another or with commas, each once."""
    return tuple(dict.fromkeys(part for part in _BETWEEN.split(raw) if part))


def _values(draft: PlanDraft) -> dict[str, Any]:
    rule = draft.rule or RuleDraft()
    repeated = next((e for e in draft.events if e.event == PlanEvent.INCIDENTS), None)
    shown = repeated or EventDraft(PlanEvent.INCIDENTS, times=USUAL_TIMES)
    values: dict[str, Any] = {name: getattr(draft, name) for name in _PLAIN}
    values |= {name: getattr(rule, name) for name in _RULE}
    values |= {name: list(getattr(draft.subjects, name)) for name in _CHOSEN}
    values |= {name: "\n".join(getattr(draft.subjects, name)) for name in _LISTED}
    return values | {
        "unit": rule.unit if draft.rule is not None else NO_RULE,
        "weekday": rule.weekday or "0",
        "weekdays": [str(n) for n in rule.weekdays],
        "months": [str(n) for n in rule.months],
        "covers": list(draft.covers),
        "events": [str(event.event) for event in draft.events],
        "incident_times": shown.times,
        "incident_days": shown.within_days,
        "incident_classes": list(shown.classes),
        "gate": draft.gate,
        "valid_from": "",
    }


def first_draft(today: date) -> PlanDraft:
    """A new plan to begin with."""
    return PlanDraft(starts_on=today.isoformat())
