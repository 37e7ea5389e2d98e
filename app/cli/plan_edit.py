"""``poscare plan add`` and ``edit``: options become a plan draft; what is not said stays."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from app.cli.context import Context, day_of
from app.domain.faults import FaultClass
from app.domain.maintenance.plan_drafts import EventDraft, PlanDraft, draft_of_plan
from app.domain.maintenance.plans import AnchorKind, Confidence, Plan, PlanEvent, Scope, WorkPlace
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.recurrence_rule import Basis, DayOf, DayOffShift, Unit
from app.i18n import Translator

_RULE = (
    "every",
    "unit",
    "basis",
    "on",
    "number",
    "weekday",
    "seasons",
    "pauses",
    "shift",
    "early_days",
    "late_days",
)
_PLAN = (
    "name_zh",
    "name_en",
    "scope",
    "place",
    "anchor",
    "starts_on",
    "ends_on",
    "meter_kind",
    "meter_every",
    "event_late_days",
    "checklist",
    "minutes",
    "basis_zh",
    "basis_en",
    "source",
    "confidence",
    "people",
)
_SUBJECTS = {
    "area": "areas",
    "acquirer": "acquirers",
    "manufacturer": "manufacturers",
    "model": "models",
    "kind": "kinds",
    "state": "states",
    "merchant": "mids",
    "serial": "serials",
}


def configure(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    """Add the two verbs with an option for every part of a plan."""
    for name, text in (("add", t("add a plan")), ("edit", t("change a plan from a day on"))):
        sub = verbs.add_parser(name, help=text)
        sub.add_argument("key", metavar="PLAN")
        _texts(sub, t)
        _choices(sub)
        _covered(sub, t)
        _needed(sub, t)
        if name == "edit":
            sub.add_argument(
                "--valid-from",
                default="",
                metavar="YYYY-MM-DD",
                help=t("what was due before stays as it was"),
            )


def _covered(sub: argparse.ArgumentParser, t: Translator) -> None:
    """What a plan covers, and what else makes it due."""
    for option in _SUBJECTS:
        sub.add_argument(f"--{option}", action="append", default=None, help=t("cover only these"))
    for option, help_text in (
        ("weekdays", t("numbers from 0 (Monday) to 6, with commas")),
        ("months", t("numbers from 1 to 12, with commas")),
        ("covers", t("short names of plans this one includes, with commas")),
    ):
        sub.add_argument(f"--{option}", default=None, help=help_text)
    sub.add_argument(
        "--event",
        action="append",
        choices=list(PlanEvent),
        default=None,
        help=t("due after this, too"),
    )
    sub.add_argument(
        "--incidents",
        default=None,
        metavar="N",
        help=t("due after so many incidents of one terminal"),
    )
    sub.add_argument("--within-days", default="30", metavar="DAYS", help=t("… within so many days"))
    sub.add_argument(
        "--class",
        action="append",
        choices=list(FaultClass),
        default=None,
        dest="classes",
        help=t("… of these fault classes only"),
    )


def _needed(sub: argparse.ArgumentParser, t: Translator) -> None:
    """What the work needs."""
    sub.add_argument("--no-rule", action="store_true", help=t("no dates, events only"))
    sub.add_argument(
        "--gate",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=t("needed before a terminal is used"),
    )
    sub.add_argument(
        "--vehicle",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=t("whoever comes needs a vehicle of the company"),
    )
    sub.add_argument(
        "--skills",
        nargs="*",
        choices=list(FaultClass),
        default=None,
        help=t("whoever comes is trained for these"),
    )


def _texts(sub: argparse.ArgumentParser, t: Translator) -> None:
    helps = {
        "every": t("every so many periods"),
        "number": t("day of the month, or 1 to 4, or -1 for the last"),
        "weekday": t("0 (Monday) to 6"),
        "seasons": t("03-01..11-30: only in this part of the year"),
        "pauses": t("02-10..02-20, or with years: not then"),
        "people": t("1, or 2 who have to be there at the same time"),
        "early_days": t("days early that count as on time"),
        "late_days": t("days late that count as on time"),
    }
    chosen = {"unit", "basis", "on", "shift", "scope", "place", "anchor", "confidence"}
    for name in (*_RULE, *_PLAN):
        if name not in chosen:
            sub.add_argument(f"--{name.replace('_', '-')}", default=None, help=helps.get(name))


def _choices(sub: argparse.ArgumentParser) -> None:
    for name, members in (
        ("unit", list(Unit)),
        ("basis", list(Basis)),
        ("on", list(DayOf)),
        ("shift", list(DayOffShift)),
        ("scope", list(Scope)),
        ("place", list(WorkPlace)),
        ("anchor", list(AnchorKind)),
        ("confidence", list(Confidence)),
    ):
        sub.add_argument(f"--{name}", choices=members, default=None)


def draft_of(plan: Plan) -> PlanDraft:
    """The newest version of a plan as a draft."""
    return draft_of_plan(plan.key, plan.latest.contents)


def save(context: Context) -> None:
    """Add or change the plan the options speak of.  Raises `InvalidInput`, `NotFound`."""
    options, services = context.options, context.services
    plans = services.plans
    if options.what == "add":
        begin = PlanDraft(key=options.key, starts_on=services.context.today().isoformat())
        plans.save(_changed(begin, options))
        return
    plan = plans.get(options.key)
    plans.save(
        _changed(draft_of(plan), options),
        plan.id,
        plan.version,
        day_of("valid_from", options.valid_from),
    )


def _changed(draft: PlanDraft, options: argparse.Namespace) -> PlanDraft:
    given = vars(options)
    values: dict[str, Any] = {n: given[n] for n in _PLAN if given[n] is not None}
    if given["covers"] is not None:
        values["covers"] = tuple(_parts(given["covers"]))
    if given["event"] is not None or given["incidents"] is not None:
        values["events"] = _events(given)
    for name in ("gate", "vehicle"):
        if given[name] is not None:
            values[name] = given[name]
    if given["skills"] is not None:
        values["skills"] = tuple(given["skills"])
    subjects = {name: tuple(given[option]) for option, name in _SUBJECTS.items() if given[option]}
    values["subjects"] = replace(draft.subjects, **subjects)
    values["rule"] = None if given["no_rule"] else _rule(draft.rule, given)
    return replace(draft, **values)


def _events(given: dict[str, Any]) -> tuple[EventDraft, ...]:
    found = [EventDraft(name) for name in given["event"] or ()]
    if given["incidents"] is not None:
        found = [event for event in found if event.event != PlanEvent.INCIDENTS]
        found.append(
            EventDraft(
                PlanEvent.INCIDENTS,
                tuple(given["classes"] or ()),
                given["incidents"],
                given["within_days"],
            )
        )
    return tuple(found)


def _rule(rule: RuleDraft | None, given: dict[str, Any]) -> RuleDraft | None:
    values: dict[str, Any] = {n: given[n] for n in _RULE if given[n] is not None}
    for name in ("weekdays", "months"):
        if given[name] is not None:
            values[name] = tuple(
                int(part) if part.isdigit() else -1 for part in _parts(given[name])
            )
    if rule is None and not values:
        return None
    return replace(rule or RuleDraft(), **values)


def _parts(raw: str) -> list[str]:
    return [part.strip() for part in raw.replace("，", ",").split(",") if part.strip()]
