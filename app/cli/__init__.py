"""The command line: the same services as the window, for scripts and machines without a screen.

To add a verb: write a module in this package with a `VERB`, and list it in `VERBS` below.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from app import __version__, logs, paths
from app import settings as settings_file
from app.cli import (
    areas,
    backup,
    campaign,
    check,
    demo,
    diagnose,
    dispatch,
    encryption,
    exchange,
    hub,
    imports,
    incident,
    insight,
    knowledge,
    parts,
    people,
    plan,
    report,
    restore,
    sample,
    schedule,
    settings,
    sla,
    support,
    terminal,
    update,
    visit,
    warnings,
    wording,
)
from app.cli import (
    log as log_verb,
)
from app.cli.context import Context, Pictures, Verb, no_pictures
from app.cli.manual import manual
from app.cli.parser import Parser, leaves
from app.cli.passphrase import unlock_for
from app.domain.errors import (
    AppError,
    BadKnowledge,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPermitted,
    Unavailable,
)
from app.files import check_new_name
from app.i18n import Translator, translator
from app.languages import LANGUAGES
from app.server_password import read_settings
from app.settings import Settings
from app.texts import error_text, problem_text
from app.unlocking import EncryptionLocked

log = logging.getLogger(__name__)

VERBS: tuple[Verb, ...] = (
    imports.VERB,
    terminal.VERB,
    incident.VERB,
    parts.VERB,
    sla.VERB,
    diagnose.VERB,
    knowledge.VERB,
    plan.VERB,
    visit.VERB,
    dispatch.VERB,
    schedule.VERB,
    report.VERB,
    insight.VERB,
    warnings.VERB,
    campaign.VERB,
    log_verb.VERB,
    exchange.VERB,
    hub.VERB,
    people.VERB,
    areas.AREAS,
    areas.VEHICLES,
    check.VERB,
    backup.VERB,
    restore.VERB,
    encryption.ENCRYPT,
    encryption.DECRYPT,
    encryption.REKEY,
    encryption.UNLOCK,
    settings.VERB,
    support.VERB,
    update.VERB,
    sample.VERB,
    demo.VERB,
    wording.VERB,
)

_EXIT_CODES: tuple[tuple[type[AppError], int], ...] = (
    (InvalidInput, 2),
    (NotFound, 3),
    (Conflict, 4),
    (NotAllowed, 4),
    (NotPermitted, 4),
    (Unavailable, 5),
    (BadKnowledge, 6),
)
BUG = 70


def main(arguments: Sequence[str], pictures: Pictures = no_pictures) -> int:
    """Run one verb; returns the exit code: 0 done, 2 invalid input, 3 not found, 4 conflict or not
    allowed, 5 unavailable, 6 bad knowledge, 70 a bug.  `pictures` paints the window's pages."""
    language = _language(arguments)
    parser = _parser(language, arguments)
    options = parser.parse_args(arguments)
    if not hasattr(options, "verb"):
        parser.error(_verb_missing(translator(language), options))
    with logs.writing(paths.logs()):
        return _run(options, translator(options.lang or language), pictures)


def _verb_missing(t: Translator, options: argparse.Namespace) -> str:
    if not options.db:
        return t("Name what is to be done.")
    # Photos, backups and the lock lie beside it: a window with another file would mix them.
    return t(
        "--db goes with a command. The window opens the database of the settings, or the one in the"
        " data folder that POSCARE_HOME names."
    )


def _run(options: argparse.Namespace, t: Translator, pictures: Pictures) -> int:
    try:
        _check_names(options)
        found = read_settings()
        for problem in found.problems:
            print(problem_text(t, problem), file=sys.stderr)
        made = Context(options, found.settings, t, pictures, device_known=found.device_known)
        with contextlib.closing(made) as context:
            return int(_unlocked(options.verb, context) or 0)
    except AppError as error:
        print(error_text(t, error), file=sys.stderr)
        return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 2)
    except BrokenPipeError:
        # The reader of a pipe (head, less) had enough.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 0
    except Exception as error:
        log.exception("bug in verb %s", options.verb.name)
        # Output of scripts ends in files and mails, like a log.
        print(logs.told_with_places(error), file=sys.stderr)
        return BUG


def _check_names(options: argparse.Namespace) -> None:
    for name, value in vars(options).items():
        if isinstance(value, Path):
            check_new_name(value)
        elif name in {"db", "output"} and isinstance(value, str) and value:
            check_new_name(Path(value))


def _unlocked(verb: Verb, context: Context) -> int | None:
    """Run a verb; what it finds locked is unlocked first, and it begins again."""
    asked: set[Path] = set()
    while True:
        try:
            return verb.run(context)
        except EncryptionLocked as locked:
            if locked.keys in asked:
                raise
            asked.add(locked.keys)
            unlock_for(locked, context.t)


def _language(arguments: Sequence[str]) -> str:
    """The language before the arguments are parsed, for the help text itself."""
    for option, value in pairwise(arguments):
        if option == "--lang" and value in LANGUAGES:
            return value
    with contextlib.suppress(AppError):
        return settings_file.load(paths.settings_file()).language
    return Settings().language


def _needed(arguments: Sequence[str]) -> set[str]:
    """The verbs whose options are read or shown: all of them only for the help of the program."""
    known = {verb.name for verb in VERBS}
    named = [place for place, word in enumerate(arguments) if word in known]
    if not named or {"-h", "--help"} & set(arguments[: named[0]]):
        return known
    return {arguments[place] for place in named}


def _parser(language: str, arguments: Sequence[str] = ()) -> Parser:
    """The parser of a command line.  Building the options of every verb would take longer than
    most verbs do."""
    t = translator(language)
    needed = _needed(arguments)
    parser = Parser(
        t=t, prog="poscare", description=t("POSCare. Without a verb it opens the window.")
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"POSCare {__version__}",
        help=t("show the version and stop"),
    )
    _add_shared(parser, t)
    parser.set_defaults(db="", lang="", json=False, person_code="")
    verbs = parser.add_subparsers(metavar="VERB")
    for verb in VERBS:
        sub = verbs.add_parser(verb.name, help=t(verb.help), description=t(verb.help))
        if verb.name not in needed:
            continue
        sub.set_defaults(verb=verb)
        verb.configure(sub, t)
        sub.describe()
        for leaf in leaves(sub):
            _add_shared(leaf, t)
    if len(needed) == len(VERBS):
        parser.epilog = manual(parser, t)
    return parser


def _add_shared(parser: argparse.ArgumentParser, t: Translator) -> None:
    """Options that may stand before the verb or behind it; so only the first may have defaults."""
    for name, text, rest in (
        ("--db", t("database: a path or URL"), {}),
        ("--lang", t("language of the output"), {"choices": tuple(LANGUAGES)}),
        (
            "--as",
            t("code of who works, with the password in POSCARE_PASSWORD or typed"),
            {"dest": "person_code", "metavar": "CODE"},
        ),
        ("--json", t("print JSON instead of text"), {"action": "store_true"}),
    ):
        options: dict[str, Any] = {"default": argparse.SUPPRESS, **rest}
        parser.add_argument(name, help=text, **options)
