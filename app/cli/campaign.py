"""``poscare campaign``: the same work at many terminals, from filter to the last tick."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.cli.context import Context, Verb, table
from app.domain.campaigns.campaigns import (
    Campaign,
    CampaignDraft,
    CampaignKind,
    CampaignScope,
    CampaignTask,
    TaskState,
    VisitPlan,
)
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts import word
from app.texts.campaigns import progress_text, ride_text, scope_text

_FILTER = ("model", "firmware", "app_version", "older_than", "area", "acquirer", "merchant", "plan")


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    listed = verbs.add_parser("list", help=t("campaigns with their progress"))
    listed.add_argument("--open", action="store_true", help=t("only those under way"))
    create = verbs.add_parser("create", help=t("make a campaign of all terminals of a filter"))
    create.add_argument("--title", required=True, help=t("what it is called"))
    create.add_argument("--kind", required=True, choices=[str(one) for one in CampaignKind])
    create.add_argument("--due", required=True, metavar="YYYY-MM-DD", help=t("until when"))
    create.add_argument("--target", default="", metavar="VERSION", help=t("firmware it brings"))
    create.add_argument("--dry-run", action="store_true", help=t("only say what would happen"))
    _said(create, t)
    _filter(create, t)
    show = verbs.add_parser("show", help=t("one campaign with its terminals"))
    _number(show, t)
    show.add_argument("--left", action="store_true", help=t("only terminals still to be done"))
    edit = verbs.add_parser("edit", help=t("change title, day, owner or instructions"))
    _number(edit, t)
    edit.add_argument("--title", default="", help=t("what it is called"))
    edit.add_argument("--due", default="", metavar="YYYY-MM-DD", help=t("until when"))
    _said(edit, t)
    for name, text, why in (
        ("done", t("it is done at these terminals"), False),
        ("excuse", t("it need not be done at these terminals"), True),
        ("take-up", t("it has to be done at these terminals after all"), True),
    ):
        tick = verbs.add_parser(name, help=text)
        _number(tick, t)
        tick.add_argument("serials", nargs="*", metavar="SERIAL", help=t("serial numbers"))
        if name != "take-up":
            tick.add_argument("--all", action="store_true", help=t("all that are left"))
        tick.add_argument("--reason", default="", required=why, help=t("why"))
    visits = verbs.add_parser("visits", help=t("plan visits for shops nobody goes to anyway"))
    _number(visits, t)
    visits.add_argument("--day", required=True, metavar="YYYY-MM-DD", help=t("day of the visits"))
    visits.add_argument("--technician", default="", metavar="CODE", help=t("who goes"))
    cancel = verbs.add_parser("cancel", help=t("call it off"))
    _number(cancel, t)
    cancel.add_argument("--reason", required=True, help=t("why"))
    printed = verbs.add_parser("print", help=t("the list as PDF, to be ticked at the shop"))
    _number(printed, t)
    printed.add_argument("-o", "--output", default="", metavar="FILE", help=t("where to"))


def _number(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("number", metavar="NUMBER", help=t("number of the campaign"))


def _said(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--owner", default="", metavar="CODE", help=t("staff code of who does"))
    parser.add_argument("--instructions", default="", help=t("what to do"))


def _filter(parser: argparse.ArgumentParser, t: Translator) -> None:
    for name, text in (
        ("model", t("only this model")),
        ("firmware", t("only this firmware")),
        ("app-version", t("only this application version")),
        ("older-than", t("only firmware older than this")),
        ("area", t("only this area")),
        ("acquirer", t("only this acquirer")),
        ("merchant", t("only the merchant with this MID")),
        ("plan", t("only what this maintenance plan covers")),
    ):
        parser.add_argument(f"--{name}", default="", help=text)


def _run(context: Context) -> None:
    _VERBS[context.options.what](context)


def _list(context: Context) -> None:
    t = context.t
    found = context.services.campaigns.listed(everything=not context.options.open)
    header = (t("Number"), t("Title"), t("Kind"), t("State"), t("Progress"), t("To be done by"))
    rows = [
        (
            one.number,
            one.title,
            word(t, "campaign_kind", one.kind),
            word(t, "campaign_state", one.state),
            progress_text(t, one),
            t.day(one.due_on),
        )
        for one in found
    ]
    context.emit(
        {"campaigns": [_plain(one) for one in found]},
        lambda: table(header, rows) if rows else t("No campaign yet"),
    )


def _plain(one: Campaign) -> dict[str, object]:
    return {
        "number": one.number,
        "title": one.title,
        "kind": one.kind,
        "state": one.state,
        "due_on": one.due_on,
        "owner": one.owner,
        "target": one.target,
        "instructions": one.instructions,
        "filter": {name: value for name in _FILTER if (value := getattr(one.scope, name))},
        "warning": one.warning,
        "total": one.total,
        "done": one.done,
        "excused": one.excused,
        "left": one.left,
        "reason": one.reason,
    }


def _create(context: Context) -> None:
    options, campaigns = context.options, context.services.campaigns
    scope = CampaignScope(**{name: getattr(options, name) for name in _FILTER})
    if options.dry_run:
        t, found = context.t, campaigns.meant(scope)
        rows = [(one.serial, one.model, one.firmware, one.merchant_name) for one in found]
        header = (t("Serial number"), t("Model"), t("Firmware"), t("Merchant"))
        context.emit({"terminals": [one.serial for one in found]}, lambda: table(header, rows))
        return
    draft = CampaignDraft(
        title=options.title,
        kind=CampaignKind(options.kind),
        due_on=options.due,
        owner_id=_owner(context),
        instructions=options.instructions,
        target=options.target,
    )
    _shown(context, campaigns.create(draft, scope))


def _owner(context: Context, code: str = "") -> str:
    code = code or context.options.owner
    return context.services.directory.technician(code).id if code else ""


def _show(context: Context) -> None:
    _shown(context, _named(context).id, left=context.options.left)


def _named(context: Context) -> Campaign:
    return context.services.campaigns.by_number(context.options.number)


def _shown(context: Context, campaign_id: str, *, left: bool = False) -> None:
    t, campaigns = context.t, context.services.campaigns
    one, tasks = campaigns.get(campaign_id), campaigns.tasks(campaign_id)
    listed = [task for task in tasks if not left or task.state is TaskState.OPEN]
    value = {**_plain(one), "terminals": [_plain_task(task) for task in listed]}
    context.emit(value, lambda: _text(t, one, listed))


def _plain_task(task: CampaignTask) -> dict[str, object]:
    return {
        "serial": task.serial,
        "tid": task.tid,
        "model": task.model,
        "firmware": task.firmware,
        "merchant": task.merchant_name,
        "area": task.area,
        "state": task.state,
        "reason": task.reason,
        "done_at": task.done_at,
        "done_by": task.done_by,
        "visit": task.visit_number,
        "visit_on": task.visit_on,
    }


def _text(t: Translator, one: Campaign, tasks: Sequence[CampaignTask]) -> str:
    kind = f"{word(t, 'campaign_kind', one.kind)} {one.target}".strip()
    head = [
        f"{one.number} · {one.title}",
        f"{kind} · {word(t, 'campaign_state', one.state)} · {progress_text(t, one)}",
        f"{scope_text(t, one.scope)} · {t.day(one.due_on)} {one.owner}".rstrip(),
        one.instructions,
    ]
    header = (
        t("State"),
        t("Serial number"),
        t("Firmware"),
        t("Merchant"),
        t("Area"),
        t("Next trip there"),
        t("Reason"),
    )
    rows = [
        (
            word(t, "campaign_task_state", task.state),
            task.serial,
            task.firmware,
            task.merchant_name,
            task.area,
            ride_text(t, task),
            task.reason,
        )
        for task in tasks
    ]
    return "\n".join([*filter(None, head), "", table(header, rows)])


def _edit(context: Context) -> None:
    from app.services.campaigns.campaigns import draft_of_campaign

    options, one = context.options, _named(context)
    draft = draft_of_campaign(one)
    given = {
        "title": options.title,
        "due_on": options.due,
        "instructions": options.instructions,
        "owner_id": _owner(context),
    }
    changed = replace(draft, **{name: value for name, value in given.items() if value})
    context.services.campaigns.edit(one.id, one.version, changed)
    _shown(context, one.id)


def _tick(context: Context) -> None:
    options, campaigns = context.options, context.services.campaigns
    one = _named(context)
    tasks = campaigns.tasks(one.id)
    if getattr(options, "all", False):
        keys = [task.terminal_id for task in tasks if task.state is TaskState.OPEN]
    else:
        named = [context.services.terminals.by_serial(serial) for serial in options.serials]
        keys, part = [terminal.id for terminal in named], {task.terminal_id for task in tasks}
        for terminal in named:
            if terminal.id not in part:
                raise InvalidInput.of("terminal_ids", "choice.unknown", value=terminal.serial)
    if not keys:
        raise InvalidInput.of("terminal_ids", "text.missing")
    verbs: dict[str, Callable[[str, tuple[str, ...], str], None]] = {
        "done": campaigns.do,
        "excuse": campaigns.excuse,
        "take-up": campaigns.take_up,
    }
    verbs[options.what](one.id, tuple(keys), options.reason)
    _shown(context, one.id)


def _visits(context: Context) -> None:
    options, one = context.options, _named(context)
    person = _owner(context, options.technician) if options.technician else ""
    plan = VisitPlan(planned_on=options.day, technician_id=person)
    context.services.campaign_visits.plan(one.id, plan)
    _shown(context, one.id, left=True)


def _cancel(context: Context) -> None:
    one = _named(context)
    context.services.campaigns.cancel(one.id, context.options.reason)
    _shown(context, one.id)


def _print(context: Context) -> None:
    from app.services.documents.requests import Request

    one = _named(context)
    request = Request(kind="campaign_list", subject=one.number)
    path, reporting = (
        Path(context.options.output or f"{one.number}.pdf"),
        context.services.reporting,
    )
    printed = reporting.pdf(request, progress=context.progress)
    reporting.save(printed, path)
    context.emit({"file": path}, lambda: context.t("Saved: {name}", name=path))


_VERBS: dict[str, Callable[[Context], None]] = {
    "list": _list,
    "create": _create,
    "show": _show,
    "edit": _edit,
    "done": _tick,
    "excuse": _tick,
    "take-up": _tick,
    "visits": _visits,
    "cancel": _cancel,
    "print": _print,
}

VERB = Verb(_configure, _run)
