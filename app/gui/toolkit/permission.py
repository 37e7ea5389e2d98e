"""Buttons and menu entries that cannot be used for want of a right: grey, with the reason.

The reason comes from the same table of rights by which the services refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu

from app.domain.people.rights import Refusal, Standing
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import bound_entries
from app.gui.toolkit.problems import message

_OWN_TIP = "tip before it was refused"
_REASON = "reason that stands in the tip"


def permit(
    target: QAbstractButton | QAction, refusal: Refusal | None, *, enabled: bool = True
) -> None:
    """Let `target` be used when nothing is refused and it is `enabled` otherwise; else say why not
    in its tooltip."""
    target.setEnabled(enabled and refusal is None)
    own = target.toolTip()
    # A tip set since belongs to what the button does now.
    if own == target.property(_REASON):
        own = target.property(_OWN_TIP)
    reason = message(refusal.error()) if refusal is not None else None
    target.setProperty(_OWN_TIP, own if reason else None)
    target.setProperty(_REASON, reason)
    shown = reason or own
    if target.toolTip() != shown:
        target.setToolTip(shown)


def permit_entries(
    menu: QMenu, kinds: Mapping[UserAction, str], standing: Callable[[], Standing]
) -> None:
    """Let each entry be used as its kind of operation is allowed, asked anew when the menu opens:
    roles change while the program runs."""
    menu.setToolTipsVisible(True)

    def ask() -> None:
        now = standing()
        for action, entry in bound_entries(menu):
            if action in kinds:
                permit(entry, now.refusal(kinds[action]))

    menu.aboutToShow.connect(ask)
    ask()
