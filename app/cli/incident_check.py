"""``poscare incident check NUMBER CHECK``: record a check of the diagnosis and its outcome."""

from __future__ import annotations

import argparse

from app.cli.context import Context
from app.cli.parser import names
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.errors import NotAllowed
from app.domain.incidents.drafts import WorkEntryDraft
from app.domain.incidents.incidents import Incident
from app.domain.incidents.lifecycle import OPEN_STATES, Action
from app.i18n import Translator
from app.services.diagnosis.case_file import draft_key


def configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    """The options."""
    parser.add_argument("check", metavar="CHECK", help=t("id of the check, as `diagnose` lists it"))
    parser.add_argument(
        "--outcome",
        choices=names(CheckOutcome),
        default=CheckOutcome.DONE,
        help=t("what became of it; without it only that it was done"),
    )
    parser.add_argument("--minutes", type=int, default=0)


def check(context: Context, incident: Incident) -> None:
    """Add the check to the running diagnosis and to the work log.

    Raises `NotFound` (no such check), `NotAllowed` (no longer open), `InvalidInput`."""
    options, services = context.options, context.services
    if incident.state not in OPEN_STATES:
        raise NotAllowed(Action.EDIT, incident.state)
    key, outcome = draft_key(incident.id), CheckOutcome(options.outcome)
    kept = services.saved_forms.kept(key)
    known = services.diagnosis.consult(incident.id, kept.content.get("trail") if kept else None)
    session = known.session.tick(options.check, outcome)
    knowledge, language = session.reasoner.knowledge, context.t.language
    services.work_log.add_work(
        incident.id,
        WorkEntryDraft(
            summary=knowledge.checks[options.check].text.in_(language),
            outcome=knowledge.phrases[f"result.{outcome}"].in_(language),
            minutes=options.minutes,
            check_id=options.check,
        ),
    )
    services.saved_forms.keep(key, {"trail": session.trail()})
