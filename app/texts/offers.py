"""An offered day in words, the same in window and command line."""

from __future__ import annotations

from datetime import date

from app.i18n import Translator


def offer_text(t: Translator, day: date, minute: int, name: str, added: int, late: bool) -> str:
    """Day, time, who, and what it costs."""
    text = t(
        "{day} {weekday} {time} {name}, +{minutes} min of driving",
        day=t.day(day),
        weekday=t.weekday(day),
        time=f"{minute // 60:02d}:{minute % 60:02d}",
        name=name,
        minutes=added,
    )
    return t("{offer} (after the window)", offer=text) if late else text
