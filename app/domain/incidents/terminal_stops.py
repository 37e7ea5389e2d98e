"""Safety stops of a terminal: what one incident found dangerous holds for every other piece of work
at the same terminal until it is lifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.incidents.incidents import Result
from app.domain.incidents.lifecycle import Action, EditReason, IncidentState
from app.languages import NO_TEXT, LocalizedText

_VOID = (IncidentState.CANCELLED, IncidentState.DUPLICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStop:
    """A safety stop of a terminal that nobody lifted: the incident that told of it, since when,
    why (`said`), and what to `do` at once where the catalogue still says so."""

    incident_id: str
    number: str
    terminal_id: str
    serial: str
    since: datetime
    said: LocalizedText
    do: LocalizedText = NO_TEXT


StopsOfWork = Mapping[str, Sequence[OpenStop]]
"""The stops whoever does a piece of work meets, by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEvent:
    """An entry of the log of an incident that may call for a stop or end one."""

    at: datetime
    action: str
    to_state: str | None
    reason: str
    said: LocalizedText


def standing(
    log: Iterable[StopEvent], repaired: Iterable[datetime], at: datetime
) -> StopEvent | None:
    """The entry whose stop stands at a moment, by the log of the incident, oldest first; None when
    none does.

    A stop ends when it was taken back with a reason, when its report was withdrawn as no case of
    its own, when the terminal was tested and the incident solved, and when the terminal came out of
    repair (`repaired`).  A terminal that was swapped is dangerous still, wherever it lies.
    """
    stop: StopEvent | None = None
    first: StopEvent | None = None
    ended = swapped = False
    for entry in log:
        if entry.at > at:
            continue  # by a clock that was wrong it may stand before an earlier one
        if entry.reason in (EditReason.HARD_STOP, EditReason.STOP_WITHDRAWN):
            stop = entry if entry.reason == EditReason.HARD_STOP else None
            first = (first or stop) if stop else None
        elif entry.action == Action.SWAP:
            swapped = True
        elif entry.action == Action.RESOLVE:
            ended = entry.reason == Result.SOLVED and not swapped
        elif entry.action == Action.REOPEN:
            ended = swapped = False
        elif entry.to_state in _VOID:
            ended = True
    if stop is None or first is None or ended:
        return None
    return None if any(first.at <= moment <= at for moment in repaired) else stop
