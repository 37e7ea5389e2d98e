"""Words and sentences about capacity, the same in window and command line."""

from __future__ import annotations

from app.domain.maintenance.capacity import AREAS_NAMED, AreaMonth, Capacity, MonthCapacity, Saving
from app.i18n import Translator
from app.languages import LocalizedText

_FEWEST_HOURS = 1.0
"""A saving of less is not worth a line."""


def hours(minutes: float) -> int:
    """Whole hours, as people plan with them."""
    return round(minutes / 60)


def headline(t: Translator, capacity: Capacity) -> str:
    """Whether the people there are will do, and where it is worst."""
    worst = capacity.worst
    if worst is None:
        return t("The people there are can do what the plans ask for in every month.")
    if worst.needed <= worst.available:
        names = [area or t("Without an area") for area in capacity.short_areas]
        return t(
            "In all there are people enough (in {month}, {needed} of {people} are needed), but too"
            " few for: {areas}.",
            month=t.month(worst.month),
            needed=worst.people_needed,
            people=worst.people,
            areas=t(", ").join(names[:AREAS_NAMED]) + ("…" if len(names) > AREAS_NAMED else ""),
        )
    return t(
        "{month}: {needed} people are needed, there are {people} ({hours} h needed, {there} h"
        " there).",
        month=t.month(worst.month),
        needed=worst.people_needed,
        people=worst.people,
        hours=hours(worst.needed),
        there=hours(worst.available),
    )


def standing(t: Translator, month: MonthCapacity) -> str:
    """How a month stands, in a word or two."""
    if not month.short:
        return t("enough")
    if month.needed <= month.available:
        return t("{hours} h short in single areas", hours=hours(month.short))
    return t("{hours} h short", hours=hours(month.short))


def short_areas(t: Translator, capacity: Capacity, most: int = 6) -> list[str]:
    """The areas that lack most over all months."""
    short = capacity.short_areas
    bad: dict[str, AreaMonth] = {}
    for item in capacity.areas:
        if item.short and (item.area not in bad or item.short > bad[item.area].short):
            bad[item.area] = item
    return [
        t(
            "{area}: {hours} h short in all, most in {month} ({needed} h needed, {there} h there)",
            area=area or t("Without an area"),
            hours=hours(missing),
            month=t.month(bad[area].month),
            needed=hours(bad[area].needed),
            there=hours(bad[area].available),
        )
        for area, missing in list(short.items())[:most]
        if hours(missing)
    ]


def suggestions(
    t: Translator, capacity: Capacity, names: dict[str, LocalizedText], most: int = 2
) -> list[str]:
    """What would save most, in sentences, of each kind at most so many; nothing when there are
    people enough."""
    if capacity.worst is None:
        return []

    def name(plan: str) -> str:
        return names[plan].in_(t.language) if plan in names else plan

    found = []
    for saving in (Saving.HALF_AS_OFTEN, Saving.REMOTE):
        ranked = sorted(capacity.plans, key=lambda cost: -cost.savings[saving])[:most]
        for cost in ranked:
            minutes = cost.savings[saving]
            found.append((minutes, _suggestion(t, saving, name(cost.plan), hours(minutes))))
    if capacity.remote is not None:
        text = t(
            "{plans}, all of them done remotely, save {hours} h of trips.",
            plans=t(", ").join(name(plan) for plan in capacity.remote.plans),
            hours=hours(capacity.remote.minutes),
        )
        found.append((capacity.remote.minutes, text))
    found.append((capacity.merged, _suggestion(t, Saving.MERGED, "", hours(capacity.merged))))
    found.sort(key=lambda pair: -pair[0])
    return [text for minutes, text in found if minutes >= 60 * _FEWEST_HOURS]


def _suggestion(t: Translator, saving: Saving, name: str, saved: int) -> str:
    if saving is Saving.HALF_AS_OFTEN:
        return t("“{name}” half as often saves {hours} h.", name=name, hours=saved)
    if saving is Saving.REMOTE:
        return t("“{name}” done remotely saves {hours} h of trips.", name=name, hours=saved)
    return t("One trip a month to each site saves {hours} h of trips.", hours=saved)


def not_foreseen(t: Translator) -> str:
    """What the figures leave out."""
    return t(
        "Incidents, and tasks that follow from repairs, installations and other events, cannot be"
        " foreseen and are not counted. Driving is estimated."
    )
