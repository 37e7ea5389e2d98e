"""Buttons and menu entries that cannot be used for want of a right: grey, with the reason.

The reason comes from the same table of rights by which the services refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu

from app.domain.people.rights import Refusal, Standing
from app.gui.toolkit.problems import message

_OWN_TIP = "tip before it was refused"


def permit(
    target: QAbstractButton | QAction, refusal: Refusal | None, *, enabled: bool = True
) -> None:
    """Let `target` be used when nothing is refused and it is `enabled` otherwise; else say why not
    in its tooltip."""
    target.setEnabled(enabled and refusal is None)
    own = target.property(_OWN_TIP)
    if refusal is not None:
        if own is None:
            target.setProperty(_OWN_TIP, target.toolTip())
        target.setToolTip(message(refusal.error()))
    elif own is not None:
        target.setToolTip(own)
        target.setProperty(_OWN_TIP, None)


def permit_entries(
    menu: QMenu, kinds: Mapping[QAction, str], standing: Callable[[], Standing]
) -> None:
    """Let each entry be used as its kind of operation is allowed, asked anew when the menu opens:
    roles change while the program runs."""
    menu.setToolTipsVisible(True)

    def ask() -> None:
        now = standing()
        for entry, kind in kinds.items():
            permit(entry, now.refusal(kind))

    menu.aboutToShow.connect(ask)
    ask()
