"""``poscare settings``: the settings of this machine, shown or changed by their names."""

from __future__ import annotations

import argparse
from typing import Any

from app import paths
from app import settings as settings_file
from app.cli.context import Context, Verb, table
from app.domain.errors import InvalidInput, Unavailable
from app.i18n import Translator
from app.server_password import kept_apart
from app.settings import Settings


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help=t("name of the setting; none lists all")
    )
    parser.add_argument(
        "value",
        nargs="?",
        default=None,
        metavar="VALUE",
        help=t("what it is set to; none shows it"),
    )


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
        settings = _saved(context, settings_file.with_values(settings, wanted))
        known = settings_file.values_of(settings)
    shown = {options.name: known[options.name]} if options.name else known
    rows = [(name, str(value)) for name, value in shown.items()]
    context.emit(shown, lambda: table((context.t("Setting"), context.t("Set to")), rows))


def _saved(context: Context, wanted: Settings) -> Settings:
    """The settings as saved, by whoever may; a copy of the server that is no longer wanted is gone
    at once, for who does not want it may have to give the computer away.  Where the database cannot
    be opened there is no log and nobody to ask: settings may be what is wrong."""
    from app.services.core.settings_log import changes_between

    checked = kept_apart(settings_file.check(wanted))
    if checked.company_logo != context.settings.company_logo:
        from app.company_logo import with_own_logo

        checked = with_own_logo(checked, paths.home())
    before, after = (settings_file.values_of(one) for one in (context.settings, checked))

    def store() -> None:
        settings_file.save(checked, paths.settings_file())
        if checked.seat_copy == "none":
            from app.exchange import seat_copy

            seat_copy.forget(paths.seat_copy())

    if not changes_between(before, after):
        store()
        return checked
    try:
        services = context.services
    except Unavailable:
        store()
    else:
        services.settings_log.save(before, after, store)
    return checked


def _value(name: str, given: str, known: Any) -> Any:
    """The text as the kind of value the setting holds.  Raises `InvalidInput`."""
    if not isinstance(known, int):
        return given
    if not given.strip().isascii() or not given.strip().isdecimal() or len(given) > 9:
        raise InvalidInput.of(name, "number.malformed", value=given)
    return int(given)


VERB = Verb(_configure, _run)
