"""``poscare sample``: fill an empty database with a fictional estate to try the program on."""

from __future__ import annotations

import argparse

from app import paths
from app import settings as settings_file
from app.cli.context import Context, Verb
from app.i18n import Translator
from app.trial import dressed


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--if-empty", action="store_true", help=t("do nothing when there is data already")
    )


def _run(context: Context) -> int:
    from app.services.sample import estate

    t, services = context.t, context.services
    if not estate.is_empty(services):
        if context.options.if_empty:
            return 0
        context.note(t("There is data already; a sample would mix with it."))
        return 4
    if not context.settings.ready:
        chosen = dressed(settings_file.load(paths.settings_file()))
        settings_file.save(chosen, paths.settings_file())
        services.context.actor, services.context.device = chosen.technician, chosen.device
    estate.fill(services, paths.resources() / "sample", context.progress)
    context.emit({"filled": True}, t("The sample estate is ready."))
    return 0


VERB = Verb(_configure, _run)
