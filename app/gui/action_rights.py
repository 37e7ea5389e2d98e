"""What somebody has to be allowed to do for the button of an action to be of use.

Only actions that need one kind of operation wherever they stand, and whatever record is chosen;
what hangs on the record is asked where that is known (`app.gui.toolkit.permission.permit`).
"""

from __future__ import annotations

from app.gui.actions import UserAction as A

ACTION_RIGHTS: dict[A, str] = {
    A.NEW_INCIDENT: "incident.open",
    A.REPORT_FAULT: "incident.open",
    A.IT_HELPED: "incident.note_check",
    A.IT_DID_NOT_HELP: "incident.note_check",
    A.ADD_TERMINAL: "terminal.register",
    A.EDIT_TERMINAL: "terminal.update",
    A.SWAP: "terminal.swap",
    A.RELOCATE: "terminal.relocate",
    A.CHANGE_STATE: "terminal.change_state",
    A.MARK_VERIFIED: "contact.save",
    A.MARK_MERCHANT: "merchant.set_service",
    A.IMPORT_PRICES: "part.import",
    A.MOVE_STOCK: "stock.receive",
    A.NEW_VISIT: "visit.add_extra",
    A.PRINT_SCHEDULE: "document.issue",
}
"""Action → kind of operation (`app.domain.people.rights`)."""
