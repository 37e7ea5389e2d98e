"""Dialogs for actions on a maintenance visit: reschedule, assign, skip a task, finish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.errors import BadValue, InvalidInput
from app.domain.maintenance.offers import Offer
from app.domain.maintenance.visits import ScheduleDraft, VisitSummary
from app.domain.parsing import parse_date
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import button, column, label, panel, row
from app.gui.toolkit.reason_dialog import reason_dialog
from app.texts.offers import offer_text

People = Sequence[tuple[str, str]]


def schedule_dialog(
    parent: QWidget,
    visit: VisitSummary,
    people: People,
    day: date | None = None,
    technician_id: str | None = None,
) -> DraftDialog:
    """Another day, time or technician for a visit; the draft is what was entered, for
    `schedule_draft`."""
    dialog = DraftDialog(
        _("Reschedule {number}", number=visit.number),
        _schedule_fields(people),
        lambda values: values,
        action=_("Reschedule"),
        parent=parent,
    )
    t = words()
    window = _(
        "{merchant} · window {opens} to {closes}",
        merchant=visit.merchant_name or "—",
        opens=t.day(visit.window_from),
        closes=t.day(visit.window_until),
    )
    dialog.insert(panel(row(label(window, wrap=True), margins=(12, 8, 12, 8)), "note"))
    minute = visit.start_minute
    dialog.fill(
        {
            "planned_on": t.day(day or visit.planned_on),
            "start_minute": "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}",
            "technician_id": visit.technician_id if technician_id is None else technician_id,
            "companion_id": visit.companion_id,
            "lock": visit.locked,
        }
    )
    return dialog


def _schedule_fields(people: People) -> list[Field]:
    return [
        Field(name="planned_on", label=_("Planned day"), kind="day", required=True),
        Field(name="start_minute", label=_("Begin"), hint="09:30"),
        Field(
            name="technician_id",
            label=_("Technician"),
            kind="choice",
            choices=[("", _("Nobody yet")), *people],
        ),
        Field(
            name="companion_id",
            label=_("Comes along"),
            kind="choice",
            choices=[("", _("nobody")), *people],
            help=_("For work that takes two at the same time."),
        ),
        Field(
            name="lock",
            label=_("Lock"),
            kind="check",
            unit=_("levelling leaves it where it is"),
        ),
        Field(
            name="reason",
            label=_("Reason"),
            kind="text",
            rows=2,
            help=_("Needed for a day outside the window."),
        ),
    ]


def show_offers(dialog: DraftDialog, offers: Sequence[Offer]) -> None:
    """When somebody could come, to be promised on the telephone: one press fills the form in and
    locks the time."""
    t = words()

    def take(offer: Offer) -> None:
        minute = offer.start_minute
        dialog.fill(
            {
                "planned_on": t.day(offer.day),
                "start_minute": f"{minute // 60:02d}:{minute % 60:02d}",
                "technician_id": offer.technician_id,
                "lock": True,
            }
        )

    lines: list[QWidget] = []
    for offer in offers:
        text = offer_text(
            t, offer.day, offer.start_minute, offer.technician, offer.added_minutes, offer.late
        )
        lines.append(button(text, partial(take, offer), role="segment"))
    head = _("When somebody can come") if lines else _("Nobody has room on a day ahead.")
    dialog.insert(panel(column(label(head, "strong"), *lines, spacing=4), "note"))
    dialog.fit()


def schedule_draft(values: dict[str, Any]) -> ScheduleDraft:
    """What was entered, checked as far as a form can.  Raises `InvalidInput`."""
    try:
        day = parse_date(values["planned_on"])
    except BadValue as refusal:
        raise InvalidInput.of("planned_on", refusal.code, **refusal.params) from None
    if day is None:
        raise InvalidInput.of("planned_on", "text.missing")
    return ScheduleDraft(
        planned_on=day,
        technician_id=values["technician_id"],
        companion_id=values["companion_id"],
        start_minute=_minute(values["start_minute"]),
        reason=values["reason"],
        lock=values["lock"],
    )


def _minute(raw: str) -> int | None:
    text = raw.strip().replace("：", ":")
    if not text:
        return None
    hours, _mark, minutes = text.partition(":")
    if not (hours.isdecimal() and (minutes or "0").isdecimal()) or int(minutes or 0) > 59:
        raise InvalidInput.of("start_minute", "choice.unknown", value=raw)
    return int(hours) * 60 + int(minutes or 0)


def move_dialog(parent: QWidget, visits: int, outside: int, day: date) -> DraftDialog:
    """Why visits go to a day outside their window; the draft is the reason."""
    dialog = DraftDialog(
        _("Outside the window"),
        [
            Field(
                name="reason",
                label=_("Reason"),
                kind="text",
                required=True,
                rows=3,
                help=_("Work outside the window counts as early or late for good."),
            )
        ],
        lambda values: values["reason"],
        action=_("Put on this day"),
        parent=parent,
    )
    text = _(
        "{outside} of {visits} visits have no window open on {day}.",
        outside=outside,
        visits=visits,
        day=words().day(day),
    )
    dialog.insert(panel(row(label(text, wrap=True), margins=(12, 8, 12, 8)), "warning"))
    return dialog


def skip_dialog(parent: QWidget, name: str) -> DraftDialog:
    """Why a task is left out; the draft is the reason."""
    hint = _("Compliance figures show it as skipped, with this reason.")
    return reason_dialog(parent, _("Skip {name}", name=name), _("Skip"), hint)


def cancel_dialog(parent: QWidget, number: str) -> DraftDialog:
    """Why a visit is called off; the draft is the reason."""
    hint = _("Its tasks are planned again.")
    return reason_dialog(parent, _("Call off {number}", number=number), _("Call off"), hint)


def finish_dialog(parent: QWidget, number: str, left: int) -> DraftDialog:
    """A remark at the end of a visit; the draft is its text."""
    dialog = DraftDialog(
        _("Finish {number}", number=number),
        [Field(name="remark", label=_("Remark"), kind="text", rows=3)],
        lambda values: values["remark"],
        action=_("Finish"),
        parent=parent,
    )
    if left:
        text = plural(
            "{count} task is still open; it is planned again, and the visit counts as partly done.",
            "{count} tasks are still open; they are planned again, and the visit counts as"
            " partly done.",
            left,
        )
        dialog.insert(panel(row(label(text, wrap=True), margins=(12, 8, 12, 8)), "warning"))
    return dialog


def fixed_dialog(parent: QWidget, line: str) -> DraftDialog:
    """How a failed line was put right; the draft is the text."""
    dialog = DraftDialog(
        _("Fixed now"),
        [
            Field(
                name="note", label=_("What was done about it?"), kind="text", required=True, rows=3
            )
        ],
        lambda values: values["note"],
        action=_("Fixed now"),
        parent=parent,
    )
    dialog.insert(_line_failed(line))
    return dialog


def incident_dialog(parent: QWidget, line: str, classes: People, chosen: str) -> DraftDialog:
    """An incident about a failed line, with the class the line tells; the draft is (class,
    note)."""
    dialog = DraftDialog(
        _("Open an incident"),
        [
            Field(name="fault_class", label=_("Class"), kind="choice", choices=classes),
            Field(name="note", label=_("More about it"), kind="text", rows=3),
        ],
        lambda values: (values["fault_class"], values["note"]),
        action=_("Open an incident"),
        parent=parent,
    )
    dialog.insert(_line_failed(line))
    dialog.fill({"fault_class": chosen})
    return dialog


def _line_failed(line: str) -> QWidget:
    return panel(row(label(line, wrap=True), margins=(12, 8, 12, 8)), "note")


def partial_dialog(parent: QWidget, lines: Sequence[str]) -> DraftDialog:
    """Why a checklist ends with lines missing; the draft is the reason."""
    dialog = DraftDialog(
        _("Lines are missing"),
        [
            Field(
                name="reason",
                label=_("Reason"),
                kind="text",
                required=True,
                rows=3,
                help=_("The task counts as partly done."),
            )
        ],
        lambda values: values["reason"],
        action=_("End as partly done"),
        parent=parent,
    )
    dialog.insert(label("\n".join(lines[:8]), "muted", wrap=True))
    return dialog


def withdraw_dialog(parent: QWidget, absences: Sequence[tuple[str, str]]) -> DraftDialog:
    """Which leave is taken back; the draft is its key."""
    return DraftDialog(
        _("Take back a leave"),
        [
            Field(
                name="absence_id",
                label=_("Leave"),
                kind="choice",
                choices=absences,
                help=_("The days can be planned again; visits moved meanwhile stay moved."),
            )
        ],
        lambda values: values["absence_id"],
        action=_("Take back"),
        parent=parent,
    )


def absence_dialog(parent: QWidget, people: People, today: date) -> DraftDialog:
    """Who is away and when; the draft is what was entered."""
    dialog = DraftDialog(
        _("Technician away"),
        [
            Field(name="technician_id", label=_("Technician"), kind="choice", choices=people),
            Field(name="first_on", label=_("First day"), kind="date", required=True),
            Field(name="last_on", label=_("Last day"), kind="date", required=True),
            Field(name="reason", label=_("Reason")),
            Field(
                name="at_once",
                label=_("Ill"),
                kind="check",
                unit=_("give the visits to others at once, without asking about each"),
            ),
        ],
        lambda values: values,
        parent=parent,
    )
    dialog.fill({"first_on": today, "last_on": today})
    return dialog
