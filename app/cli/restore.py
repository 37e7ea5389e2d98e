"""``poscare restore``: put a backup, or what is rebuilt from the journal, in place of the database,
also of one that is missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from app import paths
from app.cli.context import Context, Verb
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts.operations import chain_fault
from app.texts.storage import faulty_lines, journal_fault_line, remain_lines


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("file", type=Path, nargs="?", help=t("a file made by “poscare backup”"))
    parser.add_argument(
        "--list", action="store_true", help=t("list everything a database could be put back from")
    )
    parser.add_argument(
        "--from-journal",
        nargs="?",
        const="",
        metavar="FOLDER",
        help=t("rebuild the database from the journal beside the backups, or in a folder"),
    )
    parser.add_argument(
        "--begin-empty",
        metavar="LETTER",
        help=t("give up a missing database and begin an empty one with another device letter"),
    )


def _run(context: Context) -> int:
    from app import recovery

    t, options = context.t, context.options
    if options.list:
        found = recovery.remains(context.settings)
        context.emit(list(found), lambda: remain_lines(t, found))
    elif options.begin_empty:
        chosen = recovery.begin_empty(context.settings, options.begin_empty, name=context.command)
        context.emit(
            {"device": chosen.device},
            t("The database is empty now; its numbers begin with {device}.", device=chosen.device),
        )
    elif options.from_journal is not None:
        return _rebuild(context)
    elif options.file is None:
        raise InvalidInput.of("file", "restore.file_missing")
    elif recovery.is_server_copy(options.file):
        _restore_server(context)
    else:
        return _restore(context)
    return 0


def _restore_server(context: Context) -> None:
    from app import recovery

    t = context.t
    done = recovery.restore_server(context.settings, context.options.file)
    said = t.plural(
        "Put into the empty database: {count} row, counted.",
        "Put into the empty database: {count} rows, counted.",
        sum(done.rows.values()),
    )
    context.note(t("Let the seats in again: poscare check --upgrade --seats ROLE"))
    context.emit({"rows": done.rows, "revision": done.revision}, said)


def _restore(context: Context) -> int:
    from app import recovery
    from app.exchange.laptop import unsent_missing_in

    t = context.t
    _check_right(context)
    done = recovery.restore(context.settings, context.options.file, name=context.command)
    context.note(
        t("New numbers go on above the highest known one, so that none is given out twice.")
    )
    said = [
        t("Restored. The database that was replaced is in {path}", path=done.replaced)
        if done.replaced
        else t("Restored.")
    ]
    old = done.replaced / recovery.database_name(context.settings) if done.replaced else None
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


def _rebuild(context: Context) -> int:
    from app import recovery

    t, wanted = context.t, context.options.from_journal
    _check_right(context)
    done, rebuilt = recovery.restore_from_journal(
        context.settings, Path(wanted) if wanted else None, name=context.command
    )
    said = [
        t.plural(
            "Rebuilt from the journal: {count} operation was applied.",
            "Rebuilt from the journal: {count} operations were applied.",
            rebuilt.applied,
        )
    ]
    if done.replaced:
        said.append(t("The database that was replaced is in {folder}", folder=done.replaced))
    said += [journal_fault_line(t, one.file, one.line, one.why) for one in rebuilt.faults]
    said += [chain_fault(t, seq, "missing") for _station, seq in rebuilt.gaps]
    if done.faulty:
        said.append(faulty_lines(t, done.faulty))
    value = {"replaced": done.replaced, "faulty": done.faulty, "rebuilt": rebuilt}
    context.emit(value, "\n".join(said))
    return 0 if rebuilt.is_whole and not done.faulty else 1


def _check_right(context: Context) -> None:
    """Whoever replaces a database in which people sign in must be somebody who may.

    Raises `NotPermitted`, `InvalidInput`.
    """
    from app.services.core.data_place import needs_sign_in
    from app.services.core.rights import require
    from app.unlocking import unlock_by_key_store

    unlock_by_key_store()
    if needs_sign_in(context.settings.database or str(paths.database_file())):
        require(context.services.context, "backup.restore")
        context.close()


VERB = Verb(_configure, _run)
