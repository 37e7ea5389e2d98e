"""Words of the register: labels and values of declared facts, states, the custody ledger."""

from __future__ import annotations

from app.domain.register.terminal_kinds import Port
from app.domain.register.terminal_states import STATES
from app.domain.register.terminals import SHOWN_FIELDS
from app.i18n import N_
from app.languages import LANGUAGES

FIELDS: dict[str, str] = {item.name: item.label for item in SHOWN_FIELDS} | {
    "holder_kind": N_("Held by"),
    "holder": N_("Who"),
    "pack": N_("Pack"),
    "reference": N_("Consignment or bag number"),
    "note": N_("Remark"),
    "pts_use_until": N_("PTS: used until"),
}
"""Labels: those of facts come from their declaration."""

WORDS: dict[str, dict[str, str]] = {
    "terminal_state": {str(state): rule.word for state, rule in STATES.items()},
    "language_name": {code: language.name for code, language in LANGUAGES.items()},
    "port": {
        Port.SERIAL: N_("Serial port"),
        Port.USB: N_("USB"),
        Port.LAN: N_("LAN"),
        Port.PHONE_LINE: N_("Phone line"),
        Port.BLUETOOTH: N_("Bluetooth"),
        Port.PINPAD: N_("PIN pad"),
    },
    "holder_kind": {
        "merchant": N_("Merchant"),
        "technician": N_("Technician"),
        "warehouse": N_("Warehouse"),
        "supplier": N_("Supplier or repairer"),
        "courier": N_("Courier"),
        "unknown": N_("Nobody known"),
    },
    "pack": {
        "unopened": N_("Sealed pack, unopened"),
        "opened": N_("Opened"),
        "unknown": N_("Not noted"),
    },
    "custody_cause": {
        "registered": N_("Registered"),
        "imported": N_("Imported"),
        "moved": N_("Moved"),
        "swapped": N_("Swapped"),
        "state": N_("State changed"),
        "handed_over": N_("Handed over"),
        "taken_over": N_("Known when the ledger began"),
    },
    "unaccounted": {
        "nobody": N_("nobody is known to hold it"),
        "unnamed": N_("its holder has no name"),
        "overdue": N_("the courier should have delivered it"),
        "not_there": N_("said to be at a merchant where it does not stand"),
        "elsewhere": N_("in service, but somebody else holds it"),
    },
}

PROBLEMS: dict[str, str] = {
    "port.unknown": N_(
        "“{value}” is no known connection. Write number and type, for example: serial 1, usb 2."
    ),
    "fact.newer_kept": N_("{value} is older than {other}, which is known already and stays."),
    "custody.merchant_by_move": N_(
        "A merchant gets a device by “Move” or “Swap”, so that register and ledger agree."
    ),
    "custody.expected_missing": N_("Say on which day the courier should deliver it."),
    "custody.resealed": N_(
        "It was opened before. Give the number of the sealed bag it is in now, or choose “Opened”."
    ),
}
