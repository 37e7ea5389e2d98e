"""Words of the verdicts about a verified document (`app.texts.proof`)."""

from __future__ import annotations

from app.i18n import N_

WORDS: dict[str, dict[str, str]] = {
    "proof": {
        "yes": N_("GENUINE: proved to be what was issued, unchanged"),
        "replaced": N_("REPLACED: issued here, but a newer version was issued since"),
        "no": N_("NOT GENUINE: at least one answer below speaks against it"),
        "unproved": N_("CANNOT BE PROVED: not all of it is proved"),
    },
    "proof_question": {
        "issued": N_("Issued here"),
        "pages": N_("Pages and data"),
        "signatures": N_("Signatures"),
        "seal": N_("Electronic seal"),
        "code": N_("Code on the paper"),
    },
    "signed_code": {
        "good": N_("Signed by a computer of this office; nothing in the code was changed"),
        "revoked": N_("Signed by a computer that is trusted no longer"),
        "stranger": N_("Cannot be proved: signed with a key that nobody here knows"),
        "bad": N_("FORGED or changed: the signature is not for what the code says"),
        "none": N_("Not signed, as on papers of earlier versions"),
    },
    "answer": {
        "yes": N_("[yes]"),
        "replaced": N_("[replaced]"),
        "no": N_("[NO]"),
        "unproved": N_("[unproved]"),
        "none": N_("[none]"),
    },
    "standing": {
        "this_file": N_("Issued here: it left as this very file, byte for byte"),
        "same_content": N_(
            "Cannot be proved: this very file was not issued, another one with this content was"
        ),
        "other_content": N_("NOT what was issued here under this number: the content differs"),
        "unknown": N_("Cannot be proved: the register here holds no such document"),
    },
    "sheet_part": {
        **dict.fromkeys(("number", "incident", "report_number"), N_("Number")),
        **dict.fromkeys(("service", "title", "blank"), N_("kind of work")),
        **dict.fromkeys(("priority", "channel", "promised_at"), N_("report and deadline")),
        **dict.fromkeys(("reported_at", "reporter"), N_("report and deadline")),
        **dict.fromkeys(
            ("arrived_at", "finished_at", "visited_at", "due_on", "closed_at"),
            N_("dates and times"),
        ),
        **dict.fromkeys(("technician", "technician_code", "badge_no", "by"), N_("Technician")),
        "merchant": N_("Merchant"),
        **dict.fromkeys(("device", "old", "new", "found_serial", "serial", "tid"), N_("Terminal")),
        **dict.fromkeys(("fault", "problems", "reason", "reason_text"), N_("Fault")),
        **dict.fromkeys(("steps", "lines", "slips", "text", "reopened"), N_("work done")),
        "parts": N_("Parts"),
        **dict.fromkeys(("swap", "custody", "bag_no", "goes_to"), N_("device exchanged")),
        **dict.fromkeys(("accessories", "condition", "settled"), N_("device exchanged")),
        **dict.fromkeys(("unsent_cleared", "keys_erased"), N_("device exchanged")),
        **dict.fromkeys(("tests", "security"), N_("checks")),
        **dict.fromkeys(("photos", "kept"), N_("Photos")),
        "outcome": N_("result"),
    },
    "pages_say": {
        "genuine": N_("The pages are exactly what the data says, and nothing else is inside"),
        "same_pages": N_(
            "Cannot be proved: the pages show what the data says, but the file is not"
            " byte for byte what this version makes of it"
        ),
        "differs": N_("CHANGED: the file does not show exactly what its data says"),
    },
    "foreign_part": {
        "script": N_("scripts"),
        "action": N_("actions that run by themselves"),
        "annotation": N_("annotations laid over the pages"),
        "form": N_("form fields"),
        "media": N_("sound or film"),
        "layer": N_("layers that can be switched"),
        "encryption": N_("encryption"),
        "packed": N_("objects packed into streams"),
        "attachment": N_("attached files that are not ours"),
        "revision": N_("a later revision"),
    },
    "seal_trust": {
        "not_asked": N_("Nobody vouches for the certificate (issuer: {issuer})"),
        "trusted": N_("The certificate given vouches for it: {root}"),
        "other_company": N_(
            "{root} issued the certificate to {signer}: settings here and letterhead do not both"
            " name this company"
        ),
        "ended": N_(
            "{root} issued the certificate, but it is not valid today, and no time stamp proves"
            " that it was when it sealed"
        ),
        "not_yet": N_(
            "{root} issued the certificate, but it is not valid yet: its time begins later"
        ),
        "revoked": N_("CALLED BACK: {root} or its issuer revoked the certificate of {signer}"),
        "wrong_usage": N_("The certificate of {signer} is for something else than signatures"),
        "namesake": N_(
            "NOT the certificate given: it bears the same name, {signer}, but is another"
        ),
        "stranger": N_("NO certificate given vouches for it (issuer: {issuer})"),
    },
}
