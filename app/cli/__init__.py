"""The command line: the same services as the window, for scripts and machines without a screen."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from app import paths
from app.cli.command_line import parser_for
from app.domain.errors import AppError
from app.i18n import Translator, translator
from app.languages import LANGUAGES

if TYPE_CHECKING:
    from app.cli.context import Pictures


def main(arguments: Sequence[str], pictures: Pictures | None = None) -> int:
    """Run one verb; returns the exit code: 0 done, 2 invalid input, 3 not found, 4 conflict or not
    allowed, 5 unavailable, 6 bad knowledge, 70 a bug.  `pictures` paints the window's pages."""
    language = _language(arguments)
    parser = parser_for(language, arguments)
    options = parser.parse_args(arguments)
    if not hasattr(options, "verb"):
        parser.error(_verb_missing(translator(language), options))
    # Whoever only asked for help has been answered and needs none of the program.
    from app.cli.running import run

    return run(options, translator(options.lang or language), pictures)


def _verb_missing(t: Translator, options: argparse.Namespace) -> str:
    if not options.db:
        return t("Name what is to be done.")
    # Photos, backups and the lock lie beside it: a window with another file would mix them.
    return t(
        "--db goes with a command. The window opens the database of the settings, or the one in the"
        " data folder that POSCARE_HOME names."
    )


def _language(arguments: Sequence[str]) -> str:
    """The language before the arguments are parsed, for the help text itself."""
    for option, value in pairwise(arguments):
        if option == "--lang" and value in LANGUAGES:
            return value
    # Who named the language need not wait for the settings.
    from app import settings

    with contextlib.suppress(AppError):
        return settings.load(paths.settings_file()).language
    return settings.Settings().language
