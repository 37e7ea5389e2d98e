"""Care of the data: backups and journal kept up, checks when they are due, rehearsals, rebuilding.

What was found last is kept, so that it is in sight (`app.services.keeping.condition`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from app import files
from app.domain.errors import NotFound, Unavailable
from app.services.core.backups import JOURNAL, Backups, MadeBackup, Restored
from app.services.core.context import ServiceContext
from app.services.core.outside_memory import OutsideMemory
from app.services.keeping.condition import Condition, ConditionFile
from app.services.keeping.health import (
    OLDEST_BACKUP,
    HealthFinding,
    check_database,
    lost_journal,
    told_by,
)
from app.services.keeping.journal import Journal
from app.services.keeping.journal_place import UNREADABLE
from app.services.keeping.journal_restore import (
    RebuiltDatabase,
    put_in_place,
    rebuilt_from_journal,
)
from app.services.keeping.proof import prove
from app.services.keeping.rebuilding import Build, Cancelled, Progress, never, unmoved
from app.services.keeping.rehearsal import Rehearsal, rehearse
from db import backup
from db.backup import Backup

THOROUGH_EVERY = timedelta(days=7)
"""A thorough check is due again after this time."""
LONG_SERIES = 2_000
"""Operations; to apply them again takes about a quarter of a minute."""
CONDITION = "condition.json"
"""The file beside the backups that says what was found out last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """The newest backup that is still what was verified; the newest one in the second folder, if
    there is such a folder, whether it can be reached, and whether its newest is too old."""

    last: Backup | None
    second: Backup | None = None
    second_reachable: bool = False
    second_is_old: bool = False


class KeptOutside(Protocol):
    """Rows that are known outside the database."""

    def altered(self) -> list[str] | None:
        """What people call each that was not written by the program; None where nothing is
        remembered."""


class DataCare:
    """`build` makes services over a database of one's own, to apply operations to it.  A series of
    the journal that was proved is followed by another once it has `long_series` operations.  `kept`
    are the rows that are known outside the database, by the code of what a check says of them."""

    def __init__(
        self,
        context: ServiceContext,
        backups: Backups,
        build: Build,
        long_series: int = LONG_SERIES,
        memory: OutsideMemory | None = None,
        kept: Mapping[str, KeptOutside] | None = None,
    ) -> None:
        self._context = context
        self._backups = backups
        self._build = build
        self._long_series = long_series
        self._kept = kept or {}
        self.journal = Journal(context, backups.folder / JOURNAL, memory)
        self._condition = ConditionFile(backups.folder / CONDITION, str(context.database))

    # --- while the program runs -----------------------------------------------------------------

    def begin_session(self) -> bool:
        """A window has the database open now; returns whether the last one ended uncleanly."""
        unclean = self.condition().open_since is not None
        self._condition.keep(open_since=self._context.now())
        return unclean

    def end_session(self) -> None:
        """The window is closed in an orderly way."""
        self._condition.keep(open_since=None)

    def back_up_if_due(self) -> MadeBackup | None:
        """Keep the journal up where there is one, and make a backup when one is due.  Raises
        `Unavailable`."""
        self.journal.catch_up(begin=False)
        made = self._backups.back_up_if_due()
        second = self._backups.second_folder
        if made is not None and second is not None and made.second_problem is None:
            self.journal.copy_to(second / JOURNAL)
        return made

    # --- checks -----------------------------------------------------------------------------------

    def check(self, *, thorough: bool = False, cancelled: Cancelled = never) -> list[HealthFinding]:
        """What can be said about the health of the data; `thorough` reads everything and compares
        the rows with the operations that made them.  The result is remembered.

        Raises `Unavailable`, `app.domain.errors.Cancelled`.
        """
        found = check_database(self._context, self._backups, thorough=thorough)
        for code, memory in self._kept.items():
            try:
                altered = memory.altered()
            except UNREADABLE:
                problem = Unavailable("db.damaged")
                found.append(HealthFinding(code=code, well=False, problem=problem))
                continue
            if altered is not None:
                found.append(HealthFinding(code=code, well=not altered, detail=", ".join(altered)))
        try:
            # Before another series begins, with which nothing would seem to be missing.
            lost = self.journal.lost()
        except OSError as failure:
            problem = files.unavailable(failure, self.journal.folder)
            found.append(HealthFinding(code="check.journal_kept", well=False, problem=problem))
        else:
            copy, is_older = self._backup_before(lost) if lost else (None, False)
            if lost:
                found.append(lost_journal(lost, copy))
            if thorough:
                found += self._proved(cancelled, copy, may_go_on=not lost or is_older)
        self._remember(found, thorough=thorough)
        return found

    def _backup_before(self, lost: str) -> tuple[Path | None, bool]:
        """The newest whole backup made before a lost series began, else the oldest there is; and
        whether it is older than the series."""
        began = datetime.strptime(lost[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        copies = [one for place in self._backups.folders for one in self._backups.backups_in(place)]
        copies.sort(key=lambda one: one.made_at)
        older = backup.until(copies, began)
        for one in [*reversed(older), *copies[len(older) :]]:
            if backup.is_whole(one):
                return one.path, one in older
        return None, False

    def _proved(
        self, cancelled: Cancelled, copy: Path | None, *, may_go_on: bool
    ) -> Iterator[HealthFinding]:
        try:
            proof = prove(self._context, self.journal, self._build, cancelled, copy=copy)
        except Unavailable as problem:
            yield HealthFinding(code="check.journal", well=False, problem=problem)
            return
        if proof is None:
            return
        yield from told_by(proof)
        if copy is not None and proof.since != copy.stem:
            return
        is_long = copy is not None or proof.operations >= self._long_series
        if proof.holds and may_go_on and is_long:
            self.journal.begin_another()

    def _remember(self, found: list[HealthFinding], *, thorough: bool) -> None:
        now, before = self._context.now(), self.condition()
        wrong = [one.code for one in found if not one.well]
        if thorough:
            self._condition.keep(checked_at=now, thorough_at=now, wrong=wrong)
            return
        # A quick check does not see what a thorough one found.
        seen = {one.code for one in found}
        wrong += [code for code in before.wrong if code not in seen]
        self._condition.keep(checked_at=now, wrong=wrong)

    def condition(self) -> Condition:
        """What was found last."""
        return self._condition.read()

    def thorough_is_due(self) -> bool:
        """Whether the last thorough check is a week ago or longer, or its date cannot be true."""
        last, now = self.condition().thorough_at, self._context.now()
        return last is None or not timedelta() <= now - last < THOROUGH_EVERY

    # --- backups ----------------------------------------------------------------------------------

    def backup_state(self) -> BackupState:
        """How old the backups are.  The newest ones are read."""
        now, folder = self._context.now(), self._backups.second_folder
        own = backup.until(self._backups.backups(), now)
        last = next(filter(backup.is_whole, own), None)
        if folder is None:
            return BackupState(last=last)
        there = backup.until(self._backups.backups_in(folder), now)
        second = there[0] if there else None
        return BackupState(
            last=last,
            second=second,
            second_reachable=folder.is_dir(),
            second_is_old=second is None or now - second.made_at > OLDEST_BACKUP,
        )

    def rehearse(self, copy: Path | None = None) -> Rehearsal:
        """Restore a backup, without `copy` the newest, into a place of its own; the result is
        remembered.  Raises `NotFound`, `Unavailable`."""
        if copy is None:
            newest = backup.until(self._backups.backups(), self._context.now())
            if not newest:
                raise NotFound("backup", str(self._backups.folder))
            copy = newest[0].path
        try:
            done = rehearse(self._context, copy)
        except (NotFound, Unavailable):
            self._remember_rehearsal(well=False)
            raise
        self._remember_rehearsal(well=done.well)
        return done

    def rebuild(
        self, progress: Progress = unmoved, cancelled: Cancelled = never
    ) -> RebuiltDatabase:
        """The database rebuilt from the journal, beside the one in use: to be looked at, then put
        in place or thrown away.  Raises what `rebuilt_from_journal` raises."""
        return rebuilt_from_journal(self._context, self.journal, self._build, progress, cancelled)

    def put_in_place(self, made: RebuiltDatabase) -> tuple[Restored, bool]:
        """Put what was rebuilt in the place of the database; see `journal_restore`."""
        return put_in_place(self._context, self._backups, made)

    def _remember_rehearsal(self, *, well: bool) -> None:
        self._condition.keep(rehearsed_at=self._context.now(), rehearsal_well=well)
