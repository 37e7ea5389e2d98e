"""Dialogs for actions on a terminal: swap, move, change of state, hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.domain.register.custody import HandoverDraft, HolderKind, Pack
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminal_actions import states_after, states_after_swap
from app.domain.register.terminal_fields import FIELD, TERMINAL_FIELDS
from app.domain.register.terminal_states import STATES
from app.domain.register.terminals import Terminal, TerminalDraft, TerminalState, draft_of
from app.gui.pages.terminals.terminal_editor import Names, names_choices
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, panel
from app.texts import field_label

_MOVING = tuple(item.name for item in TERMINAL_FIELDS if item.of_place and item.name != "uscc")
"""What a move may change; the credit code is forgotten when the merchant is another."""


def swap_dialog(
    parent: QWidget, terminal: Terminal, names: Names, spares: Sequence[str]
) -> DraftDialog:
    """A `SwapDraft`: another device here; `spares` are serial numbers in stock."""
    dialog = DraftDialog(
        _("Swap terminal"),
        [
            Field(
                name="new_serial",
                label=_("New serial number"),
                required=True,
                choices=[(serial, serial) for serial in spares],
                hint=_("type or scan"),
                help=_("A device in stock, or one not registered yet."),
            ),
            Field(
                name="new_manufacturer",
                label=field_label(words(), "manufacturer"),
                choices=names_choices(names, "manufacturer"),
                hint=terminal.manufacturer,
            ),
            Field(
                name="new_model",
                label=field_label(words(), "model"),
                choices=names_choices(names, "model"),
                hint=terminal.model,
                help=_("Empty: the same model; a device in stock keeps its own."),
            ),
            Field(
                name="old_state",
                label=_("The old device goes"),
                kind="choice",
                choices=_after_swap(terminal),
            ),
            Field(name="reason", label=_("Reason"), kind="text", required=True, rows=2),
            Field(
                name="unsent_cleared",
                label=_("Unsent transactions"),
                kind="check",
                unit=_("Settled or uploaded; none is left on the old device"),
            ),
        ],
        _swap_draft,
        action=_("Swap"),
        parent=parent,
    )
    dialog.prefer(560)
    dialog.insert(_old_device(terminal))
    return dialog


def _old_device(terminal: Terminal) -> QWidget:
    place = f"{terminal.merchant_name} · {terminal.address}".strip(" ·")
    return panel(
        column(
            label(_("Old device {serial}", serial=terminal.serial), "strong"),
            label(place, "muted", wrap=True),
            label(_("TID {tid} stays with the position.", tid=terminal.tid), "muted"),
            spacing=2,
        ),
        "note",
    )


def _after_swap(terminal: Terminal) -> list[tuple[str, str]]:
    states = states_after_swap(terminal.state)
    return [(str(state), words()(STATES[state].after_swap)) for state in states]


def _swap_draft(values: dict[str, Any]) -> SwapDraft:
    return SwapDraft(
        new_serial=values["new_serial"],
        reason=values["reason"],
        old_state=TerminalState(values["old_state"]),
        unsent_cleared=values["unsent_cleared"],
        new_model=values["new_model"],
        new_manufacturer=values["new_manufacturer"],
    )


def move_dialog(parent: QWidget, terminal: Terminal, names: Names) -> DraftDialog:
    """Another position for the same device.  The draft is a pair: `TerminalDraft`, reason."""
    before = draft_of(terminal)
    fields = [
        Field(
            name=name,
            label=field_label(words(), name),
            required=FIELD[name].needed,
            choices=names_choices(names, name),
        )
        for name in _MOVING
    ]

    def draft(values: dict[str, Any]) -> tuple[TerminalDraft, str]:
        moved = replace(before, uscc="", **{name: values[name] for name in _MOVING})
        same = moved.mid == before.mid
        return (replace(moved, uscc=before.uscc) if same else moved), values["reason"]

    dialog = DraftDialog(
        _("Move terminal {serial}", serial=terminal.serial),
        [*fields, Field(name="reason", label=_("Reason"), kind="text", required=True, rows=2)],
        draft,
        action=_("Move"),
        parent=parent,
    )
    dialog.prefer(560)
    dialog.fill({name: getattr(before, name) for name in _MOVING})
    _forget_old_merchant(dialog, before)
    _forget_old_coordinates(dialog, before)
    address = _line_of(dialog, "address")
    address.setFocus()
    address.selectAll()
    if terminal.placed:
        dialog.insert(
            panel(
                column(
                    label(
                        _("Now at {merchant}", merchant=terminal.merchant_name),
                        "strong",
                        wrap=True,
                    ),
                    label(_("Old address: {address}", address=terminal.address or "—"), wrap=True),
                    label(
                        _("The acquirer must agree to a move: without it the terminal is barred."),
                        "muted",
                        wrap=True,
                    ),
                    spacing=2,
                ),
                "note",
            )
        )
    return dialog


def _forget_old_merchant(dialog: DraftDialog, before: TerminalDraft) -> None:
    """With another MID, what still describes the old merchant must not slip in with it."""
    names = [name for name in _MOVING if name not in ("tid", "mid", "acquirer")]
    mid = _line_of(dialog, "mid")

    def changed() -> None:
        if mid.text().strip() != before.mid:
            still = [n for n in names if dialog.form.value(n) == getattr(before, n)]
            dialog.fill(dict.fromkeys(still, ""))

    mid.editingFinished.connect(changed)


_COORDINATES = ("latitude", "longitude")


def _forget_old_coordinates(dialog: DraftDialog, before: TerminalDraft) -> None:
    """Those of the old address do not go with a new one: they are emptied in sight, to be entered
    anew, and come back with the old address."""
    old = {name: getattr(before, name) for name in _COORDINATES}
    address = _line_of(dialog, "address")

    def changed(typed: str) -> None:
        now = {name: dialog.form.content()[name] for name in _COORDINATES}
        moved = typed.strip() != before.address
        if moved and now == shown:
            dialog.fill(dict.fromkeys(_COORDINATES, ""))
        elif not moved and not any(now.values()):
            dialog.fill(old)

    shown = {name: dialog.form.content()[name] for name in _COORDINATES}
    address.textChanged.connect(changed)


def _line_of(dialog: DraftDialog, name: str) -> QLineEdit:
    widget = dialog.form.widget(name)
    assert isinstance(widget, QLineEdit)
    return widget


def state_dialog(parent: QWidget, terminal: Terminal) -> DraftDialog:
    """Another state.  The draft is `TerminalState`, reason, and the reason to do without the
    inspection before use."""
    dialog = DraftDialog(
        _("Change state of {serial}", serial=terminal.serial),
        [
            Field(
                name="state",
                label=_("New state"),
                kind="choice",
                choices=word_choices("terminal_state", states_after(terminal)),
            ),
            Field(name="reason", label=_("Reason"), kind="text", required=True, rows=3),
            Field(
                name="override",
                label=field_label(words(), "override"),
                help=_("Only when the inspection before use was not done; it is logged."),
            ),
        ],
        lambda v: (TerminalState(v["state"]), v["reason"], v["override"]),
        action=_("Change state"),
        parent=parent,
    )
    warning = label("", wrap=True)
    note = panel(column(warning), "warning")
    dialog.insert(note, 1)
    box = dialog.form.widget("state")
    assert isinstance(box, QComboBox)

    def warn() -> None:
        text = consequence(terminal, TerminalState(dialog.form.value("state")))
        warning.setText(text)
        note.setVisible(bool(text))
        dialog.fit()

    box.currentIndexChanged.connect(warn)
    warn()
    return dialog


def consequence(terminal: Terminal, state: TerminalState) -> str:
    """What a change of state brings about besides; empty when nothing does."""
    found = []
    rule = STATES[state]
    if terminal.placed and rule.placed is False:
        found.append(
            _(
                "It leaves {merchant}; TID {tid} becomes free.",
                merchant=terminal.merchant_name,
                tid=terminal.tid,
            )
        )
    if rule.consequence:
        found.append(words()(rule.consequence))
    return " ".join(found)


def hand_over_dialog(parent: QWidget, terminal: Terminal) -> DraftDialog:
    """Somebody else takes the device.  The draft is a `HandoverDraft`."""
    t = words()
    takers = [kind for kind in HolderKind if kind is not HolderKind.MERCHANT]
    dialog = DraftDialog(
        _("Hand over {serial}", serial=terminal.serial),
        [
            Field(
                name="holder_kind",
                label=field_label(t, "holder_kind"),
                kind="choice",
                choices=word_choices("holder_kind", takers),
                help=_("“Nobody known”: it is missing; it counts as unaccounted for after a day."),
            ),
            Field(
                name="holder",
                label=field_label(t, "holder"),
                help=_("Name of the person or company."),
            ),
            Field(
                name="pack",
                label=field_label(t, "pack"),
                kind="choice",
                choices=word_choices("pack", (Pack.OPENED, Pack.UNOPENED, Pack.UNKNOWN)),
            ),
            Field(name="reference", label=field_label(t, "reference")),
            Field(
                name="expected_on",
                label=field_label(t, "expected_on"),
                kind="day",
                help=_("With a courier: the day it should arrive."),
            ),
            Field(name="note", label=field_label(t, "note"), kind="text", rows=2),
        ],
        lambda values: HandoverDraft(**values),
        action=_("Hand over"),
        parent=parent,
    )
    dialog.fill({"holder_kind": HolderKind.TECHNICIAN, "pack": Pack.OPENED})
    dialog.prefer(520)
    return dialog
