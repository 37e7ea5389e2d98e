"""Sentences about days off, wherever they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.maintenance.visits import VisitSummary
from app.i18n import N_, Translator

SHOWN = 12
"""Visits named before the rest is only counted."""

PROVISIONAL = N_(
    "The notice on holidays of {years} is not in the data here: the days off by law are counted"
    " provisionally, and dates may move once the notice is loaded."
)


def provisional_years(t: Translator, years: Sequence[int]) -> str:
    """What to say of years whose notice is not known."""
    return t(PROVISIONAL, years=", ".join(map(str, years)))


def hit_by_days_off(t: Translator, count: int) -> str:
    """That visits stand on days that are off now."""
    return t(
        "{count} planned visits stand on days off now: level the work to move them.", count=count
    )


def visits_on_day_off(t: Translator, visits: Sequence[VisitSummary]) -> str:
    """Which visits stand on a day that was closed; nothing when none do."""
    if not visits:
        return ""
    named = [
        " ".join(filter(None, (visit.number, visit.merchant_name, visit.technician)))
        for visit in visits[:SHOWN]
    ]
    if len(visits) > SHOWN:
        named.append("…")
    return "\n".join([hit_by_days_off(t, len(visits)), *named])
