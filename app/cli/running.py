"""One run of a verb: settings, context, exit code, and what is said when it fails."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

from app import chosen_files, files, logs, paths
from app.cli.context import Context, Pictures, Verb, no_pictures
from app.cli.passphrase import unlock_for
from app.cli.refusing import refuse
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
    besides: dict[str, Any] = {}
    try:
        _check_names(options)
        with files.refusals_told():
            found = read_settings()
            for problem in found.problems:
                print(mask_cards(problem_text(t, problem)), file=sys.stderr)
            made = Context(options, found.settings, t, pictures, device_known=found.device_known)
            besides = made.besides_refusal
            with contextlib.closing(made) as context:
                return int(_unlocked(options.verb.load(), context) or 0)
    except AppError as error:
        return refuse(
            error_text(t, error),
            json=options.json,
            exit_code=next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 2),
            code=error.code,
            problems=_problems(t, error),
            besides=besides,
        )
    except BrokenPipeError:
        # The reader of a pipe (head, less) had enough.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 0
    except Exception as error:
        log.exception("bug in verb %s", options.verb.name)
        said = logs.told_with_places(error)
        return refuse(said, json=options.json, exit_code=BUG, code="bug", besides=besides)


def _problems(t: Translator, error: AppError) -> list[dict[str, str]]:
    found = error.problems if isinstance(error, InvalidInput) else ()
    return [{"field": one.field, "code": one.code, "text": problem_text(t, one)} for one in found]


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
