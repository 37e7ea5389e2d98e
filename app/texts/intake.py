"""What came of a package, and what waits for a decision, in words: for window and command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.i18n import Translator
from app.texts import sentence, unsettled_text
from app.texts.exchange import UnsettledEntry, operation_word
from app.texts.rules import listed


class RefusedPart(Protocol):
    """Operations that were not taken in (`app.exchange.intake.Refused`)."""

    @property
    def code(self) -> str:
        """Why."""

    @property
    def first(self) -> int:
        """The number of the first one."""

    @property
    def last(self) -> int:
        """The number of the last one."""

    @property
    def params(self) -> Mapping[str, object]:
        """What else the sentence says."""


class TakenIn(Protocol):
    """What came of a package (`app.exchange.intake.Intake`)."""

    @property
    def sender_name(self) -> str:
        """Whose package it was."""

    @property
    def operations(self) -> int:
        """How many were inside."""

    @property
    def applied(self) -> int:
        """How many of them were new."""

    @property
    def already(self) -> int:
        """How many of them were known."""

    @property
    def conflicts(self) -> Sequence[UnsettledEntry]:
        """What has to be decided now."""

    @property
    def refused(self) -> Sequence[RefusedPart]:
        """What was not taken in."""

    @property
    def lacking(self) -> Sequence[str]:
        """The attachments that are nowhere."""

    @property
    def complete_until(self) -> datetime | None:
        """The moment until which all of the sender's work is here."""

    @property
    def brought(self) -> Mapping[str, int]:
        """What this computer held before it joined the office, by sort of record."""

    @property
    def before(self) -> Mapping[str, int]:
        """How many records there are here without the package, by sort."""

    @property
    def after(self) -> Mapping[str, int]:
        """How many there are with it."""

    @property
    def put_back(self) -> bool:
        """Whether the office was put back to an older state."""

    @property
    def sent_again(self) -> int:
        """How many own operations the office lost by that."""

    @property
    def others_lost(self) -> int:
        """How many operations of others it lost that were known here."""

    @property
    def state(self) -> bool:
        """Whether the whole state of the office was inside."""

    @property
    def renewed(self) -> bool:
        """Whether this computer got a new identity."""


def _put_back_lines(t: Translator, found: TakenIn) -> list[str]:
    if not found.sent_again and not found.others_lost:
        return [
            t(
                "The database of this office was put back to an older state: {name} knows more of"
                " it. What the laptops did since comes back with their packages; look for a newer"
                " backup for what was done in the office.",
                name=found.sender_name,
            )
        ]
    lines = [t("The database of the office was put back to an older state.")]
    if found.sent_again:
        lines.append(
            t.plural(
                "{count} operation of yours that it lost goes to it again with the next package.",
                "{count} operations of yours that it lost go to it again with the next package.",
                found.sent_again,
            )
        )
    if found.others_lost:
        lines.append(
            t.plural(
                "{count} operation of others is not in it for now; the database that holds it is"
                " kept beside this one.",
                "{count} operations of others are not in it for now; the database that holds them"
                " is kept beside this one.",
                found.others_lost,
            )
        )
    return lines


def brought_line(t: Translator, brought: Mapping[str, int]) -> str:
    """What a computer brings to the office it joins, in a sentence."""
    return t(
        "What was on this computer before goes to the office, each record once: {amounts}.",
        amounts=_amounts(t, brought),
    )


def _amounts(t: Translator, counted: Mapping[str, int]) -> str:
    """So many of each sort of record, those of which there are any."""
    words: dict[str, Callable[[int], str]] = {
        "terminal": lambda n: t.plural("{count} terminal", "{count} terminals", n),
        "merchant": lambda n: t.plural("{count} merchant", "{count} merchants", n),
        "incident": lambda n: t.plural("{count} incident", "{count} incidents", n),
        "visit": lambda n: t.plural("{count} visit", "{count} visits", n),
        "attachment": lambda n: t.plural("{count} photo or file", "{count} photos or files", n),
        "plan": lambda n: t.plural("{count} plan", "{count} plans", n),
        "technician": lambda n: t.plural("{count} person", "{count} people", n),
    }
    return listed(t, [say(counted[name]) for name, say in words.items() if counted.get(name)])


def _record_lines(t: Translator, found: TakenIn, *, dry_run: bool) -> list[str]:
    """How many records of each sort come by it."""
    new = {name: found.after[name] - found.before[name] for name in found.after}
    lines = []
    if found.state and (amounts := _amounts(t, found.after)):
        said = t("Here with it: {amounts}.", amounts=amounts)
        lines.append(said)
    amounts = _amounts(t, {name: count for name, count in new.items() if count > 0})
    if amounts and dry_run:
        lines.append(t("New records there would be: {amounts}.", amounts=amounts))
    elif amounts:
        lines.append(t("New records: {amounts}.", amounts=amounts))
    return lines


def refusal_text(t: Translator, refused: RefusedPart) -> str:
    """Why part of a package was not taken in."""
    values = {"first": refused.first, "last": refused.last, **refused.params}
    return sentence(t, refused.code, values)


def intake_lines(t: Translator, found: TakenIn, *, dry_run: bool) -> list[str]:
    """What came of a package, or would come of it, a line each; conflicts are not told."""
    name = found.sender_name
    lines = [t("From {name}", name=name)]
    if found.state:
        lines.append(t("The whole state of the office, with your own work that it lacks on top"))
    if found.brought:
        lines.append(brought_line(t, found.brought))
    lines.append(
        t.plural("{count} operation inside", "{count} operations inside", found.operations)
    )
    if dry_run:
        said = t("{new} would be new, {known} are known.", new=found.applied, known=found.already)
    else:
        said = t("{new} were new, {known} were known.", new=found.applied, known=found.already)
    lines += [said, *_record_lines(t, found, dry_run=dry_run)]
    lines += [refusal_text(t, one) for one in found.refused]
    if found.complete_until and not dry_run:
        moment = t.moment(found.complete_until)
        lines.append(t("Everything {name} did until {moment} is here.", name=name, moment=moment))
    if found.lacking:
        lines.append(
            t.plural(
                "{count} photo or file was not inside and is not here.",
                "{count} photos or files were not inside and are not here.",
                len(found.lacking),
            )
        )
    if found.put_back:
        lines += _put_back_lines(t, found)
    if found.renewed:
        lines.append(
            t(
                "This computer got a new identity, because another one works under its old one, or"
                " its database was put back. Give its key to the office again."
            )
        )
    return lines


def unsettled_line(t: Translator, entry: UnsettledEntry, called: Mapping[str, str]) -> str:
    """What waits for a decision, in a line: when, who, which record, what.  `called` are the names
    of records by their keys."""
    one = entry.operation
    record = called.get(entry.subject_id, "") or operation_word(t, one.kind)
    who = f"{one.device} {one.actor}".strip()
    return "  ".join((t.moment(one.at), who, record, unsettled_text(t, entry)))


def what_the_office_has(
    t: Translator, office: str, waiting: int, since: datetime | None
) -> tuple[str, ...]:
    """How far the office called `office` is with the work of this computer: `waiting` operations it
    has not placed yet, the earliest of them done at `since` (`app.exchange.status`)."""
    named = t("Office: {name}.", name=office)
    if since is None:
        return named, t("It has everything done here.")
    before = t(
        "It has everything done here before {moment} by the clock of this computer.",
        moment=t.moment(since),
    )
    left = t.plural(
        "{count} operation waits to be sent.", "{count} operations wait to be sent.", waiting
    )
    return named, before, left
