"""Words and error sentences of the database file: locks, backups, restoring, a missing file."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.documents import FaultyFile
from app.domain.missing_database import Leftover
from app.i18n import N_, Translator

COUNTED = ("terminal", "incident", "visit", "attachment")
"""Tables whose rows are told after a rehearsal or a rebuilding; all are counted."""

WORDS: dict[str, dict[str, str]] = {
    "remain": {
        "backup": N_("Backup"),
        "incoming": N_("Copy of a restore that was interrupted"),
        "replaced": N_("Set aside by an earlier restore"),
        "damaged": N_("Unverified copy of a damaged database"),
    },
    "file_fault": {"lost": N_("lost"), "damaged": N_("damaged")},
    "row_fault": {
        "changed": N_("changed by something else than POSCare"),
        "missing": N_("missing"),
        "extra": N_("not made by any operation"),
        "unreadable": N_("cannot be read"),
    },
    "journal_fault": {
        "beginning": N_("the copy it begins with is lost or damaged"),
        "chain": N_("changed, or the file before is missing"),
        "line": N_("an operation was changed"),
    },
    "check": {
        "check.database": N_("Database"),
        "check.structure": N_("Structure of the file"),
        "check.log": N_("Log of what was done, unchanged"),
        "check.references": N_("References between records"),
        "check.schema": N_("Schema version"),
        "check.rows": N_("Records"),
        "check.space": N_("Free disk space"),
        "check.backup": N_("Backup not older than a week"),
        "check.second_backup": N_("Backup in the second folder not older than a week"),
        "check.encryption": N_("Everything on this disk is encrypted"),
        "check.state": N_("Every record is what the operations made of it"),
        "check.log_rights": N_("This seat may only append to the log"),
        "check.journal": N_("Journal of operations, whole and unchanged"),
        "check.journal_kept": N_("The journal that was kept is still there"),
        "check.sign_in": N_("Passwords and PINs are those that were set in POSCare"),
        "check.sign_in_logged": N_(
            "Passwords and PINs are those the log of the server says were set (not proved against"
            " whoever owns its tables and writes both)"
        ),
        "check.trust": N_("Trusted computers and the identity of this one are as set in POSCare"),
        "check.files": N_("Photos and files named by records are there"),
        "check.events": N_("Every incident state has its log entry"),
        "check.custody": N_("Every terminal has an entry in the custody ledger"),
        "check.retired_placed": N_("No retired terminal stands at a merchant"),
    },
}

PROBLEMS: dict[str, str] = {
    "file.name_card_number": N_(
        "The name “{name}” holds a card number or the like, which must not be stored. Choose"
        " another name."
    ),
    "file.is_own": N_(
        "POSCare keeps its own data in {path}, so nothing else may be written there. Choose another"
        " name or another folder."
    ),
    "db.open_in_window": N_(
        "The POSCare window has the database open (process {process}, since {since})."
        " Close the window, then try again."
    ),
    "db.open_elsewhere": N_(
        "“{program}” has the database open (process {process}, since {since})."
        " Wait until it has finished, then try again."
    ),
    "db.being_changed": N_(
        "“{program}” is opening, upgrading or replacing the database now (process {process})."
        " Wait until it has finished, then try again."
    ),
    "db.being_replaced": N_("The database is being replaced by a backup. Start POSCare again."),
    "db.file_gone": N_(
        "The database file {path} was moved, deleted or replaced while it was open, or its drive"
        " was taken out. This was not saved. Copy what you entered, close POSCare, bring the file"
        " back, and start again."
    ),
    "db.no_space": N_(
        "The upgrade of the database needs {needed} MB free in {path}; there are {free} MB."
        " Free some space, then start again. Nothing was changed."
    ),
    "db.not_mounted": N_(
        "{path} lies on a drive that is not connected ({place}). Connect it, then try again."
    ),
    "db.vanished": N_(
        "The database {path} is missing, though it was here before. No empty one was begun, so"
        " that no number is given out twice.\n{found}\nConnect its drive, or put a copy back:"
        " “poscare restore FILE”. To begin with nothing on purpose, under another device letter:"
        " “poscare restore --begin-empty LETTER”."
    ),
    "db.empty_file": N_(
        "The database {path} is an empty file, so its data is gone.\n{found}\nPut a copy back:"
        " “poscare restore FILE”. To begin with nothing on purpose, under another device letter:"
        " “poscare restore --begin-empty LETTER”."
    ),
    "backup.disk_full": N_(
        "The disk is full, so no backup was made in {path}. Free some space or choose another"
        " folder. Earlier backups are intact."
    ),
    "backup.unwritable": N_(
        "No backup was made: {path} cannot be written. Choose another folder. Earlier backups are"
        " intact."
    ),
    "backup.source_damaged": N_(
        "The database itself is damaged ({detail}), so this is no backup. Earlier backups are kept;"
        " restore the newest. Copy of the damaged database: {path}"
    ),
    "backup.source_unreadable": N_(
        "No backup was made, because the database cannot be read ({detail}). Earlier backups are"
        " intact."
    ),
    "backup.altered": N_(
        "{path} is no longer what was verified when it was made: it was damaged or changed."
        " Nothing was restored; choose another backup."
    ),
    "backup.damaged": N_("{path} is damaged. Nothing was restored; choose another backup."),
    "server.no_program": N_(
        "{program} is not on this computer. It comes with PostgreSQL (Debian: apt-get install"
        " postgresql-client); or whoever runs the server makes the copy there."
    ),
    "server.program_older": N_(
        "{program} {found} is older than the server ({wanted}). Install that of version {wanted}."
    ),
    "server.dump_failed": N_("No copy was made, and nothing of it is left: {detail}"),
    "server.not_empty": N_(
        "The database {database} is not empty, and nothing was put into it. Make an empty one"
        " (createdb) and name it with “--db”."
    ),
    "server.copy_altered": N_(
        "{path} is not what was copied, or the file beside it that says so is gone. Nothing was put"
        " back; choose another copy."
    ),
    "server.restore_failed": N_("Nothing was put back, the database is empty as before: {detail}"),
    "server.restored_differs": N_(
        "The copy was put back, but the rows of {tables} are not those that were copied. Do not"
        " work with it; choose another copy."
    ),
    "restore.same_file": N_("{path} is the database itself. Choose a backup."),
    "restore.unfinished": N_(
        "The restore could not be finished ({detail}). It will be finished when POSCare starts the"
        " next time; nothing is lost."
    ),
    "restore.not_missing": N_(
        "The database {path} is there. Only a missing one can be given up for an empty one."
    ),
    "restore.same_letter": N_(
        "Numbers with the letter {device} may have been given out before. Choose another."
    ),
    "log.other_state": N_(
        "This log begins with records that are not here. Begin with the backup it was kept with."
    ),
    "db.no_such_role": N_(
        "The server knows no such role. Make it first: CREATE ROLE name NOLOGIN; and give it to the"
        " users of the seats: GRANT name TO user."
    ),
    "journal.not_begun": N_(
        "The journal could not begin, because the database cannot be copied ({detail})."
    ),
    "journal.lost": N_(
        "The journal {series}, which was kept, is gone from its folder. What another program"
        " changed since is not seen, and there is no whole backup here to compare with. Look for"
        " one kept elsewhere, and try it: “poscare backup --rehearse FILE”."
    ),
    "journal.lost_since_backup": N_(
        "The journal {series}, which was kept, is gone from its folder. What another program"
        " changed since is seen only by comparing with an earlier backup: {path}. A thorough check"
        " does so where it can."
    ),
    "journal.unreadable": N_(
        "The journal in {path} cannot be read: the copy it begins with is lost or damaged. Name"
        " another series: “poscare restore --from-journal FOLDER”."
    ),
    "restore.file_missing": N_("Name the backup to restore; “--list” shows what there is."),
}


def remain_line(t: Translator, remain: Leftover) -> str:
    """One leftover of a missing database in a line: date, kind, content, path."""
    if remain.needs:
        content = t(
            "needs the key {key}: restore it, and its passphrase or recovery code is asked for",
            key=remain.needs,
        )
    elif not remain.readable:
        content = t("cannot be read")
    else:
        content = t.plural("{count} incident", "{count} incidents", remain.incidents or 0)
        if remain.last:
            content = t(
                "{content}; its newest number then: {number}", content=content, number=remain.last
            )
    names = WORDS["remain"]
    kind = t(names[remain.kind])
    return f"{t.moment(remain.made_at)}  {kind}  {content}  {remain.path}"


def remain_lines(t: Translator, remains: Sequence[Leftover]) -> str:
    """All leftovers, a line each, or a sentence that there is none."""
    if not remains:
        return t("No backup or other copy was found.")
    return "\n".join(remain_line(t, remain) for remain in remains)


def faulty_lines(t: Translator, faulty: Sequence[FaultyFile], most: int | None = None) -> str:
    """Photos and files that are lost or damaged, a line each under a heading; of more than `most`
    the rest is counted."""
    count = len(faulty)
    lines = [
        t.plural(
            "{count} photo or file is lost or damaged:",
            "{count} photos or files are lost or damaged:",
            count,
        )
    ]
    names = WORDS["file_fault"]
    lines += [f"  {f.number or '-'}  {f.name}  {t(names[f.fault])}" for f in faulty[:most]]
    if most is not None and count > most:
        lines.append(t("… and {count} more", count=count - most))
    return "\n".join(lines)


def row_lines(t: Translator, rows: Sequence[tuple[str, str, str, tuple[str, ...]]]) -> list[str]:
    """Rows that are not what the operations made of them, a line each: table, record, how, and
    which columns."""
    how_words = WORDS["row_fault"]
    lines = []
    for table, record, how, columns in rows:
        line = t("{record}: {how}", record=f"{table} {record}".strip(), how=t(how_words[how]))
        lines.append(f"  {line} ({', '.join(columns)})" if columns else f"  {line}")
    return lines


def journal_fault_line(t: Translator, file: str, line: int, why: str) -> str:
    """What is wrong at one place of a journal."""
    place, words = f"{file}, {line}" if line else file, WORDS["journal_fault"]
    return t("{record}: {how}", record=place, how=t(words[why]))
