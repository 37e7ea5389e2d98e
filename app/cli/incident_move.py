"""``poscare incident move NUMBER STATE``: the one action that leads to a state."""

from __future__ import annotations

import argparse

from app.cli.context import Context, day_of
from app.cli.parser import names
from app.domain.errors import InvalidInput
from app.domain.incidents.drafts import ClosingDraft, HoldDraft
from app.domain.incidents.incidents import Confirmation, Incident
from app.domain.incidents.lifecycle import HoldReason, IncidentState
from app.i18n import Translator


def configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    """The options; which are needed depends on the state."""
    parser.add_argument(
        "state",
        metavar="STATE",
        choices=list(_MOVES),
        help=t(
            "one of {states}; “resolve” records how it was resolved",
            states=", ".join(_MOVES),
        ),
    )
    parser.add_argument("--technician", default="", metavar="CODE", help=t("for: assigned"))
    parser.add_argument("--until", default="", metavar="YYYY-MM-DD", help=t("for: on_hold"))
    parser.add_argument(
        "--reason",
        default="",
        help=t(
            "why; for on_hold one of {reasons}",
            reasons=", ".join(names(HoldReason)),
        ),
    )
    parser.add_argument("--of", default="", metavar="NUMBER", help=t("for: duplicate"))
    parser.add_argument("--confirmed-by", default="")
    parser.add_argument("--how", choices=names(Confirmation), default=Confirmation.SIGNED)
    parser.add_argument("--remark", default="")


def move(context: Context, incident: Incident) -> None:
    """Raises `NotAllowed` when no step leads from here to there, `InvalidInput`, `NotFound`."""
    _MOVES[context.options.state](context, incident)


def _assigned(context: Context, incident: Incident) -> None:
    person = context.services.directory.technician(context.options.technician)
    context.services.incidents.assign(incident.id, person.id)


def _in_progress(context: Context, incident: Incident) -> None:
    incidents = context.services.incidents
    if incident.state is IncidentState.ON_HOLD:
        incidents.resume(incident.id)
    elif incident.state in (IncidentState.RESOLVED, IncidentState.CLOSED):
        incidents.reopen(incident.id, context.options.reason)
    else:
        incidents.start(incident.id)


def _on_hold(context: Context, incident: Incident) -> None:
    options = context.options
    if options.reason not in names(HoldReason):
        raise InvalidInput.of("reason", "choice.unknown", value=options.reason)
    draft = HoldDraft(HoldReason(options.reason), day_of("until", options.until), options.remark)
    context.services.incidents.hold(incident.id, draft)


def _closed(context: Context, incident: Incident) -> None:
    options = context.options
    draft = ClosingDraft(Confirmation(options.how), options.confirmed_by, options.remark)
    context.services.incidents.close(incident.id, draft)


def _cancelled(context: Context, incident: Incident) -> None:
    context.services.incidents.cancel(incident.id, context.options.reason)


def _duplicate(context: Context, incident: Incident) -> None:
    incidents = context.services.incidents
    incidents.mark_duplicate(incident.id, incidents.by_number(context.options.of).id)


_MOVES = {
    "assigned": _assigned,
    "in_progress": _in_progress,
    "on_hold": _on_hold,
    "closed": _closed,
    "cancelled": _cancelled,
    "duplicate": _duplicate,
}
