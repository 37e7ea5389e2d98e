"""``poscare restore``: put a backup in place of the database, also of one that is missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from app import bootstrap
from app.cli.context import Context, Verb
from app.domain.errors import InvalidInput
from app.exchange.laptop import unsent_missing_in
from app.i18n import N_, Translator
from app.texts.storage import faulty_lines, remain_lines


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("file", type=Path, nargs="?", help=t("a file made by “poscare backup”"))
    parser.add_argument(
        "--list", action="store_true", help=t("list everything a database could be put back from")
    )
    parser.add_argument(
        "--begin-empty",
        metavar="LETTER",
        help=t("give up a missing database and begin an empty one with another device letter"),
    )


def _run(context: Context) -> int:
    t, options = context.t, context.options
    if options.list:
        found = bootstrap.remains(context.settings)
        context.emit(list(found), lambda: remain_lines(t, found))
    elif options.begin_empty:
        chosen = bootstrap.begin_empty(context.settings, options.begin_empty, name=context.command)
        context.emit(
            {"device": chosen.device},
            t("The database is empty now; its numbers begin with {device}.", device=chosen.device),
        )
    elif options.file is None:
        raise InvalidInput.of("file", "restore.file_missing")
    else:
        return _restore(context)
    return 0


def _restore(context: Context) -> int:
    t = context.t
    done = bootstrap.restore(context.settings, context.options.file, name=context.command)
    context.note(
        t("New numbers go on above the highest known one, so that none is given out twice.")
    )
    said = [
        t("Restored. The database that was replaced is in {path}", path=done.replaced)
        if done.replaced
        else t("Restored.")
    ]
    old = done.replaced / bootstrap.database_name(context.settings) if done.replaced else None
    unsent = unsent_missing_in(context.options.file, old) if old else 0
    if unsent:
        said.append(
            t.plural(
                "{count} operation that was not sent to the office yet is not in this backup."
                " Bring it back: poscare exchange bring-back “{path}”",
                "{count} operations that were not sent to the office yet are not in this backup."
                " Bring them back: poscare exchange bring-back “{path}”",
                unsent,
                path=old,
            )
        )
    if done.faulty:
        said.append(faulty_lines(t, done.faulty))
    context.emit(
        {"replaced": done.replaced, "faulty": done.faulty, "unsent": unsent}, "\n".join(said)
    )
    return 1 if done.faulty else 0


VERB = Verb("restore", N_("restore a backup"), _configure, _run)
