"""``poscare insight warning``: see to warnings, act on them, end them, make work of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta

from app.cli.context import Context, table
from app.cli.warnings import evidence_line, plain_warning
from app.domain.campaigns.campaigns import CampaignDraft, CampaignKind, VisitPlan
from app.domain.errors import NotFound
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import Detection
from app.domain.insight.warning_cases import (
    ENDED,
    WarningAssignment,
    WarningCase,
    WarningDraft,
    WarningState,
)
from app.i18n import Translator
from app.texts import word
from app.texts.warning_handover import HAND_OVER_TO, warning_handover
from app.texts.warning_work import called, due_line, entry_line, rate_of_rule
from app.texts.warnings import warning_advice, warning_certainty, warning_reason

USUAL_DAYS = 30
"""Days a campaign has, unless another day is said."""


def configure_warning(parser: argparse.ArgumentParser, t: Translator) -> None:
    """The verbs."""
    verbs = parser.add_subparsers(dest="what", required=True)
    listed = verbs.add_parser("list", help=t("what is to be seen to, with state and owner"))
    listed.add_argument("--area", default="", help=t("only this area"))
    listed.add_argument("--ended", action="store_true", help=t("those that were ended"))
    _about(verbs.add_parser("show", help=t("one warning with its log")), t)
    for name, text in (
        ("acknowledge", t("see to it")),
        ("act", t("something is being done about it")),
        ("note", t("add a remark")),
        ("plan", t("who sees to it, and until when")),
        ("reopen", t("take up an ended one again; needs --note")),
    ):
        step = verbs.add_parser(name, help=text)
        _about(step, t)
        _said(step, t)
    close = verbs.add_parser("close", help=t("end it: it was right, wrong, or is dismissed"))
    _about(close, t)
    close.add_argument("outcome", choices=[str(one) for one in ENDED], help=t("how it turned out"))
    close.add_argument("--note", default="", help=t("what was found"))
    campaign = verbs.add_parser("campaign", help=t("make a campaign of it"))
    _about(campaign, t)
    _made(campaign, t)
    campaign.add_argument("--target", default="", metavar="VERSION", help=t("firmware it brings"))
    for name, text in (
        ("visit", t("plan a visit at every shop it is about")),
        ("training", t("plan a training visit at every shop it is about")),
    ):
        visit = verbs.add_parser(name, help=text)
        _about(visit, t)
        _made(visit, t)
        visit.add_argument("--day", required=True, metavar="YYYY-MM-DD", help=t("day of the visit"))
    parent = verbs.add_parser("parent", help=t("open one incident that the open ones join"))
    _about(parent, t)
    parent.add_argument("--symptom", default="", help=t("what is wrong"))
    handover = verbs.add_parser("handover", help=t("print the text for somebody outside, note it"))
    _about(handover, t)
    handover.add_argument(
        "--to", required=True, choices=[str(one) for one in HAND_OVER_TO], help=t("to whom")
    )


def _about(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("key", metavar="KEY", help=t("key of the warning, or how it begins"))


def _said(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--owner", default="", metavar="CODE", help=t("staff code of who does"))
    parser.add_argument("--due", default="", metavar="YYYY-MM-DD", help=t("until when"))
    parser.add_argument("--note", default="", help=t("what is to be said"))


def _made(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--kind",
        choices=[str(one) for one in CampaignKind],
        default=str(CampaignKind.INSPECTION),
        help=t("kind of campaign"),
    )
    parser.add_argument("--title", default="", help=t("what it is called"))
    parser.add_argument("--instructions", default="", help=t("what to do"))
    _said(parser, t)


def run_warning(context: Context) -> None:
    """Do what was asked for, then show the warning."""
    options, work = context.options, context.services.warning_work
    if options.what == "list":
        _list(context, work.ended() if options.ended else work.cases(options.area))
        return
    case = find_case(context, options.key)
    if options.what != "show":
        _STEPS[options.what](context, case)
        if options.what == "handover":
            return
        case = find_case(context, case.key)
    context.emit(plain_case(context.t, case), lambda: _one(context.t, case))


def find_case(context: Context, key: str) -> WarningCase:
    """The warning with this key, or the only one whose key begins so.  Raises `NotFound`."""
    work = context.services.warning_work
    found = (*work.cases(), *work.ended())
    exact = [one for one in found if one.key == key]
    begins = {one.key: one for one in reversed(found) if one.key.startswith(key)}
    if not exact and len(begins) != 1:
        raise NotFound("warning", key)
    return work.with_log(exact[0] if exact else next(iter(begins.values())))


def plain_case(t: Translator, case: WarningCase) -> dict[str, object]:
    """A warning with what people did about it, as other programs read it."""
    return {
        **plain_warning(t, case.warning),
        "key": case.key,
        "state": case.state,
        "standing": case.standing,
        "owner": case.owner,
        "due_on": case.due_on,
        "opened_at": case.opened_at,
        "ended_at": case.ended_at,
        "reason": case.reason,
        "came_before": case.times,
        "right": case.rate.right,
        "wrong": case.rate.wrong,
        "log": [
            {
                "at": one.at,
                "by": one.by,
                "action": one.action,
                "text": entry_line(t, one),
                "remark": one.remark,
            }
            for one in case.entries
        ],
    }


def _list(context: Context, cases: tuple[WarningCase, ...]) -> None:
    t, today = context.t, context.services.context.today()
    header = (
        t("Severity"),
        t("Warning"),
        t("State"),
        t("Sees to it"),
        t("To be done by"),
        t("Key of the warning"),
    )
    rows = [
        (
            word(t, "severity", one.warning.severity),
            called(t, one.warning),
            word(t, "warning_state", one.state),
            one.owner,
            due_line(t, one, today),
            one.key,
        )
        for one in cases
    ]
    context.emit(
        {"warnings": [plain_case(t, one) for one in cases]},
        lambda: table(header, rows) if rows else t("Nothing to warn of."),
    )


def _one(t: Translator, case: WarningCase) -> str:
    lines = [
        f"{word(t, 'severity', case.warning.severity)} · {called(t, case.warning)}",
        f"{word(t, 'warning_state', case.state)} · {case.owner} {t.day(case.due_on)}".rstrip(" ·"),
        warning_reason(t, case.warning),
        warning_certainty(t, case.warning),
        t("Warnings of this rule: {rate}", rate=rate_of_rule(t, case.rate)),
        warning_advice(t, case.warning),
        evidence_line(case.warning),
        *(f"{t.moment(one.at)}  {one.by}  {entry_line(t, one)}" for one in case.entries),
    ]
    return "\n  ".join(filter(None, lines))


def _draft(context: Context) -> WarningDraft:
    options = context.options
    return WarningDraft(owner_id=_owner(context), due_on=options.due, note=options.note)


def _owner(context: Context) -> str:
    code = context.options.owner
    return context.services.directory.technician(code).id if code else ""


def _acknowledge(context: Context, case: WarningCase) -> None:
    context.services.warning_work.acknowledge(case, _draft(context))


def _act(context: Context, case: WarningCase) -> None:
    context.services.warning_work.act(case, _draft(context))


def _note(context: Context, case: WarningCase) -> None:
    context.services.warning_work.note(case, _draft(context))


def _plan(context: Context, case: WarningCase) -> None:
    due = context.options.due or (case.due_on.isoformat() if case.due_on else "")
    draft = WarningAssignment(owner_id=_owner(context) or case.owner_id, due_on=due)
    context.services.warning_work.plan(case.key, case.version, draft)


def _reopen(context: Context, case: WarningCase) -> None:
    context.services.warning_work.reopen(case, _draft(context))


def _close(context: Context, case: WarningCase) -> None:
    options = context.options
    draft = WarningDraft(note=options.note)
    context.services.warning_work.close(case, WarningState(options.outcome), draft)


def _campaign(context: Context, case: WarningCase) -> None:
    draft = _campaign_draft(context, case, CampaignKind(context.options.kind))
    context.services.warning_making.campaign(case, draft)


def _visit(context: Context, case: WarningCase) -> None:
    training = context.options.what == "training"
    kind = CampaignKind.TRAINING if training else CampaignKind(context.options.kind)
    plan = VisitPlan(planned_on=context.options.day, technician_id=_owner(context))
    context.services.warning_making.campaign(case, _campaign_draft(context, case, kind), plan)


def _campaign_draft(context: Context, case: WarningCase, kind: CampaignKind) -> CampaignDraft:
    options, t = context.options, context.t
    usual = (
        getattr(options, "day", "")
        or (context.services.context.today() + timedelta(days=USUAL_DAYS)).isoformat()
    )
    return CampaignDraft(
        title=options.title or called(t, case.warning),
        kind=kind,
        due_on=options.due or usual,
        owner_id=_owner(context),
        instructions=options.instructions or warning_advice(t, case.warning),
        target=getattr(options, "target", ""),
        warning=case.key,
    )


def _parent(context: Context, case: WarningCase) -> None:
    t = context.t
    about = case.warning.terminal_ids[0] if case.warning.terminal_ids else ""
    said = context.options.symptom or warning_reason(t, case.warning)
    draft = IncidentDraft(terminal_id=about, symptom=said, detection=Detection.WARNING)
    context.services.warning_making.parent(case, draft)


def _handover(context: Context, case: WarningCase) -> None:
    services, to = context.services, ContactRole(context.options.to)
    incidents = services.warning_work.evidence(case.warning)
    said = warning_handover(context.t, case.warning, to, incidents, context.settings.company_name)
    services.warning_making.hand_over(case, to, WarningDraft(note=said))
    context.emit({"to": to, "text": said}, said)


_STEPS: dict[str, Callable[[Context, WarningCase], None]] = {
    "acknowledge": _acknowledge,
    "act": _act,
    "note": _note,
    "plan": _plan,
    "reopen": _reopen,
    "close": _close,
    "campaign": _campaign,
    "visit": _visit,
    "training": _visit,
    "parent": _parent,
    "handover": _handover,
}
