"""Labels of the fields that only event logs name, and the words behind their reasons."""

from __future__ import annotations

from app.i18n import N_

WORDS: dict[str, dict[str, str]] = {
    "edit_reason": {
        "hard_stop": N_("urgent at once, because of danger or tampering"),
        "sign_withdrawn": N_("safety stop withdrawn"),
        "stop_withdrawn": N_("the suspected danger or tampering was withdrawn"),
        "trouble_done": N_("also reported, seen to as well"),
        "trouble_reported": N_("also reported, a new incident was opened"),
        "trouble_later": N_("also reported, not seen to this time"),
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
    "merchant": N_("Merchant"),
    "terminal": N_("Terminal"),
    "opening_hours": N_("Opening hours"),
    "remarks": N_("Remarks"),
    "pts_version": N_("PTS version"),
    "badge_no": N_("Badge number"),
    "active": N_("Active"),
    "hours": N_("Hours"),
    "languages": N_("Languages"),
    "prepare": N_("To prepare"),
    "escalation": N_("Escalation"),
    "answered_by": N_("Answered by"),
    "window_from": N_("Window from"),
    "window_until": N_("Window until"),
    "day_order": N_("Place in the day"),
    "locked": N_("Locked"),
    "started_at": N_("Begun"),
    "finished_at": N_("Finished"),
    "stage": N_("What it shows"),
    "removed_at": N_("Removed"),
    "absence": N_("Leave"),
    "source": N_("Source"),
    "starts_on": N_("First day"),
    "checklist": N_("Checklist"),
    "subjects": N_("Terminals of the plan"),
    "events": N_("Events"),
    "attachment": N_("File"),
    "companion": N_("Comes along"),
    "description": N_("Description"),
    "merged": N_("Became part of"),
}
