"""Buttons and menu entries that cannot be used for want of a right: grey, with the reason.

The reason comes from the same table of rights by which the services refuse.
"""

from __future__ import annotations

from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.domain.people.rights import Refusal, Standing
from app.gui.toolkit.layout import Button
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


class RightButton(Button):
    """Grey, with the reason, while the person may not do what it `needs`, a kind of operation, not
    even to a record of their own.  Asked whenever it comes into sight; what else enables or
    disables the button does not undo it."""

    def __init__(self, needs: str) -> None:
        super().__init__()
        self._needs, self._wanted, self._refused = needs, True, False

    def setEnabled(self, on: bool) -> None:
        """Let it be used, unless it is refused."""
        self._wanted = on
        super().setEnabled(on and not self._refused)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        standing = _standing_of(self)
        refusal = standing.refusal(self._needs, own=True) if standing is not None else None
        if (refusal is not None) is not self._refused:
            self._refused = refusal is not None
            permit(self, refusal, enabled=self._wanted)


def may(widget: QWidget, kind: str) -> bool:
    """Whether the person may do this at least to a record of their own; yes where nobody is asked
    because no page stands around the widget."""
    standing = _standing_of(widget)
    return standing is None or standing.refusal(kind, own=True) is None


def _standing_of(widget: QWidget | None) -> Standing | None:
    while widget is not None:
        asked = getattr(widget, "standing", None)
        if callable(asked):
            found: Standing | None = asked()
            return found
        widget = widget.parentWidget()
    return None
