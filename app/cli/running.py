"""One run of a verb: settings, context, exit code, and what is said when it fails."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from pathlib import Path

from app import chosen_files, files, logs, paths
from app.cli.context import Context, Pictures, Verb, no_pictures
from app.cli.passphrase import unlock_for
from app.domain.cardguard import mask_cards
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
from app.i18n import Translator
from app.server_password import read_settings
from app.texts import error_text, problem_text
from app.unlocking import EncryptionLocked

log = logging.getLogger(__name__)

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


def run(options: argparse.Namespace, t: Translator, pictures: Pictures | None) -> int:
    """Run the verb that was parsed, with the log open; returns its exit code."""
    with logs.writing(paths.logs()):
        return _run(options, t, pictures or no_pictures)


def _run(options: argparse.Namespace, t: Translator, pictures: Pictures) -> int:
    try:
        _check_names(options)
        with files.refusals_told():
            found = read_settings()
            for problem in found.problems:
                _say(problem_text(t, problem))
            made = Context(options, found.settings, t, pictures, device_known=found.device_known)
            with contextlib.closing(made) as context:
                return int(_unlocked(options.verb.load(), context) or 0)
    except AppError as error:
        _say(error_text(t, error))
        return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 2)
    except BrokenPipeError:
        # The reader of a pipe (head, less) had enough.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 0
    except Exception as error:
        log.exception("bug in verb %s", options.verb.name)
        print(logs.told_with_places(error), file=sys.stderr)
        return BUG


def _say(refusal: str) -> None:
    """What is said of an argument may repeat it, and ends in files and mails, like a log."""
    print(mask_cards(refusal), file=sys.stderr)


def _check_names(options: argparse.Namespace) -> None:
    for name, value in vars(options).items():
        if isinstance(value, Path):
            chosen_files.check_name(value)
        elif name in {"db", "output"} and isinstance(value, str) and value:
            chosen_files.check_name(Path(value))


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
