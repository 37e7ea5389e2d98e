"""Labels of the fields that only event logs name, and the words behind their reasons."""

from __future__ import annotations

from app.i18n import N_

WORDS: dict[str, dict[str, str]] = {
    "edit_reason": {
        "hard_stop": N_("urgent at once, because of danger or tampering"),
        "sign_withdrawn": N_("safety stop withdrawn"),
        "stop_withdrawn": N_("the suspected danger or tampering was withdrawn"),
    },
}

FIELDS: dict[str, str] = {
    "detection": N_("Found by"),
    "impact": N_("Impact"),
    "urgency": N_("Importance"),
    "priority": N_("Priority"),
    "reporter_name": N_("Reported by"),
    "reporter_phone": N_("Call back"),
    "promised_at": N_("Promised by"),
    "down_from": N_("Out of order since"),
    "unknown_serial": N_("Serial number not in the register"),
    "hold_expected_on": N_("Expected on"),
    "duplicate_of": N_("Same as"),
    "part": N_("Part taken back"),
}
