"""``poscare visit``: list, show, work through, reschedule and level maintenance visits."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import Any

from app.cli import visit_leave, visit_offer, visit_work
from app.cli.context import Context, Verb, day_of, plain, table, told
from app.cli.standing_stops import standing_lines
from app.domain.maintenance.occurrences import SYMBOLS
from app.domain.maintenance.visits import ExtraDraft, ScheduleDraft, Visit, VisitSummary
from app.i18n import Translator
from app.texts import word
from app.texts.events import visit_event
from app.texts.proposals import homes_unknown, hours_unread, out_of_territory

STATES = ("open", "missed", "done", "unassigned", "on_leave")


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    listed = verbs.add_parser("list", help=t("visits of a period (four weeks around today)"))
    _period(listed)
    for name in ("area", "technician", "plan"):
        listed.add_argument(f"--{name}", default="")
    listed.add_argument("--state", choices=STATES, default="")
    _step(verbs, "show", t("everything about one visit"))
    _step(verbs, "start", t("begin a visit"))
    visit_work.configure(verbs, t)
    finish = _step(verbs, "finish", t("end a visit; tasks left open are planned again"))
    finish.add_argument("--remark", default="")
    cancel = _step(verbs, "cancel", t("call a visit off; its tasks are planned again"))
    cancel.add_argument("--reason", required=True)
    moved = _step(verbs, "reschedule", t("move a visit to another day"))
    moved.add_argument("--to", dest="day", required=True, metavar="YYYY-MM-DD")
    moved.add_argument("--at", default="", metavar="HH:MM")
    moved.add_argument("--reason", default="", help=t("needed outside the window"))
    moved.add_argument(
        "--lock",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=t("levelling leaves it alone"),
    )
    assign = _step(verbs, "assign", t("give a visit to a technician"))
    assign.add_argument("technician", metavar="CODE", help=t("- takes it from whoever had it"))
    assign.add_argument(
        "--with",
        dest="companion",
        default=None,
        metavar="CODE",
        help=t("who comes along; - nobody"),
    )
    extra = verbs.add_parser("extra", help=t("a visit no calendar asked for"))
    extra.add_argument("plan", metavar="PLAN[,PLAN]")
    extra.add_argument("serial", metavar="SERIAL")
    extra.add_argument("--on", dest="day", default="", metavar="YYYY-MM-DD")
    extra.add_argument("--technician", default="", metavar="CODE")
    extra.add_argument("--reason", default="")
    level = verbs.add_parser("level", help=t("propose who goes where when, or take it over"))
    _period(level)
    level.add_argument("--area", default="")
    level.add_argument("--accept", action="store_true")
    visit_leave.configure(verbs, t)
    visit_offer.configure(verbs, t)


def _period(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD")
    sub.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD")


def _step(
    verbs: argparse._SubParsersAction,  # type: ignore[type-arg]
    name: str,
    help_text: str,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text)
    parser.add_argument("number", metavar="NUMBER")
    return parser


def _run(context: Context) -> None:
    what = context.options.what
    if what in _ALONE:
        _ALONE[what](context)
        return
    visits = context.services.visits
    visit = visits.by_number(context.options.number)
    if what != "show":
        _STEPS[what](context, visit)
    _show(context, visits.get(visit.summary.id))


# --- reading -------------------------------------------------------------------------------------


def _list(context: Context) -> None:
    from app.services.maintenance.visit_queries import VisitFilter

    t, options = context.t, context.options
    today = context.services.context.today()
    first = day_of("since", options.since) or today - timedelta(days=14)
    last = day_of("until", options.until) or max(today, first) + timedelta(days=14)
    who = visit_work.person(context, options.technician).id if options.technician else ""
    wanted = VisitFilter(
        area=options.area, technician_id=who, plan_key=options.plan, states=options.state
    )
    found = context.services.visits.between(first, last, wanted)
    plans = context.services.plans
    names = {
        key: plans.get(key).latest.contents.name.in_(t.language)
        for key in sorted({key for visit in found for key in visit.plans})
    }
    rows = [
        (
            visit.number,
            t.day(visit.planned_on),
            f"{SYMBOLS[visit.shown_state(today)]} " + _standing(t, visit, today),
            visit.crew or "–",
            visit.merchant_name,
            visit.area,
            t(", ").join(names[key] for key in visit.plans),
            t.day(visit.window_until),
        )
        for visit in found
    ]
    header = (
        t("Number"),
        t("Day"),
        t("State"),
        t("Technician"),
        t("Merchant"),
        t("Area"),
        t("Plan"),
        t("Window until"),
    )
    value = [_plain(visit, today) for visit in found]
    context.emit(value, lambda: table(header, rows) if rows else t("No visit found."))


def _plain(v: VisitSummary, today: date) -> dict[str, Any]:
    return {
        "number": v.number,
        "planned_on": v.planned_on,
        "state": v.state,
        "shown": v.shown_state(today),
        "overdue": v.overdue(today),
        "on_leave": v.on_leave,
        "technician": v.technician,
        "technician_code": v.technician_code,
        "merchant": v.merchant_name,
        "area": v.area,
        "plans": v.plans,
        "window_from": v.window_from,
        "window_until": v.window_until,
        "minutes": v.minutes,
        "locked": v.locked,
        "companion": v.companion,
    }


def _standing(t: Translator, visit: VisitSummary, today: date) -> str:
    if visit.on_leave:
        return t("Technician away")
    return word(t, "occurrence_state", visit.shown_state(today))


def _show(context: Context, visit: Visit) -> None:
    shop = visit.summary.merchant_id
    stops = context.services.terminal_stops.at_shop(shop) if shop and visit.actions else ()
    log = told(context.t, visit.events, visit_event)
    value = {**plain(visit), "events": log, "stops": plain(stops)}
    lines = standing_lines(context.t, stops)
    context.emit(value, lambda: "\n".join((*lines, _described(context, visit))))


def _described(context: Context, visit: Visit) -> str:
    t, summary = context.t, visit.summary
    today = context.services.context.today()
    facts = (
        (t("Number"), summary.number),
        (t("State"), word(t, "visit_state", summary.state)),
        (t("Planned day"), f"{t.day(summary.planned_on)} {t.weekday(summary.planned_on)}"),
        (t("Time window"), f"{t.day(summary.window_from)} – {t.day(summary.window_until)}"),
        (
            t("Technician"),
            " · ".join(
                filter(
                    None,
                    (
                        summary.crew,
                        t("away on this day") if summary.on_leave else "",
                        word(t, "why", visit.waits_because),
                    ),
                )
            ),
        ),
        (t("Merchant"), summary.merchant_name),
        (t("Address"), summary.address),
        (t("Contact"), " ".join(filter(None, (visit.contact_name, visit.contact_phone)))),
    )
    lines = [f"{name}: {value}" for name, value in facts if value]
    rows = [
        (
            SYMBOLS[item.state(today)],
            item.plan_key,
            item.plan_name.in_(t.language),
            item.serial,
            t.day(item.window_until),
            word(t, "occurrence_state", item.state(today)),
            word(t, "why", item.reason),
        )
        for item in visit.occurrences
    ]
    if rows:
        header = (
            "",
            t("Plan"),
            t("Plan name"),
            t("Serial number"),
            t("Window until"),
            t("State"),
            t("Reason"),
        )
        lines += ["", table(header, rows)]
    if visit.incidents:
        lines += ["", t("While you are there: open incidents")]
        lines += [
            f"  {n.number} {n.serial} {n.displayed_code} {n.symptom}".rstrip()
            for n in visit.incidents
        ]
    lines += ["", t("Log")]
    lines += [f"  {t.moment(e.at)}  {e.by}  {visit_event(t, e).line}" for e in visit.events]
    return "\n".join(lines)


# --- steps ---------------------------------------------------------------------------------------


def _start(context: Context, visit: Visit) -> None:
    context.services.visits.start(visit.summary.id)


def _finish(context: Context, visit: Visit) -> None:
    context.services.visits.finish(visit.summary.id, context.options.remark)


def _cancel(context: Context, visit: Visit) -> None:
    context.services.visits.cancel(visit.summary.id, context.options.reason)


def _reschedule(context: Context, visit: Visit) -> None:
    options = context.options
    draft = ScheduleDraft(
        planned_on=day_of("planned_on", options.day),
        start_minute=visit_work.minute_of(options.at),
        reason=options.reason,
        lock=options.lock,
    )
    context.services.visits.schedule(visit.summary.id, visit.summary.version, draft)


def _assign(context: Context, visit: Visit) -> None:
    code = context.options.technician
    second = context.options.companion

    def key(given: str) -> str:
        return "" if given == "-" else visit_work.person(context, given).id

    draft = ScheduleDraft(
        technician_id=key(code), companion_id=None if second is None else key(second)
    )
    context.services.visits.schedule(visit.summary.id, visit.summary.version, draft)


# --- everybody's days ----------------------------------------------------------------------------


def _extra(context: Context) -> None:
    options, services = context.options, context.services
    today = services.context.today()
    terminal = services.terminals.by_serial(options.serial)
    who = visit_work.person(context, options.technician).id if options.technician else ""
    key = services.extra_visits.make(
        ExtraDraft(
            tuple(options.plan.split(",")),
            terminal.id,
            options.day or today.isoformat(),
            who,
            options.reason,
        )
    )
    _show(context, services.visits.get(key))


def _level(context: Context) -> None:
    t, options = context.t, context.options
    levelling = context.services.balancing
    first = day_of("since", options.since) or context.services.context.today()
    last = day_of("until", options.until) or first + timedelta(days=27)
    found = levelling.propose(first, last, options.area, context.progress)
    accepted = levelling.accept(found) if options.accept else 0
    before, after = found.proposal.before, found.proposal.after
    misfits = [a for a in found.proposal.assignments if a.misfit]
    value = {
        "first": found.first,
        "last": found.last,
        "changes": len(found.changes),
        "out_of_territory": found.away,
        "hours_not_understood": found.hours_unread,
        "accepted": accepted,
        "before": before,
        "after": after,
        "misfits": [
            {"number": found.visits[a.visit_id].number, "day": a.day, "why": a.misfit}
            for a in misfits
        ],
        "unplaced": [
            {"number": found.visits[u.visit_id].number, "why": u.why}
            for u in found.proposal.unplaced
        ],
    }
    for said in (
        out_of_territory(t, found.away),
        hours_unread(t, found.hours_unread),
        homes_unknown(t, found.no_home),
    ):
        if said:
            context.note(said)
    context.emit(value, lambda: _levelled(t, value, before, after))


def _levelled(t: Translator, value: dict[str, Any], before: Any, after: Any) -> str:
    rows = [
        (t("Visits"), before.visits, after.visits),
        (t("Late"), before.late, after.late),
        (t("Nobody yet"), before.unassigned, after.unassigned),
        (t("Kilometres"), before.kilometres, after.kilometres),
        (t("Busiest day (minutes)"), before.busiest_minutes, after.busiest_minutes),
        (t("Overfull days"), before.overfull_days, after.overfull_days),
    ]
    lines = [table(("", t("Before"), t("After")), rows)]
    for item in (*value["misfits"], *value["unplaced"]):
        lines.append(f"{item['number']}: {word(t, 'misfit', item['why'])}")
    if value["accepted"]:
        lines.append(t.plural("{count} visit moved", "{count} visits moved", value["accepted"]))
    elif value["changes"]:
        moves = value["changes"]
        lines.append(
            t.plural(
                "{count} visit would be moved; “--accept” moves it.",
                "{count} visits would be moved; “--accept” moves them.",
                moves,
            )
        )
    return "\n".join(lines)


_ALONE = {
    "list": _list,
    "extra": _extra,
    "level": _level,
    "leave": visit_leave.enter,
    "offer": visit_offer.offer,
}
_STEPS = {
    "start": _start,
    "complete": visit_work.complete,
    "skip": visit_work.skip,
    "finish": _finish,
    "cancel": _cancel,
    "reschedule": _reschedule,
    "assign": _assign,
}

VERB = Verb(_configure, _run)
