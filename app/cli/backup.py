"""``poscare backup``: a verified copy of the database, the list of copies, and a rehearsal."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.context import Context, Verb, plain, table
from app.i18n import Translator
from app.texts import error_text
from app.texts.operations import chain_fault
from app.texts.storage import faulty_lines


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--to", type=Path, help=t("folder for the copy"))
    parser.add_argument("--list", action="store_true", help=t("list the copies there are"))
    parser.add_argument(
        "--rehearse",
        nargs="?",
        const="",
        metavar="FILE",
        help=t("restore a backup (the newest) into a place of its own, read it and count"),
    )


def _run(context: Context) -> int:
    t, backups = context.t, context.services.backups
    if context.options.list:
        folders = [*backups.folders, *([context.options.to] if context.options.to else [])]
        copies = sorted(
            (copy for folder in dict.fromkeys(folders) for copy in backups.backups_in(folder)),
            key=lambda copy: copy.made_at,
            reverse=True,
        )
        rows = [(t.moment(c.made_at), c.reason, f"{c.size / 1e6:.1f} MB", c.path) for c in copies]
        header = (t("Made"), t("Reason"), t("Size"), t("File"))
        none = t(
            "There is no backup in {folders}. For copies elsewhere: {command}",
            folders=", ".join(map(str, dict.fromkeys(folders))),
            command="poscare backup --list --to …",
        )
        context.emit(copies, lambda: table(header, rows) if rows else none)
        return 0
    if context.options.rehearse is not None:
        return _rehearse(context)
    local = context.services.context.database.path is not None
    made = (
        backups.back_up("manual", context.options.to)
        if local
        else backups.back_up_server(context.options.to)
    )
    if local and context.options.to is None:
        context.services.care.journal.catch_up()
    said = t("Backup made and verified: {path}", path=made.path)
    if made.faulty:
        said = "\n".join(
            (
                t("Backup of the records made and verified: {path}", path=made.path),
                faulty_lines(t, made.faulty),
                t("An earlier backup may hold them whole: “poscare restore --list”."),
            )
        )
    if made.second_problem is not None:
        context.note(error_text(t, made.second_problem))
    problem = made.second_problem.code if made.second_problem else ""
    context.emit({"file": made.path, "faulty": made.faulty, "second_problem": problem}, said)
    return 1 if made.faulty or problem else 0


def _rehearse(context: Context) -> int:
    t, wanted = context.t, context.options.rehearse
    done = context.services.care.rehearse(Path(wanted) if wanted else None)

    def text() -> str:
        rows = [(one.table, one.backup, one.now) for one in done.counts]
        lines = [
            t("Rehearsed: {path} can be restored.", path=done.copy)
            if done.well
            else t("Rehearsed: {path} can be restored only in part.", path=done.copy),
            table((t("Table"), t("In the backup"), t("Now")), rows),
        ]
        if done.faulty:
            lines.append(faulty_lines(t, done.faulty))
        lines += [chain_fault(t, one.seq, one.why) for one in done.broken]
        return "\n".join(lines)

    context.emit({**plain(done), "well": done.well}, text)
    return 0 if done.well else 1


VERB = Verb(_configure, _run)
