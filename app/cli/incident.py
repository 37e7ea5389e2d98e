"""``poscare incident``: open, list and show incidents, and change their state."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

from app.cli import incident_check, incident_move
from app.cli.context import Context, Verb, table, told
from app.cli.parser import names
from app.cli.standing_stops import standing_lines
from app.domain.diagnosis.two_troubles import ReportedTroubles
from app.domain.errors import BadValue, InvalidInput
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.drafts import (
    ClosingDraft,
    HoldDraft,
    IncidentDraft,
    ResolutionDraft,
    WorkEntryDraft,
)
from app.domain.incidents.incidents import (
    Confirmation,
    Incident,
    IncidentSummary,
    Result,
    TestLine,
    TestOutcome,
    WorkKind,
)
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    UNFINISHED_STATES,
    Detection,
    HoldReason,
    Impact,
    Priority,
    Urgency,
)
from app.domain.incidents.other_troubles import OtherTrouble, TroubleEnd
from app.domain.incidents.proof import PROOF_LINES
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.parsing import parse_date
from app.i18n import Translator
from app.texts import word
from app.texts.deadlines import due_text, start_text
from app.texts.events import incident_event

if TYPE_CHECKING:
    from app.services.incidents.parents import RelatedIncidents

_ANY_STATE = "all"
"""The choice of a list that is not narrowed to a group of states."""


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    _configure_reading(verbs, t)
    opened = verbs.add_parser("open", help=t("report an abnormal state"))
    opened.add_argument("terminal", help=t("serial number or TID"))
    opened.add_argument("--code", default="", help=t("code or message on the screen"))
    opened.add_argument("--symptom", default="")
    opened.add_argument("--impact", choices=names(Impact), default=Impact.STOPPED)
    opened.add_argument("--urgency", choices=names(Urgency), default=Urgency.NORMAL)
    opened.add_argument("--detection", choices=names(Detection), default=Detection.MERCHANT_CALL)
    opened.add_argument("--unknown", action="store_true", help=t("the terminal is not registered"))
    _step(verbs, "start", t("begin work"))
    hold = _step(verbs, "hold", t("let work wait"))
    hold.add_argument("--reason", choices=names(HoldReason), required=True)
    hold.add_argument("--until", required=True, metavar="YYYY-MM-DD")
    hold.add_argument("--remark", default="")
    _step(verbs, "resume", t("go on after a hold"))
    for name, text in (
        ("cancel", t("withdraw the report")),
        ("reopen", t("take it up again")),
        ("addendum", t("add text after closing")),
    ):
        _step(verbs, name, text).add_argument("--reason", required=True)
    log = _step(verbs, "log", t("append to the work log"))
    log.add_argument("summary")
    log.add_argument("--kind", choices=names(WorkKind), default=WorkKind.CHECK)
    log.add_argument("--outcome", default="")
    log.add_argument("--minutes", type=int, default=0)
    incident_check.configure(_step(verbs, "check", t("a check of the diagnosis was done")), t)
    handover = _step(verbs, "handover", t("note that somebody else was asked to act"))
    handover.add_argument("--to", choices=names(ContactRole), required=True)
    handover.add_argument("--remark", default="")
    _configure_resolve(verbs, t)
    incident_move.configure(_step(verbs, "move", t("one step to another state")), t)
    join = _step(verbs, "join", t("let it belong to a parent incident of the same cause"))
    parent_help = t("number of the parent incident")
    join.add_argument("--parent", required=True, metavar="NUMBER", help=parent_help)
    _step(verbs, "leave", t("take it off its parent incident"))
    close = _step(verbs, "close", t("close after the merchant confirmed"))
    close.add_argument("--confirmed-by", default="")
    close.add_argument("--how", choices=names(Confirmation), default=Confirmation.SIGNED)
    close.add_argument("--remark", default="")


def _configure_reading(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    from app.domain.incidents.lifecycle import STATE_GROUPS

    listed = verbs.add_parser("list", help=t("list incidents, most urgent first"))
    listed.add_argument("words", nargs="*")
    listed.add_argument(
        "--state",
        choices=[*sorted(STATE_GROUPS), _ANY_STATE],
        default="unfinished",
        help=t("only this state; unless given: unfinished"),
    )
    listed.add_argument("--class", dest="fault_class", choices=names(FaultClass), default="")
    listed.add_argument("--area", default="")
    listed.add_argument("--firmware", default="", help=t("the firmware it had when reported"))
    listed.add_argument("--limit", type=int, default=50)
    _step(verbs, "show", t("everything about one incident"))


def _configure_resolve(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    resolve = _step(verbs, "resolve", t("record how it was resolved"))
    resolve.add_argument("--class", dest="fault_class", choices=names(FaultClass), required=True)
    resolve.add_argument("--result", choices=names(Result), default=Result.SOLVED)
    for name in ("mode", "cause", "remedy", "other-text", "work-done", "advice"):
        resolve.add_argument(f"--{name}", default="")
    resolve.add_argument(
        "--test",
        action="append",
        default=[],
        metavar="ITEM[=SLIP]",
        help=t("a function test that passed: {items}", items=", ".join(PROOF_LINES)),
    )
    resolve.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="done|new|later=WHY",
        help=t("what became of another trouble of the same report, in their order"),
    )


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
    if what == "list":
        _list(context)
    elif what == "open":
        _show(context, _open(context))
    else:
        incident = context.services.incidents.by_number(context.options.number)
        if what != "show":
            _STEPS[what](context, incident)
        _show(context, incident.id)


def _list(context: Context) -> None:
    from app.services.incidents.incident_queries import IncidentFilter

    t, options = context.t, context.options
    wanted = IncidentFilter(
        words=" ".join(options.words),
        states="" if options.state == _ANY_STATE else options.state,
        fault_class=options.fault_class,
        area=options.area,
        firmware=options.firmware,
    )
    now = context.services.context.now()
    found = context.services.incidents.first(wanted, options.limit)
    rows = [
        (
            item.number,
            _state(t, item, overdue=item.overdue(now)),
            item.merchant_name,
            item.displayed_code or item.symptom[:24],
            word(t, "fault_class", item.fault_class),
            due_text(t, item),
        )
        for item in found
    ]
    header = (t("Number"), t("State"), t("Merchant"), t("Symptom"), t("Class"), t("Due"))
    value = [{**asdict(item), "overdue": item.overdue(now)} for item in found]
    context.emit(value, lambda: table(header, rows) if rows else t("No incident found."))


def _state(t: Translator, item: IncidentSummary, *, overdue: bool) -> str:
    """Where it stands, and whether it is late: two things."""
    state = word(t, "incident_state", item.state)
    return f"{state} · {t('Overdue')}" if overdue else state


def _open(context: Context) -> str:
    options, services = context.options, context.services
    terminal = "" if options.unknown else services.terminals.by_serial(options.terminal).id
    incidents = services.incidents
    known = incidents.open_on(terminal) if terminal else incidents.waiting_for(options.terminal)
    for other in known:
        context.note(
            context.t(
                "{number} is open on this terminal already; if it is the same, use: {command}",
                number=other.number,
                command=f"poscare incident move … duplicate --of {other.number}",
            )
        )
    draft = IncidentDraft(
        terminal_id=terminal,
        unknown_serial=options.terminal if options.unknown else "",
        displayed_code=options.code,
        symptom=options.symptom,
        impact=Impact(options.impact),
        urgency=Urgency(options.urgency),
        detection=Detection(options.detection),
    )
    return services.incidents.open(services.diagnosis.as_told(draft))


def _show(context: Context, incident_id: str) -> None:
    incident = context.services.incidents.get(incident_id)
    overdue = incident.overdue(context.services.context.now())
    related = context.services.parents.related(incident_id)
    standing = _standing(context, incident)
    value = {
        **asdict(incident),
        "parent": related.parent.number if related.parent else "",
        "joined": [one.number for one in related.joined],
        "overdue": overdue,
        "events": told(context.t, incident.events, incident_event),
        "terminal_stops": [asdict(stop) for stop in standing],
    }
    context.emit(
        value,
        lambda: "\n".join(
            (
                *_stops(context, incident),
                *standing_lines(context.t, standing),
                _described(context.t, incident, overdue=overdue),
                *_same_cause(context.t, related),
            )
        ),
    )


def _standing(context: Context, incident: Incident) -> tuple[OpenStop, ...]:
    """The safety stops other incidents left at the terminal."""
    if incident.state not in UNFINISHED_STATES:
        return ()
    serial = "" if incident.terminal_id else incident.unknown_serial
    stops = context.services.terminal_stops
    return stops.at(incident.terminal_id, serial=serial, besides=incident.id)


def _stops(context: Context, incident: Incident) -> list[str]:
    """What must be done at once; only what is urgent can call for it."""
    if incident.priority is not Priority.P1 or incident.state not in OPEN_STATES:
        return []
    session = context.services.diagnosis_steps.consult(incident.id).session
    # Only whoever asks for the safety stop waits for the whole diagnosis.
    from app.cli.diagnose import stop_lines

    return stop_lines(session, context.t.language)


def _described(t: Translator, incident: Incident, *, overdue: bool) -> str:
    agreed = t("as agreed: {name}", name=incident.agreement) if incident.agreement else ""
    late = t("Overdue") if overdue else ""
    due = (due_text(t, incident), late, start_text(t, incident), agreed)
    facts = (
        (t("Number"), incident.number),
        (t("State"), word(t, "incident_state", incident.state)),
        (t("Priority"), word(t, "priority", incident.priority)),
        (t("TID"), incident.tid),
        (t("Displayed code"), incident.displayed_code),
        (t("Symptom"), incident.symptom),
        (t("Class"), word(t, "fault_class", incident.fault_class)),
        (t("Technician"), incident.technician),
        (t("Due"), " · ".join(filter(None, due))),
        (t("Handed to"), word(t, "contact_role", incident.handed_to)),
    )
    lines = [f"{label}: {value}" for label, value in facts if value]
    for event in incident.events:
        lines.append(f"  {t.moment(event.at)}  {event.by}  {incident_event(t, event).line}")
    for entry in incident.work:
        what = ": ".join(part for part in (entry.summary, entry.outcome) if part)
        lines.append(f"  {t.moment(entry.at)}  {word(t, 'work_kind', entry.kind)}  {what}")
    return "\n".join(lines)


def _same_cause(t: Translator, related: RelatedIncidents) -> list[str]:
    joined = ", ".join(one.number for one in related.joined)
    facts = (
        (t("Parent incident"), related.parent.number if related.parent else ""),
        (t("Incidents of the same cause"), joined),
    )
    return [f"{name}: {value}" for name, value in facts if value]


def _hold(context: Context, incident: Incident) -> None:
    options = context.options
    draft = HoldDraft(HoldReason(options.reason), _day("until", options.until), options.remark)
    context.services.incidents.hold(incident.id, draft)


def _day(field_name: str, raw: str) -> date | None:
    try:
        return parse_date(raw)
    except BadValue as refusal:
        raise InvalidInput.of(field_name, refusal.code, **refusal.params) from None


def _resolve(context: Context, incident: Incident) -> None:
    options = context.options
    tests = [item.partition("=") for item in options.test]
    session = context.services.diagnosis_steps.consult(incident.id).session
    fault_class = FaultClass(options.fault_class)
    draft = ResolutionDraft(
        fault_class=fault_class,
        result=Result(options.result),
        mode=options.mode,
        cause=options.cause,
        remedy=options.remedy,
        other_text=options.other_text,
        work_done=options.work_done,
        advice=options.advice,
        tests=tuple(TestLine(name, TestOutcome.PASSED, slip) for name, _, slip in tests),
        others=_others(session.reported_troubles, fault_class, options),
    )
    context.services.incidents.resolve(incident.id, draft)


_ENDS = {"done": TroubleEnd.DONE, "new": TroubleEnd.REPORTED, "later": TroubleEnd.LATER}


def _others(
    reported: ReportedTroubles, fault_class: FaultClass, options: argparse.Namespace
) -> tuple[OtherTrouble, ...]:
    """What became of the troubles the resolution is not about, as it was told."""
    asked = reported.besides(fault_class, options.mode)
    if len(options.also) > len(asked):
        raise InvalidInput.of("also", "resolution.no_such_trouble", count=len(asked))
    found = []
    for place, given in zip_longest(asked, options.also):
        trouble = reported.troubles[place]
        end, _separator, why = (given or "").partition("=")
        if end and end not in _ENDS:
            raise InvalidInput.of("also", "choice.unknown", value=end)
        found.append(OtherTrouble(trouble.sign.label, trouble.part, _ENDS.get(end), why, place))
    return tuple(found)


def _log(context: Context, incident: Incident) -> None:
    options = context.options
    draft = WorkEntryDraft(
        kind=WorkKind(options.kind),
        summary=options.summary,
        outcome=options.outcome,
        minutes=options.minutes,
    )
    context.services.work_log.add_work(incident.id, draft)


def _close(context: Context, incident: Incident) -> None:
    options = context.options
    draft = ClosingDraft(Confirmation(options.how), options.confirmed_by, options.remark)
    context.services.incidents.close(incident.id, draft)


_STEPS: dict[str, Callable[[Context, Incident], object]] = {
    "start": lambda c, i: c.services.incidents.start(i.id),
    "hold": _hold,
    "resume": lambda c, i: c.services.incidents.resume(i.id),
    "cancel": lambda c, i: c.services.incidents.cancel(i.id, c.options.reason),
    "reopen": lambda c, i: c.services.incidents.reopen(i.id, c.options.reason),
    "addendum": lambda c, i: c.services.work_log.add_addendum(i.id, c.options.reason),
    "handover": lambda c, i: c.services.work_log.hand_over(
        i.id, ContactRole(c.options.to), c.options.remark
    ),
    "log": _log,
    "check": incident_check.check,
    "resolve": _resolve,
    "close": _close,
    "move": incident_move.move,
    "join": lambda c, i: c.services.parents.join(
        c.services.incidents.by_number(c.options.parent).id, (i.id,)
    ),
    "leave": lambda c, i: c.services.parents.leave(i.id),
}

VERB = Verb(_configure, _run)
