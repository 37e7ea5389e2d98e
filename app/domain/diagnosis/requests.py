"""Business requests: what a merchant wants done to a terminal that works (moving, taking out, …).

A request is no fault.  It has steps of its own, the acquirer's consent first, and enters no figure
of failures.  A terminal that was moved and now refuses is a trouble; the request then stands beside
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.diagnosis.catalogue import Sign, SignKind
from app.domain.faults import ContactRole
from app.domain.register.terminal_actions import TerminalAction
from app.languages import LocalizedText

if TYPE_CHECKING:
    from app.domain.diagnosis.match_judging import FoundSign


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRequest:
    """A business request: its steps in order, what to tell the merchant, whom to ask first.

    `mode` is the mode of the catalogue it is filed under, `change` what it ends with in the
    register."""

    id: str
    text: LocalizedText
    say: LocalizedText
    steps: tuple[LocalizedText, ...]
    contacts: tuple[ContactRole, ...]
    change: TerminalAction | None
    mode: str
    source: str = ""


def only_requested(
    found: Sequence[FoundSign], signs: Mapping[str, Sign], *, coded: bool
) -> tuple[FoundSign, ...]:
    """The requests of a description when nothing is told that fails, else none.

    A circumstance a request may be about ("the shop moved") is then that request."""
    if coded or any(_trouble(each, signs[each.sign]) for each in found):
        return ()
    return tuple(
        each
        for each in found
        if signs[each.sign].request and not each.negated and each.likeness == 1
    )


def _trouble(found: FoundSign, sign: Sign) -> bool:
    """Whether a sign tells that something fails.  Words that are part of a request do not."""
    told = sign.kind in (SignKind.MESSAGE, SignKind.SYMPTOM) and not sign.thing
    sure = not found.negated and found.likeness == 1
    return told and sure and not found.requested
