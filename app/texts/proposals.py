"""What is said of proposals in window and command line alike: what became of visits a leave hits,
whose home or opening hours are not known."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import Translator

_SHOWN = 6
"""Numbers named before the rest is left to the list."""


def homes_unknown(t: Translator, names: Sequence[str]) -> str:
    """Whose way to the first visit and home is not counted; nothing when all are known."""
    if not names:
        return ""
    return t(
        "The home place of {names} is not known: the way to the first visit and back is not"
        " counted.",
        names=t(", ").join(names),
    )


def out_of_territory(t: Translator, numbers: Sequence[str]) -> str:
    """Which visits go to somebody else than who looks after the site; nothing when none do."""
    if not numbers:
        return ""
    shown = t(", ").join(numbers[:_SHOWN]) + ("…" if len(numbers) > _SHOWN else "")
    return t(
        "{count} go to somebody else, because whoever looks after the site has no room in the"
        " window: {numbers}",
        count=len(numbers),
        numbers=shown,
    )


def hours_unread(t: Translator, shops: Sequence[str]) -> str:
    """At which shops one may stand before a closed door; nothing when all hours are understood."""
    if not shops:
        return ""
    shown = t(", ").join(shops[:_SHOWN]) + ("…" if len(shops) > _SHOWN else "")
    return t(
        "Opening hours that are not understood count as always open ({count}): {shops}",
        count=len(shops),
        shops=shown,
    )


def leave_outcome(t: Translator, placed: int, waiting: int, held: int) -> str:
    """How many found another place."""
    return t(
        "{placed} placed elsewhere, {waiting} wait to be placed, {held} stay",
        placed=placed,
        waiting=waiting,
        held=held,
    )
