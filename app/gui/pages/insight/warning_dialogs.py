"""Dialogs about a warning: who sees to it, what was found, what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.campaigns.campaigns import CampaignDraft, CampaignKind, VisitPlan
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.lifecycle import Detection, Impact, Urgency
from app.domain.insight.warning_cases import (
    ENDED,
    WarningAssignment,
    WarningCase,
    WarningDraft,
    WarningState,
)
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import label
from app.texts.warnings import warning_advice, warning_reason, warning_title

USUAL_DAYS = 7
"""Days within which a warning is to be seen to, unless another day is said."""


def step_dialog(
    parent: QWidget,
    title: str,
    case: WarningCase,
    people: Choices,
    today: date,
    own: str,
) -> DraftDialog:
    """Who sees to a warning, until when, and what is to be said."""
    dialog = DraftDialog(
        title,
        [
            _owner(people),
            Field(name="due_on", label=_("To be done by"), kind="day"),
            Field(name="note", label=_("Remark"), kind="text"),
        ],
        lambda v: WarningDraft(**v),
        action=title,
        parent=parent,
    )
    due = case.due_on or today + timedelta(days=USUAL_DAYS)
    dialog.fill({"owner_id": case.owner_id or own, "due_on": words().day(due)})
    return dialog


def plan_dialog(parent: QWidget, case: WarningCase, people: Choices) -> DraftDialog:
    """Who sees to a warning and until when."""
    dialog = DraftDialog(
        _("Who and until when"),
        [_owner(people), Field(name="due_on", label=_("To be done by"), kind="day")],
        lambda v: WarningAssignment(**v),
        parent=parent,
    )
    due = words().day(case.due_on) if case.due_on else ""
    dialog.fill({"owner_id": case.owner_id, "due_on": due})
    return dialog


def note_dialog(parent: QWidget, title: str, help_text: str = "") -> DraftDialog:
    """What is to be said, or why."""
    field = Field(name="note", label=_("Remark"), kind="text", required=True, help=help_text)
    return DraftDialog(title, [field], lambda v: WarningDraft(**v), action=title, parent=parent)


def close_dialog(parent: QWidget) -> DraftDialog:
    """How a warning turned out; the draft is (outcome, draft)."""
    dialog = DraftDialog(
        _("End the warning"),
        [
            Field(
                name="outcome",
                label=_("Outcome"),
                kind="choice",
                choices=word_choices("warning_state", ENDED),
                help=_("Right or wrong counts for how much warnings of this rule are believed."),
            ),
            Field(
                name="note",
                label=_("What was found"),
                kind="text",
                help=_("Needed when it was wrong or is dismissed."),
            ),
        ],
        lambda v: (WarningState(v["outcome"]), WarningDraft(note=v["note"])),
        action=_("End the warning"),
        parent=parent,
    )
    dialog.fill({"outcome": WarningState.PROVEN_RIGHT})
    return dialog


def campaign_of_dialog(
    parent: QWidget,
    case: WarningCase,
    kind: CampaignKind,
    people: Choices,
    found: int,
    today: date,
) -> DraftDialog:
    """A campaign about what a warning is about: all terminals that share it."""
    dialog = DraftDialog(
        _("Campaign"),
        [
            Field(name="title", label=_("Title"), required=True),
            Field(
                name="kind",
                label=_("Kind"),
                kind="choice",
                choices=word_choices("campaign_kind", CampaignKind),
            ),
            Field(name="target", label=_("New firmware"), help=_("Of a firmware update only.")),
            Field(name="due_on", label=_("To be done by"), kind="day", required=True),
            _owner(people),
            Field(name="instructions", label=_("What to do"), kind="text"),
        ],
        lambda v: CampaignDraft(
            **{**v, "kind": CampaignKind(v["kind"]), "warning": case.warning.key}
        ),
        action=_("Make the campaign"),
        parent=parent,
    )
    dialog.insert(_meant(found))
    dialog.fill(_suggested(case, kind, today + timedelta(days=30)))
    return dialog


def visits_of_dialog(
    parent: QWidget,
    case: WarningCase,
    kind: CampaignKind,
    people: Choices,
    found: int,
    today: date,
) -> DraftDialog:
    """Visits to the shops a warning is about; the draft is (campaign, visits)."""
    title = _("Training visit") if kind is CampaignKind.TRAINING else _("Visit")
    dialog = DraftDialog(
        title,
        [
            Field(name="title", label=_("Title"), required=True),
            Field(name="planned_on", label=_("Day"), kind="day", required=True),
            Field(name="technician_id", label=_("Technician"), kind="choice", choices=people),
            Field(name="instructions", label=_("What to do"), kind="text"),
        ],
        lambda v: _visits(v, kind, case),
        action=_("Plan"),
        parent=parent,
    )
    dialog.insert(_meant(found))
    day = today + timedelta(days=1)
    dialog.fill(_suggested(case, kind, day) | {"planned_on": words().day(day)})
    return dialog


def _visits(
    values: dict[str, Any], kind: CampaignKind, case: WarningCase
) -> tuple[CampaignDraft, VisitPlan]:
    campaign = CampaignDraft(
        title=values["title"],
        kind=kind,
        due_on=values["planned_on"],
        owner_id=values["technician_id"],
        instructions=values["instructions"],
        warning=case.warning.key,
    )
    return campaign, VisitPlan(
        planned_on=values["planned_on"], technician_id=values["technician_id"]
    )


def parent_dialog(
    parent: QWidget, case: WarningCase, joining: Sequence[IncidentSummary]
) -> DraftDialog:
    """The incident that stands for the cause; those listed join it."""
    about = case.warning.terminal_ids[0] if case.warning.terminal_ids else ""
    dialog = DraftDialog(
        _("Parent incident"),
        [
            Field(name="symptom", label=_("What is wrong"), kind="text", required=True),
            Field(
                name="urgency",
                label=_("Importance"),
                kind="choice",
                choices=word_choices("urgency", Urgency),
            ),
        ],
        lambda v: IncidentDraft(
            terminal_id=about,
            symptom=v["symptom"],
            urgency=Urgency(v["urgency"]),
            impact=Impact.STOPPED,
            detection=Detection.WARNING,
        ),
        action=_("Open the parent incident"),
        parent=parent,
    )
    listed = ", ".join(one.number for one in joining[:MOST_NAMED])
    more = " …" if len(joining) > MOST_NAMED else ""
    said = plural(
        "{count} open incident joins it:", "{count} open incidents join it:", len(joining)
    )
    dialog.insert(label(f"{said} {listed}{more}", "muted", wrap=True))
    t = words()
    dialog.fill({"symptom": _headline(case) + "\n" + warning_reason(t, case.warning)})
    return dialog


MOST_NAMED = 12
"""Incidents that are named in a dialog."""


def _meant(found: int) -> Any:
    said = plural("{count} terminal is meant.", "{count} terminals are meant.", found)
    return label(said, "muted", wrap=True)


def _headline(case: WarningCase) -> str:
    return " · ".join(
        filter(None, (warning_title(words(), case.warning), case.warning.subject.name))
    )


def _suggested(case: WarningCase, kind: CampaignKind, due: date) -> dict[str, Any]:
    return {
        "title": _headline(case)[:200],
        "kind": kind,
        "due_on": words().day(due),
        "owner_id": case.owner_id,
        "technician_id": case.owner_id,
        "instructions": warning_advice(words(), case.warning),
    }


def _owner(people: Choices) -> Field:
    return Field(name="owner_id", label=_("Sees to it"), kind="choice", choices=people)
