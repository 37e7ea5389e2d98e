"""Dialogs for actions on an incident: put on hold, close, assign, reasons, work, parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.documents import Signature
from app.domain.incidents.drafts import ClosingDraft, HoldDraft, WorkEntryDraft
from app.domain.incidents.incidents import Confirmation, WorkKind
from app.domain.incidents.lifecycle import HoldReason
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _
from app.gui.toolkit.signature_dialog import unsigned_reasons


def hold_dialog(parent: QWidget, today: date) -> DraftDialog:
    """Why work waits and until when."""
    dialog = DraftDialog(
        _("Put on hold"),
        [
            Field(
                name="reason",
                label=_("Why"),
                kind="choice",
                choices=word_choices("hold_reason", HoldReason),
            ),
            Field(
                name="expected_on",
                label=_("Expected on"),
                kind="date",
                required=True,
                help=_("Time spent waiting for merchant, carrier or bank does not count."),
            ),
            Field(name="remark", label=_("Remark"), kind="text"),
        ],
        lambda v: HoldDraft(HoldReason(v["reason"]), v["expected_on"], v["remark"]),
        action=_("Put on hold"),
        parent=parent,
    )
    dialog.fill({"expected_on": today + timedelta(days=1)})
    return dialog


def close_dialog(parent: QWidget, signer: str, known: Signature | None) -> DraftDialog:
    """How the merchant confirmed; begins with what is known from the signature, or from why there
    is none."""
    dialog = DraftDialog(
        _("Close incident"),
        [
            Field(
                name="confirmation",
                label=_("Confirmation"),
                kind="choice",
                choices=word_choices("confirmation", Confirmation),
            ),
            Field(name="confirmed_by", label=_("Confirmed by")),
            Field(
                name="satisfaction",
                label=_("Rating"),
                kind="choice",
                choices=[
                    ("", _("not asked")),
                    ("satisfied", _("Satisfied")),
                    ("neutral", _("Neutral")),
                    ("dissatisfied", _("Dissatisfied")),
                ],
            ),
            Field(
                name="remark",
                label=_("Remark"),
                kind="text",
                help=_("Without a signature, say why there is none."),
            ),
        ],
        lambda v: ClosingDraft(
            Confirmation(v["confirmation"]), v["confirmed_by"], v["remark"], v["satisfaction"]
        ),
        action=_("Close incident"),
        parent=parent,
    )
    dialog.fill({"confirmed_by": signer} if known is None else _confirmed(known, signer))
    return dialog


def _confirmed(known: Signature, signer: str) -> dict[str, str]:
    by = known.signer or signer
    if known.ink is not None:
        return {"confirmation": Confirmation.SIGNED, "confirmed_by": by}
    said = {one.text: one.confirmation for one in unsigned_reasons()}
    confirmation = said.get(known.reason, Confirmation.ABSENT)
    # Whoever did not sign confirmed nothing, unless on the phone.
    by = by if confirmation is Confirmation.BY_PHONE else ""
    return {"confirmation": confirmation, "confirmed_by": by, "remark": known.reason}


def addendum_dialog(parent: QWidget) -> DraftDialog:
    """Text added to a finished case."""
    return DraftDialog(
        _("Add addendum"),
        [
            Field(
                name="remark",
                label=_("Addendum"),
                kind="text",
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
        [Field(name="technician_id", label=_("Technician"), kind="choice", choices=people)],
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
        [Field(name="duplicate_of", label=_("Same as"), kind="choice", choices=others)],
        lambda v: v["duplicate_of"],
        action=_("Mark as duplicate"),
        parent=parent,
    )


def work_dialog(parent: QWidget) -> DraftDialog:
    """A line of the work log."""
    return DraftDialog(
        _("Work log"),
        [
            Field(
                name="kind",
                label=_("What"),
                kind="choice",
                choices=word_choices("work_kind", WorkKind),
            ),
            Field(name="summary", label=_("Done"), kind="text", required=True),
            Field(name="outcome", label=_("Outcome")),
            Field(name="minutes", label=_("Minutes"), kind="number", most=1440),
        ],
        _work_draft,
        action=_("Add"),
        parent=parent,
    )


def _work_draft(values: dict[str, Any]) -> WorkEntryDraft:
    return WorkEntryDraft(
        kind=WorkKind(values["kind"]),
        summary=values["summary"],
        outcome=values["outcome"],
        minutes=values["minutes"],
    )
