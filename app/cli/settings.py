"""``poscare settings``: the settings of this machine, shown or changed by their names."""

from __future__ import annotations

import argparse
from typing import Any

from app import paths
from app import settings as settings_file
from app.cli.context import Context, Verb, table
from app.domain.errors import InvalidInput
from app.i18n import N_, Translator


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help=t("name of the setting; none lists all")
    )
    parser.add_argument("value", nargs="?", default=None, metavar="VALUE")


def _run(context: Context) -> None:
    """Show all, show one, or set one; what is set is checked as the window does."""
    options = context.options
    context.settle_letter()
    settings = context.settings
    known = settings_file.values_of(settings)
    if options.name and options.name not in known:
        raise InvalidInput.of("name", "choice.unknown", value=options.name)
    if options.value is not None:
        wanted = {options.name: _value(options.name, options.value, known[options.name])}
        settings = settings_file.check(settings_file.with_values(settings, wanted))
        if settings.device != context.settings.device:
            context.unsigned_services.letters.check(settings.device)
        settings_file.save(settings, paths.settings_file())
        known = settings_file.values_of(settings)
    shown = {options.name: known[options.name]} if options.name else known
    rows = [(name, str(value)) for name, value in shown.items()]
    context.emit(shown, lambda: table((context.t("Name"), context.t("Value")), rows))


def _value(name: str, given: str, known: Any) -> Any:
    """The text as the kind of value the setting holds.  Raises `InvalidInput`."""
    if not isinstance(known, int):
        return given
    if not given.strip().isascii() or not given.strip().isdecimal() or len(given) > 9:
        raise InvalidInput.of(name, "number.malformed", value=given)
    return int(given)


VERB = Verb("settings", N_("show or change the settings of this machine"), _configure, _run)
