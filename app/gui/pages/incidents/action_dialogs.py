"""Dialogs for the small steps of an incident: hold, close, hand on, reasons, work, parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.incidents.drafts import ClosingDraft, HoldDraft, PartDraft, WorkEntryDraft
from app.domain.incidents.incidents import Confirmation, WorkKind
from app.domain.incidents.lifecycle import HoldReason
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _


def hold_dialog(parent: QWidget, today: date) -> DraftDialog:
    """Why work waits and until when."""
    dialog = DraftDialog(
        _("Put on hold"),
        [
            Field("reason", _("Why"), "choice", choices=word_choices("hold_reason", HoldReason)),
            Field(
                "expected_on",
                _("Expected on"),
                "date",
                required=True,
                help=_("Time spent waiting for merchant, carrier or bank does not count."),
            ),
            Field("remark", _("Remark"), "text"),
        ],
        lambda v: HoldDraft(HoldReason(v["reason"]), v["expected_on"], v["remark"]),
        action=_("Put on hold"),
        parent=parent,
    )
    dialog.fill({"expected_on": today + timedelta(days=1)})
    return dialog


def close_dialog(parent: QWidget, signer: str) -> DraftDialog:
    """How the merchant confirmed."""
    dialog = DraftDialog(
        _("Close incident"),
        [
            Field(
                "confirmation",
                _("Confirmation"),
                "choice",
                choices=word_choices("confirmation", Confirmation),
            ),
            Field("confirmed_by", _("Confirmed by")),
            Field(
                "satisfaction",
                _("Rating"),
                "choice",
                choices=[
                    ("", _("not asked")),
                    ("satisfied", _("Satisfied")),
                    ("neutral", _("Neutral")),
                    ("dissatisfied", _("Dissatisfied")),
                ],
            ),
            Field(
                "remark", _("Remark"), "text", help=_("Without a signature, say why there is none.")
            ),
        ],
        lambda v: ClosingDraft(
            Confirmation(v["confirmation"]), v["confirmed_by"], v["remark"], v["satisfaction"]
        ),
        action=_("Close incident"),
        parent=parent,
    )
    dialog.fill({"confirmed_by": signer})
    return dialog


def reason_dialog(parent: QWidget, title: str, action: str, hint: str = "") -> DraftDialog:
    """A reason that must be given; the draft is its text."""
    return DraftDialog(
        title,
        [Field("reason", _("Reason"), "text", required=True, help=hint, rows=4)],
        lambda v: v["reason"],
        action=action,
        parent=parent,
    )


def addendum_dialog(parent: QWidget) -> DraftDialog:
    """Text added to a finished case."""
    return DraftDialog(
        _("Add addendum"),
        [
            Field(
                "remark",
                _("Addendum"),
                "text",
                required=True,
                rows=5,
                help=_("The report that was signed stays as it is; this is printed after it."),
            )
        ],
        lambda v: v["remark"],
        action=_("Add"),
        parent=parent,
    )


def assign_dialog(parent: QWidget, people: Sequence[tuple[str, str]], current: str) -> DraftDialog:
    """Who takes the incident; `people` are (id, name) pairs."""
    dialog = DraftDialog(
        _("Assign"),
        [Field("technician_id", _("Technician"), "choice", choices=people)],
        lambda v: v["technician_id"],
        action=_("Assign"),
        parent=parent,
    )
    dialog.fill({"technician_id": current})
    return dialog


def duplicate_dialog(parent: QWidget, others: Sequence[tuple[str, str]]) -> DraftDialog:
    """Which incident this one repeats; `others` are (id, description) pairs."""
    return DraftDialog(
        _("Mark as duplicate"),
        [Field("duplicate_of", _("Same as"), "choice", choices=others)],
        lambda v: v["duplicate_of"],
        action=_("Mark as duplicate"),
        parent=parent,
    )


def work_dialog(parent: QWidget) -> DraftDialog:
    """A line of the work log."""
    return DraftDialog(
        _("Work log"),
        [
            Field("kind", _("What"), "choice", choices=word_choices("work_kind", WorkKind)),
            Field("summary", _("Done"), "text", required=True),
            Field("outcome", _("Outcome")),
            Field("minutes", _("Minutes"), "number", most=1440),
        ],
        _work_draft,
        action=_("Add"),
        parent=parent,
    )


def _work_draft(values: dict[str, Any]) -> WorkEntryDraft:
    return WorkEntryDraft(
        WorkKind(values["kind"]), values["summary"], values["outcome"], values["minutes"]
    )


def part_dialog(parent: QWidget) -> DraftDialog:
    """A part fitted."""
    return DraftDialog(
        _("Part fitted"),
        [
            Field("name", _("Part"), required=True),
            Field("part_no", _("Part number")),
            Field("old_serial", _("Old serial number")),
            Field("new_serial", _("New serial number")),
            Field("quantity", _("Quantity"), "number", least=1, most=999),
            Field("unit_price_cents", _("Price each"), "money", unit=_("yuan")),
            Field("in_warranty", _("Warranty"), "check", unit=_("covered by warranty")),
        ],
        lambda v: PartDraft(
            v["name"],
            v["part_no"],
            v["old_serial"],
            v["new_serial"],
            v["quantity"],
            v["unit_price_cents"],
            v["in_warranty"],
        ),
        action=_("Add"),
        parent=parent,
    )
