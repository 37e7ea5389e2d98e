"""What became of a check that was done."""

from __future__ import annotations

from enum import StrEnum

from app.domain.errors import InvalidInput


class CheckOutcome(StrEnum):
    """What became of a check that was done.

    `DONE` says only that it was carried out, which is all there is to say of an instruction, a
    report or an isolation; only the other two tell anything about the cause.
    """

    DONE = "done"
    HELPED = "helped"
    NOT_HELPED = "not_helped"


BARE_TICK = "no_help"
"""What a check was stored with before there were three outcomes.  A plain tick left it as well as
a check that had been of no use; which of the two cannot be known any more."""


def check_outcome(stored: str) -> CheckOutcome:
    """The outcome a value stands for; a bare tick of old counts as carried out and no more.

    Raises `InvalidInput`."""
    if stored == BARE_TICK:
        return CheckOutcome.DONE
    try:
        return CheckOutcome(stored)
    except ValueError:
        raise InvalidInput.of("result", "choice.unknown", value=stored) from None
