"""``poscare plan``: maintenance plans, their dates, the visits made of them, what was missed."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.cli import plan_capacity, plan_days, plan_edit, plan_generate, plan_territories
from app.cli.context import Context, Verb, day_of, table
from app.cli.plan_generate import doubts
from app.domain.errors import BadKnowledge, InvalidInput
from app.domain.maintenance.meters import MeterKind, ReadingDraft
from app.domain.maintenance.plans import Plan
from app.domain.maintenance.recurrence import Due
from app.i18n import Translator
from app.texts import word
from app.texts.rules import plan_sentence

GROUPS = ("plan", "area", "technician")


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("all plans with their rules"))
    show = verbs.add_parser("show", help=t("one plan: rule, next dates, why, versions"))
    show.add_argument("key", metavar="PLAN")
    show.add_argument("--of", default="", metavar="SERIAL", help=t("the dates of this terminal"))
    install = verbs.add_parser("install", help=t("take over the recommended plans"))
    install.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD")
    plan_edit.configure(verbs, t)
    for name, text in (("rest", t("let a plan rest")), ("resume", t("take a plan up again"))):
        verbs.add_parser(name, help=text).add_argument("key", metavar="PLAN")
    plan_generate.configure(verbs, t)
    plan_capacity.configure(verbs, t)
    _configure_figures(verbs, t)


def _configure_figures(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    meter = verbs.add_parser("meter", help=t("note what a terminal's counter shows"))
    meter.add_argument("serial", metavar="SERIAL")
    meter.add_argument("kind", choices=list(MeterKind))
    meter.add_argument("value")
    meter.add_argument("--on", dest="day", default="", metavar="YYYY-MM-DD")
    meter.add_argument("--reset", action="store_true", help=t("the counter was reset or replaced"))
    compliance = verbs.add_parser("compliance", help=t("done inside the window ÷ windows closed"))
    compliance.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD")
    compliance.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD")
    compliance.add_argument("--by", choices=GROUPS, default="plan")
    compliance.add_argument("--area", default="")
    checklists = verbs.add_parser(
        "checklists", help=t("the checklists; a file of one's own makes new editions")
    )
    checklists.add_argument(
        "--load", default="", metavar="FILE.toml", help=t("written like the recommended ones")
    )
    plan_days.configure(t, verbs)
    plan_territories.configure(t, verbs)


def _run(context: Context) -> None:
    _ACTIONS[context.options.what](context)


# --- plans ---------------------------------------------------------------------------------------


def _list(context: Context) -> None:
    t = context.t
    today = context.services.context.today()
    found = context.services.plans.with_coverage()
    rows = [
        (
            item.plan.key,
            _name(t, item.plan, today),
            t("yes") if item.plan.active else t("rests"),
            item.covered,
            plan_sentence(t, item.plan.at(today).contents),
        )
        for item in found
    ]
    value = [{**_value(t, item.plan, today), "covered": item.covered} for item in found]
    header = (t("Short name"), t("Plan name"), t("In use"), t("Covers"), t("Rule"))
    empty = t("No plan yet. “poscare plan install” takes over the recommended ones.")
    context.emit(value, lambda: table(header, rows) if rows else empty)


def _name(t: Translator, plan: Plan, today: date) -> str:
    return plan.at(today).contents.name.in_(t.language)


def _value(t: Translator, plan: Plan, today: date) -> dict[str, Any]:
    version = plan.at(today)
    contents = version.contents
    return {
        "key": plan.key,
        "name": contents.name.in_(t.language),
        "active": plan.active,
        "sentence": plan_sentence(t, contents),
        "version": version.number,
        "valid_from": version.valid_from,
        "checklist": contents.checklist,
        "minutes": contents.minutes,
        "place": contents.place,
        "scope": contents.scope,
        "confidence": contents.confidence,
        "basis": contents.basis.in_(t.language),
        "source": contents.source,
    }


def _show(context: Context) -> None:
    plans, options = context.services.plans, context.options
    show_plan(context, plans.get(options.key), getattr(options, "of", ""))


def show_plan(context: Context, plan: Plan, serial: str = "") -> None:
    """Print a plan with its sentence and next five dates."""
    t, plans = context.t, context.services.plans
    today = context.services.context.today()
    unknown: tuple[int, ...] = ()
    if serial:
        dates, example = plans.next_dates_of(plan.key, serial), serial
    else:
        shown = plans.preview(plan_edit.draft_of(plan))
        dates, example, unknown = shown.dates, shown.example, shown.unknown_years
    titles = {known.key: known.title.in_(t.language) for known in plans.checklists()}
    value = _value(t, plan, today) | {
        "next": [_due(due) for due in dates],
        "example": example,
        "unknown_years": unknown,
        "checklist_title": titles.get(plan.at(today).contents.checklist, ""),
        "versions": [{"number": v.number, "valid_from": v.valid_from} for v in plan.versions],
    }
    context.emit(value, lambda: _described(t, value, dates))


def _due(due: Due) -> dict[str, Any]:
    return {"on": due.on, "nominal": due.nominal, "uncertain": due.uncertain}


def _described(t: Translator, value: dict[str, Any], dates: tuple[Due, ...]) -> str:
    lines = [f"{value['key']}  {value['name']}", value["sentence"]]
    if dates:
        days = "  ".join(f"{t.day(due.on)}{'?' if due.uncertain else ''}" for due in dates)
        whose = f" ({value['example']})" if value["example"] else ""
        lines.append(t("Next dates") + f"{whose}: {days}")
    lines += doubts(t, value["unknown_years"])
    lines.append(
        t("Checklist")
        + f": {value['checklist_title'] or '–'} · "
        + t("{minutes} min", minutes=value["minutes"])
    )
    if value["basis"]:
        sure = word(t, "confidence", value["confidence"])
        lines.append(t("Why") + f": {value['basis']} ({sure})")
    if value["source"]:
        lines.append(t("Source") + f": {value['source']}")
    return "\n".join(lines)


def _install(context: Context) -> None:
    t = context.t
    added = context.services.plans.install_pack(day_of("since", context.options.since))
    plan_capacity.note(context)
    text = t.plural("{count} plan taken over", "{count} plans taken over", len(added))
    context.emit({"added": added}, "\n".join([text, *added]))


def _edit(context: Context) -> None:
    plan_edit.save(context)
    t, plan = context.t, context.services.plans.get(context.options.key)
    newest = plan.versions[-1]
    if newest.valid_from > context.services.context.today():
        rule = plan_sentence(t, newest.contents)
        context.note(t("From {day}: {rule}", day=t.day(newest.valid_from), rule=rule))
    plan_capacity.note(context)
    show_plan(context, plan)


def _set_active(context: Context) -> None:
    plans = context.services.plans
    plan = plans.get(context.options.key)
    count = plans.set_active(plan.id, active=context.options.what == "resume")
    if context.options.what == "rest":
        t = context.t
        context.note(t.plural("{count} date set aside", "{count} dates set aside", count))
    show_plan(context, plans.get(plan.id))


# --- figures -------------------------------------------------------------------------------------


def _compliance(context: Context) -> None:
    from app.services.maintenance.occurrence_queries import OccurrenceFilter

    t, options = context.t, context.options
    last = day_of("until", options.until) or context.services.context.today()
    first = day_of("since", options.since) or last - timedelta(days=89)
    view = context.services.compliance.view(
        first, last, options.by, OccurrenceFilter(area=options.area)
    )
    rows = [
        (
            item.key or t("All"),
            "–" if item.share is None else f"{item.share:.1%}",
            item.closed,
            item.on_time,
            item.late,
            item.missed + item.merged,
            item.skipped,
        )
        for item in (*view.groups, view.total)
    ]
    header = (
        t("Group"),
        t("On time"),
        t("Due"),
        t("Done in window"),
        t("Late"),
        t("Missed"),
        t("Skipped"),
    )
    value = {"first": view.first, "last": view.last, "total": view.total, "groups": view.groups}
    context.emit(value, lambda: table(header, rows))


def _meter(context: Context) -> None:
    t, options, services = context.t, context.options, context.services
    terminal = services.terminals.by_serial(options.serial)
    meters = services.meters
    draft = ReadingDraft(options.kind, options.value, options.day, options.reset)
    replaced = meters.record(terminal.id, draft)
    if replaced is not None:
        context.note(t("The reading of that day, {value}, was replaced.", value=replaced))
    found = meters.of(terminal.id)
    rows = [(t.day(r.read_on), word(t, "meter_name", r.kind), r.value, r.by) for r in found]
    header = (t("Day"), t("Counter"), t("Reading"), t("By"))
    context.emit(found, lambda: table(header, rows))


def _checklists(context: Context) -> None:
    """List the checklists, after new editions were taken in from a file.  Runs of earlier
    editions keep theirs."""
    t, options, plans = context.t, context.options, context.services.plans
    if options.load:
        from app.knowledge.plan_pack import load_checklists

        try:
            loaded = load_checklists(Path(options.load))
        except BadKnowledge as wrong:
            raise InvalidInput.of("file", "checklist.bad_file", **wrong.params) from wrong
        for checklist in loaded:
            plans.save_checklist(checklist)
    found = plans.checklists()
    rows = [
        (one.key, one.title.in_(t.language), str(one.edition), str(len(one.lines))) for one in found
    ]
    header = (t("Short name"), t("Checklist"), t("Edition"), t("Lines"))
    context.emit(
        [
            {"key": one.key, "title": one.title, "edition": one.edition, "lines": len(one.lines)}
            for one in found
        ],
        lambda: table(header, rows),
    )


_ACTIONS = plan_generate.ACTIONS | {
    "capacity": plan_capacity.show,
    "list": _list,
    "show": _show,
    "install": _install,
    "add": _edit,
    "edit": _edit,
    "rest": _set_active,
    "resume": _set_active,
    "meter": _meter,
    "compliance": _compliance,
    "holidays": plan_days.run,
    "territories": plan_territories.run,
    "checklists": _checklists,
}

VERB = Verb(_configure, _run)
