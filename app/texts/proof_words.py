"""Words of the verdicts about a verified document (`app.texts.proof`)."""

from __future__ import annotations

from app.i18n import N_

WORDS: dict[str, dict[str, str]] = {
    "proof": {
        "yes": N_("GENUINE: proved to be what was issued, unchanged"),
        "no": N_("NOT GENUINE: at least one answer below speaks against it"),
        "unproved": N_("CANNOT BE PROVED: nothing speaks against it, but not all of it is proved"),
    },
    "answer": {
        "yes": N_("[yes]"),
        "no": N_("[NO]"),
        "unproved": N_("[unproved]"),
        "none": N_("[none]"),
    },
    "standing": {
        "this_file": N_("Issued here: it left as this very file, byte for byte"),
        "same_content": N_("Issued here: a document with exactly this content left or was fixed"),
        "other_content": N_("NOT what was issued here under this number: the content differs"),
        "unknown": N_("Cannot be proved: the register here holds no such document"),
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
        "attachment": N_("attached files that are not ours"),
        "revision": N_("a later revision"),
    },
}
