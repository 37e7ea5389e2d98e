"""Dialogs of campaigns: which terminals and what is done, why not, when the visits are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.campaigns.campaigns import (
    Campaign,
    CampaignDraft,
    CampaignKind,
    CampaignScope,
    VisitPlan,
)
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import label

_SCOPE = tuple(field.name for field in fields(CampaignScope) if field.name != "terminal_ids")


@dataclass(frozen=True, slots=True)
class OfferedChoices:
    """What can be chosen: who sees to it, the names a filter knows by field, the plans."""

    people: Choices
    names: Mapping[str, Sequence[str]]
    plans: Choices


class CampaignDialog(DraftDialog):
    """A new campaign; the draft is (campaign, filter).  `counting` asks how many terminals a filter
    means, `show_count` tells."""

    counting = Signal(CampaignScope)

    def __init__(self, parent: QWidget, offered: OfferedChoices, today: date) -> None:
        super().__init__(
            _("New campaign"),
            [*_facts(offered.people), *_filter(offered.names, offered.plans)],
            _campaign,
            action=_("Make the campaign"),
            parent=parent,
        )
        self._count = label("", "strong", wrap=True)
        self.insert(self._count, 1)
        self.edited.connect(self._ask)
        self.fill({"due_on": words().day(today + timedelta(days=30)), "kind": "firmware"})

    def start_with(self, scope: CampaignScope, kind: CampaignKind, title: str, target: str) -> None:
        """Begin with a filter that was chosen elsewhere."""
        self.fill({name: getattr(scope, name) for name in _SCOPE})
        self.fill({"kind": kind, "title": title, "target": target})
        self._ask()

    def _ask(self) -> None:
        self.counting.emit(_scope({name: self.form.value(name) for name in _SCOPE}))

    def show_count(self, count: int) -> None:
        """How many terminals the filter means."""
        self._count.setText(
            plural("{count} terminal is meant.", "{count} terminals are meant.", count)
        )


def _facts(people: Choices) -> list[Field]:
    return [
        Field(name="title", label=_("Title"), required=True),
        Field(
            name="kind",
            label=_("Kind"),
            kind="choice",
            choices=word_choices("campaign_kind", CampaignKind),
        ),
        Field(name="target", label=_("New firmware"), help=_("Of a firmware update only.")),
        Field(name="due_on", label=_("To be done by"), kind="day", required=True),
        Field(name="owner_id", label=_("Sees to it"), kind="choice", choices=people),
        Field(name="instructions", label=_("What to do"), kind="text", rows=4),
    ]


def _filter(names: Mapping[str, Sequence[str]], plans: Choices) -> list[Field]:
    def choice(name: str, title: str) -> Field:
        offered = [("", _("any")), *((one, one) for one in names[name])]
        return Field(name=name, label=title, kind="choice", choices=offered, column=1)

    return [
        choice("model", _("Model")),
        choice("firmware", _("Firmware")),
        Field(name="older_than", label=_("Firmware older than"), column=1),
        choice("app_version", _("Application version")),
        choice("area", _("Area")),
        choice("acquirer", _("Acquirer")),
        Field(name="merchant", label=_("Merchant (MID)"), column=1),
        Field(
            name="plan",
            label=_("Maintenance plan"),
            kind="choice",
            choices=[("", _("any")), *plans],
            column=1,
        ),
    ]


def _scope(values: dict[str, Any]) -> CampaignScope:
    said: dict[str, Any] = {name: str(values[name]).strip() for name in _SCOPE}
    return CampaignScope(**said)


def _campaign(values: dict[str, Any]) -> tuple[CampaignDraft, CampaignScope]:
    said = {name: value for name, value in values.items() if name not in _SCOPE}
    return CampaignDraft(**{**said, "kind": CampaignKind(said["kind"])}), _scope(values)


def edit_dialog(parent: QWidget, campaign: Campaign, people: Choices) -> DraftDialog:
    """What a campaign says; its kind and its terminals stay."""
    dialog = DraftDialog(
        _("Edit the campaign"),
        [field for field in _facts(people) if field.name not in ("kind", "target")],
        lambda v: CampaignDraft(
            **v, kind=campaign.kind, target=campaign.target, warning=campaign.warning
        ),
        parent=parent,
    )
    dialog.fill(
        {
            "title": campaign.title,
            "due_on": words().day(campaign.due_on),
            "owner_id": campaign.owner_id,
            "instructions": campaign.instructions,
        }
    )
    return dialog


def why_dialog(parent: QWidget, title: str, *, needed: bool = True) -> DraftDialog:
    """Why, or a remark; the draft is the text."""
    field = Field(
        name="reason",
        label=_("Reason") if needed else _("Remark"),
        kind="text",
        required=needed,
    )
    return DraftDialog(title, [field], lambda v: v["reason"], action=title, parent=parent)


def visits_dialog(parent: QWidget, people: Choices, today: date) -> DraftDialog:
    """When the visits of a campaign are planned, and for whom."""
    dialog = DraftDialog(
        _("Plan visits"),
        [
            Field(
                name="planned_on",
                label=_("Day"),
                kind="day",
                required=True,
                help=_("Shops where somebody has to go before the last day get no visit more."),
            ),
            Field(name="technician_id", label=_("Technician"), kind="choice", choices=people),
        ],
        lambda v: VisitPlan(**v),
        action=_("Plan"),
        parent=parent,
    )
    dialog.fill({"planned_on": words().day(today + timedelta(days=1))})
    return dialog
