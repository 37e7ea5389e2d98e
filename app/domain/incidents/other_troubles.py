"""What becomes of a trouble that was reported beside the one an incident is about: it is asked for
at the end, so that nobody leaves with half of what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain import text
from app.domain.errors import Problems
from app.domain.incidents.lifecycle import Action, Event
from app.languages import LocalizedText


class TroubleEnd(StrEnum):
    """What became of it; the values are the reasons of its entries in the log."""

    DONE = "trouble_done"
    REPORTED = "trouble_reported"
    LATER = "trouble_later"


@dataclass(frozen=True, slots=True)
class OtherTrouble:
    """Another trouble: what it is called, the part of the report that tells of it, what became of
    it (None while nobody said), why when it was left, and its place among the troubles of the
    report, by which its fields are named."""

    said: LocalizedText
    part: str
    end: TroubleEnd | None = None
    why: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class SettledTrouble:
    """Another trouble as the log tells it, with the incident it was reported as, if any."""

    said: LocalizedText
    end: TroubleEnd
    remark: str
    incident_id: str = ""


def other_fields(place: int) -> tuple[str, str]:
    """The names of the fields about another trouble: what became of it, and why it was left."""
    return f"other_{place}", f"other_{place}_why"


def check_others(others: Sequence[OtherTrouble], problems: Problems) -> tuple[OtherTrouble, ...]:
    """The troubles cleaned.  What became of each is said; that it was left, with the reason."""
    return tuple(_checked(each, problems) for each in others)


def _checked(trouble: OtherTrouble, problems: Problems) -> OtherTrouble:
    end, why = other_fields(trouble.place)
    reason = ""
    with problems.field(why):
        reason = text.note(trouble.why, 500)
    if trouble.end is None:
        problems.add(end, "resolution.trouble_open", trouble=trouble.said)
    elif trouble.end is TroubleEnd.LATER and not reason:
        problems.add(why, "resolution.trouble_left", trouble=trouble.said)
    return replace(trouble, why=reason if trouble.end is TroubleEnd.LATER else "")


def settled_troubles(events: Sequence[Event]) -> tuple[SettledTrouble, ...]:
    """What the log says became of the other troubles, by the latest resolution."""
    found: dict[LocalizedText, SettledTrouble] = {}
    for event in events:
        if event.action is Action.REOPEN:
            found.clear()
        elif event.reason in set(TroubleEnd):
            made = event.reference.id if event.reference is not None else ""
            end = TroubleEnd(event.reason)
            found[event.said] = SettledTrouble(event.said, end, event.remark, made)
    return tuple(found.values())


def reported_as(events: Sequence[Event]) -> dict[LocalizedText, str]:
    """The incidents other troubles were reported as, by what the troubles are called, however often
    the case was taken up again since."""
    return {
        event.said: event.reference.id
        for event in events
        if event.reason == TroubleEnd.REPORTED and event.reference is not None
    }
