"""The other computers of the exchange: last contact, what waits for them, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.toolkit.language import _, words
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge

if TYPE_CHECKING:
    from app.exchange.status import OtherComputer


def computer_columns() -> tuple[TableColumn, ...]:
    """The columns of a list of other computers (`OtherComputer`)."""
    return (
        TableColumn(title=_("Computer"), text=lambda d: d.name, width=170, stretch=True),
        TableColumn(
            title=_("Last contact"),
            text=lambda d: words().moment(d.last_contact) or _("never"),
            width=140,
        ),
        TableColumn(
            title=_("All is here up to"),
            text=lambda d: _("No. {number}", number=d.last_seq),
            detail=lambda d: (
                _("its package of {moment}", moment=words().moment(d.complete_until))
                if d.complete_until
                else ""
            ),
            width=210,
        ),
        TableColumn(
            title=_("It does not have yet"),
            text=lambda d: "" if d.to_get is None else str(d.to_get),
            width=130,
            right=True,
        ),
        TableColumn(title=_("Missing"), text=lambda _d: "", badge=_missing, width=150),
    )


def _missing(device: OtherComputer) -> Badge | None:
    if device.missing is not None:
        first, last = device.missing
        return Badge(f"{first}–{last}", "danger", "triangle-alert")
    if device.clock_ahead:
        return Badge(_("Clock wrong"), "warning", "clock")
    return None
