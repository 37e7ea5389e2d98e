"""``poscare incident check NUMBER CHECK``: record a check of the diagnosis and its outcome."""

from __future__ import annotations

import argparse

from app.cli.context import Context
from app.cli.parser import names
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.incidents.incidents import Incident
from app.i18n import Translator


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
    options, steps = context.options, context.services.diagnosis_steps
    steps.tick(
        incident.id,
        steps.consult(incident.id).session,
        options.check,
        CheckOutcome(options.outcome),
        language=context.t.language,
        minutes=options.minutes,
    )
