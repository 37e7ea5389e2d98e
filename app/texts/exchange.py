"""Words and error sentences of the exchange of packages between computers."""

from __future__ import annotations

from typing import Any, Protocol

from app.domain.operations.operation import Operation
from app.i18n import N_, Translator
from app.texts import people

WORDS: dict[str, dict[str, str]] = {
    "secret_place": {
        "key_store": N_("in the key store of this system"),
        "file": N_("in a file that only you may read"),
    },
    "station_role": {
        "laptop": N_("Laptop"),
        "office": N_("The office"),
        "alone": N_("in no office yet"),
    },
    "settlement": {"keep": N_("Leave as it is"), "take": N_("Take what gave way")},
    "unsettled": {
        "review": N_("Could not be applied"),
        "overwritten": N_("Changed on both sides"),
        "number": N_("Another number"),
        "left_out": N_("Left as it was"),
    },
    "review": {
        "not_allowed": N_("the record is in another state now"),
        "not_found": N_("the record it is about is not there"),
        "conflict": N_("somebody else changed the record first"),
        "unreadable": N_("its data cannot be read by this version"),
        "other": N_("it no longer fits what others did meanwhile"),
        "document.differs_here": N_("the data of the office say something else than this report"),
        "permission.not_at_this_computer": N_(
            "the office does not know this person as working at that computer"
        ),
        "permission.nobody_at_this_computer": N_(
            "nobody is named as working at that computer, so it speaks for technicians only"
        ),
    },
}

KINDS = {
    "station": N_("Computer"),
    "snapshot": N_("State"),
    "conflict": N_("Conflict"),
    "operation": N_("Operation"),
    "file": N_("File"),
    "contact": N_("Contact"),
    "model": N_("Model"),
    "settings": N_("Settings"),
    "custody": N_("Device hand-over"),
    "register": N_("Terminal import"),
    "document": N_("Document"),
    "calendar": N_("Working calendar"),
    "leave": N_("Absence"),
    "meter": N_("Counter"),
    "knowledge": N_("What was learned"),
    "database": N_("Database"),
}

FIELDS = {
    "key": N_("Key"),
    "office": N_("The office"),
    "package": N_("Package"),
    "compared": N_("Compared"),
    "operation_id": N_("Operation"),
    "unsettled_id": N_("Conflict"),
    "how": N_("Decision"),
    "people": N_("People who work there"),
}

PROBLEMS: dict[str, str] = {
    # keys and trust
    "exchange.not_a_key": N_(
        "This is no key of a POSCare computer. On the other computer save the key again, or copy"
        " its whole line."
    ),
    "exchange.key_altered": N_(
        "This key was changed or is not complete. On the other computer save it again."
    ),
    "exchange.key_unreadable": N_(
        "The key of this computer in {path} is damaged. Make new keys (“poscare exchange key"
        " --renew”); the others must trust the new key then."
    ),
    "exchange.key_missing": N_(
        "The key of this computer is not in {path}: this database was brought here from another"
        " computer, or the key was deleted. Make new keys (“poscare exchange key --renew”); the"
        " others must trust the new key then."
    ),
    "exchange.wrong_fingerprint": N_(
        "The fingerprint of this key is {found}. That is not the one you were told: somebody may"
        " have put another key in its place. Nothing was trusted; ask for the key again."
    ),
    "exchange.not_compared": N_(
        "Compare the fingerprint first: call the other side, or look at its screen."
    ),
    "exchange.own_key": N_("This is the key of this computer itself."),
    "exchange.key_changed": N_(
        "{name} is trusted with another key. If that computer made new keys, revoke the old one"
        " first, then compare the fingerprint of the new one."
    ),
    "exchange.same_letter": N_(
        "“{name}” numbers by the letter {device}, as this computer does. Give one of them another"
        " letter in Settings, then make its key again."
    ),
    "exchange.second_office": N_(
        "This computer belongs to the office “{name}” already. Revoke it first."
    ),
    "exchange.has_an_office": N_(
        "This computer belongs to an office already, so it cannot be the office itself."
    ),
    "exchange.is_the_office": N_("This computer is the office itself."),
    "exchange.people_of_office": N_(
        "“{name}” is the office of this computer: who works there, the office knows itself."
    ),
    "exchange.nobody_left": N_(
        "Somebody has to work at “{name}”. To take in nothing more from it, trust it no longer."
    ),
    "exchange.name_unclear": N_("“{value}” could be any of these: {names}. Give the whole name."),
    # making a package
    "exchange.no_office": N_(
        "This computer does not know its office yet. Get the key of the office and trust it as the"
        " office."
    ),
    "exchange.nobody_trusted": N_(
        "No other computer is trusted yet. Get the key of the laptop and trust it first."
    ),
    "exchange.choose_recipient": N_("Say for whom the package is: {names}."),
    "exchange.only_to_the_office": N_(
        "Laptops exchange work through the office; {name} is not the office."
    ),
    # reading a package
    "exchange.not_a_package": N_("This is no POSCare package (.posx)."),
    "exchange.not_for_us": N_(
        "This package is for another computer; only that one can open it. Ask the sender for one"
        " made for this computer."
    ),
    "exchange.altered": N_(
        "The package was changed or is not complete. Nothing was taken in; copy it again or ask"
        " for a new one."
    ),
    "exchange.other_key": N_(
        "The package is signed with another key than the one trusted for “{name}”. Either that"
        " computer made new keys, or somebody else pretends to be it. Nothing was taken in. Call"
        " them, get the new key, trust the old one no longer and trust the new one after comparing"
        " the fingerprint."
    ),
    "exchange.old_key": N_(
        "The package cannot be opened. It is damaged, or was made for a key this computer no longer"
        " has: it made new ones at {since}. Nothing was taken in; copy it again, or give the sender"
        " the new key and ask for a new package."
    ),
    "exchange.newer": N_(
        "This was made by a newer POSCare. Update POSCare on this computer, then take the same"
        " package in again; nothing of it is lost."
    ),
    "exchange.card_number": N_(
        "Number {first} of this computer holds a card number, PIN or identity number, which is kept"
        " nowhere. It and what comes after it were not taken in. Update POSCare on that computer"
        " and ask those who maintain POSCare."
    ),
    "exchange.not_storable": N_(
        "Number {first} of this computer holds characters that cannot be stored. It and what comes"
        " after it were not taken in. Update POSCare on that computer and ask those who maintain"
        " POSCare."
    ),
    "exchange.too_large": N_(
        "The package would unpack to more than is safe, so it was not opened. Nothing was taken in;"
        " ask the sender for a new one."
    ),
    "exchange.unknown_sender": N_(
        "The package says it is from “{name}”, whose key is not trusted here. Nothing was taken in;"
        " get the key of that computer and trust it first."
    ),
    "exchange.revoked": N_("“{name}” is no longer trusted since {since}. Nothing was taken in."),
    "exchange.revoked_recipient": N_(
        "“{name}” is no longer trusted since {since}. No package was written."
    ),
    "exchange.revoked_login": N_("“{name}” is no longer trusted since {since}. No login was made."),
    "exchange.not_an_office": N_(
        "Packages of laptops are taken in by the office, and this computer is not it."
    ),
    "exchange.two_offices": N_(
        "“{name}” is trusted here as the office, but it works as a laptop. Make it the office"
        " (“poscare exchange office begin”), or trust it no longer and then again as a laptop."
        " Nothing was taken in."
    ),
    "exchange.other_office": N_("This computer belongs to another office. Nothing was taken in."),
    "exchange.not_a_file": N_(
        "This program works on a server, so it needs no packages: it has everything at once."
    ),
    "exchange.no_office_yet": N_("This computer has nothing from an office yet."),
    "exchange.cloned": N_(
        "Number {first} of this computer is known with another content: two computers work under"
        " one identity (a copied disk), or an older state was put back. Nothing was taken in."
        " Answer that computer with a package; it gets a new identity then, and loses nothing."
    ),
    "exchange.foreign_operation": N_(
        "The package holds work in the name of another computer. Nothing was taken in."
    ),
    "exchange.gap": N_(
        "Numbers {first} to {last} are missing; what comes after them waits. The next package of"
        " that computer will hold them."
    ),
    "exchange.stopped": N_(
        "Stopped. What was taken in until then stays; take the same package in again for the rest."
    ),
    "exchange.diverged": N_(
        "The states of this computer and the office differ. Nothing is lost: send a package, and"
        " the office answers with its whole state."
    ),
    "joining.twice": N_("This computer has brought its earlier records to the office before."),
    "operation.already_sent": N_("The office has this already, so it cannot be taken back here."),
    "conflict.only_keep": N_("This can only be kept as it is."),
}


class UnsettledEntry(Protocol):
    """What waits for a decision (`app.exchange.conflicts.Unsettled`)."""

    @property
    def sort(self) -> str:
        """Of what sort it is."""

    @property
    def operation(self) -> Operation:
        """The operation it is about."""

    @property
    def code(self) -> str:
        """Why it could not be applied."""

    @property
    def field(self) -> str:
        """The field two people changed."""

    @property
    def kept(self) -> Any:
        """What stands now."""

    @property
    def lost(self) -> Any:
        """What gave way."""

    @property
    def subject_id(self) -> str:
        """The key of the record it is about; empty when the operation was to make one."""

    @property
    def gave_way(self) -> bool:
        """Whether that is what the operation said."""


def operation_word(t: Translator, kind: str) -> str:
    """What a kind of operation is called."""
    words = people.WORDS["operation"]
    return t(words[kind]) if kind in words else kind


def unsettled_text(
    t: Translator, entry: UnsettledEntry, label: str, reason: str, values: tuple[str, str]
) -> str:
    """What waits for a decision, in a sentence.  `label` is the label of its field, or the state of
    what was left out; `reason` why it could not be applied, and `values` what stands and what gave
    way, in words."""
    one, (kept, lost) = entry.operation, values
    what = operation_word(t, one.kind)
    if entry.sort == "review":
        return t("“{what}” could not be applied: {reason}.", what=what, reason=reason)
    if entry.sort == "left_out":
        return t(
            "Visit {number} stayed as it was, because it was {state} by then.",
            number=entry.field,
            state=label,
        )
    if entry.sort == "number":
        return t(
            "The document got the number {kept}: {lost}, which may stand on paper, had been given"
            " out on another computer.",
            kept=entry.kept,
            lost=entry.lost,
        )
    parts = {"field": label, "kept": kept, "lost": lost, "who": one.actor}
    if entry.gave_way:
        return t("{field} is “{kept}” now; “{lost}” ({who}) gave way.", **parts)
    return t("{field} is “{kept}” now ({who}); “{lost}” gave way.", **parts)
