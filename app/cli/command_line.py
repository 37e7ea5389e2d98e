"""The parser of the command line: the verbs, and the options all of them share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from app import __version__
from app.cli.parser import Parser, leaves
from app.cli.refusing import JSON_OPTION, asks_for_json
from app.cli.verbs import VERBS
from app.i18n import Translator, translator
from app.languages import LANGUAGES


def parser_for(language: str, arguments: Sequence[str]) -> Parser:
    """The parser that reads these arguments or shows their help: it knows every verb by name, and
    the options of those that are named."""
    return _parser(language, frozenset(arguments), json=asks_for_json(arguments))


def whole_parser(language: str) -> Parser:
    """The parser with the options of every verb."""
    return _parser(language, frozenset(verb.name for verb in VERBS))


def _parser(language: str, named: frozenset[str], *, json: bool = False) -> Parser:
    t = translator(language)
    parser = Parser(
        t=t,
        json=json,
        prog="poscare",
        description=t("POSCare. Without a verb it opens the window."),
        epilog=t(
            "“poscare VERB --help” explains a command and its options; “poscare help” shows the"
            " whole manual."
        ),
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
        if verb.name not in named:
            continue
        sub.set_defaults(verb=verb)
        verb.load().configure(sub, t)
        sub.describe()
        for leaf in leaves(sub):
            _add_shared(leaf, t)
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
        (JSON_OPTION, t("print JSON instead of text"), {"action": "store_true"}),
    ):
        options: dict[str, Any] = {"default": argparse.SUPPRESS, **rest}
        parser.add_argument(name, help=text, **options)
