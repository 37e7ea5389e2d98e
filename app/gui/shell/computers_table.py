"""The other computers of the exchange: last contact, what waits for them, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.toolkit.language import _, words
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge

if TYPE_CHECKING:
    from app.exchange.status import OtherComputer


def last_contact(device: OtherComputer | None) -> str:
    """When something of it was last taken in."""
    return (words().moment(device.last_contact) if device is not None else "") or _("never")


def received(device: OtherComputer | None) -> str:
    """Up to where all of its work is here."""
    if device is None or not device.last_seq:
        return ""
    return _("all up to No. {number} is here", number=device.last_seq)


def not_there_yet(device: OtherComputer | None) -> str:
    """How many operations it does not have yet."""
    return "" if device is None or device.to_get is None else str(device.to_get)


def missing_badge(device: OtherComputer) -> Badge | None:
    """What is wrong with it or its packages; None when nothing is."""
    if device.revoked_at is not None:
        return Badge(_("No longer trusted"), "neutral", "ban")
    if device.missing is not None:
        first, last = device.missing
        text = _("Missing: {first}–{last}", first=first, last=last)
        return Badge(text, "danger", "triangle-alert")
    if device.clock_ahead:
        return Badge(_("Clock wrong"), "warning", "clock")
    return None


def computer_columns() -> tuple[TableColumn, ...]:
    """The columns of a list of other computers (`OtherComputer`)."""
    return (
        TableColumn(title=_("Computer"), text=lambda d: d.name, width=170, stretch=True),
        TableColumn(title=_("Last contact"), text=last_contact, width=140),
        TableColumn(
            title=_("Received"),
            text=received,
            detail=lambda d: (
                _("its package of {moment}", moment=words().moment(d.complete_until))
                if d.complete_until
                else ""
            ),
            width=230,
        ),
        TableColumn(title=_("It does not have yet"), text=not_there_yet, width=130, right=True),
        TableColumn(title="", text=lambda _d: "", badge=missing_badge, width=150),
    )
