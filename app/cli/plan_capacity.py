"""``poscare plan capacity``: hours the plans need against hours there are."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.cli.context import Context, table
from app.i18n import Translator
from app.texts.capacity import (
    headline,
    hours,
    not_foreseen,
    short_areas,
    standing,
    suggestions,
)

if TYPE_CHECKING:
    from app.services.maintenance.capacity import CapacityView


def configure(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    """The options of the verb."""
    sub = verbs.add_parser(
        "capacity", help=t("hours the plans need against hours there are, by month and area")
    )
    sub.add_argument(
        "--months",
        type=int,
        choices=range(1, 37),
        default=12,
        metavar="1–36",
        help=t("how many months from this one on"),
    )
    sub.add_argument(
        "--with-recommended", action="store_true", help=t("as if the recommended plans were in use")
    )
    sub.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="PLAN",
        help=t("as if this plan rested; may be given several times"),
    )
    sub.add_argument("--areas", action="store_true", help=t("every month of every area"))


def show(context: Context) -> None:
    """Print the view."""
    from app.services.maintenance.capacity import PlanChange

    options, services = context.options, context.services
    for key in options.without:
        services.plans.get(key)
    drafts = services.plans.missing_recommended() if options.with_recommended else ()
    change = PlanChange(drafts=drafts, without=tuple(options.without))
    found = services.plans.capacity.view(change, options.months, context.progress)
    context.emit(_plain(found), lambda: "\n".join(told(context.t, found, areas=options.areas)))


def note(context: Context) -> None:
    """Say after a plan was saved whether the people there are can do it."""
    found = context.services.plans.capacity.view().capacity
    if found.worst is not None:
        context.note(headline(context.t, found))


def _plain(found: CapacityView) -> dict[str, Any]:
    capacity = found.capacity
    return {
        "first": found.first,
        "last": found.last,
        "months": [{**asdict(m), "people_needed": m.people_needed} for m in capacity.months],
        "areas": [{**asdict(a), "needed": a.needed, "short": a.short} for a in capacity.areas],
        "plans": capacity.plans,
        "merged": capacity.merged,
        "remote": capacity.remote,
    }


def told(t: Translator, found: CapacityView, *, areas: bool = False) -> list[str]:
    """The view as lines."""
    capacity = found.capacity
    rows = [
        (
            t.month(m.month),
            m.visits,
            hours(m.needed),
            hours(m.available),
            m.people_needed,
            m.people,
            standing(t, m),
        )
        for m in capacity.months
    ]
    header = (
        t("Month"),
        t("Visits"),
        t("Hours needed"),
        t("Hours there"),
        t("People needed"),
        t("People there"),
        t("State"),
    )
    lines = [headline(t, capacity), "", table(header, rows)]
    if areas:
        head = (t("Month"), t("Area"), t("Visits"), t("Hours needed"), t("Hours there"))
        lines += ["", table(head, [_area(t, item) for item in capacity.areas])]
    lines += ["", *short_areas(t, capacity)] if capacity.worst is not None else []
    costs = [
        (cost.plan, found.names[cost.plan].in_(t.language), cost.tasks, hours(cost.minutes))
        for cost in capacity.plans
    ]
    titles = (t("Short name"), t("Plan name"), t("Dates"), t("Hours it adds"))
    lines += ["", table(titles, costs)] if costs else []
    lines += ["", *suggestions(t, capacity, found.names), not_foreseen(t)]
    return lines


def _area(t: Translator, item: Any) -> tuple[Any, ...]:
    name = item.area or t("Without an area")
    return t.month(item.month), name, item.visits, hours(item.needed), hours(item.available)
