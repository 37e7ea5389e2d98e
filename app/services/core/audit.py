"""The audit trail: who did what, when, on which computer, and which fields it changed; and whether
the log is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Cancelled
from app.domain.operations.operation import APPLIED, FIRST_HASH, REVIEW, WITHDRAW, hash_of
from app.domain.people.roles import SignedIn
from app.i18n import N_, Translator
from app.services.core.context import ServiceContext
from app.services.core.entered_text import holding
from app.services.core.keyset import PAGE, Listing, ListQuery
from app.services.core.operation_log import fact, operation_of
from app.services.core.rights import current, require
from app.services.core.trail_entries import (
    CALLED,
    ENTRY_COLUMNS,
    OPERATION,
    TrailEntry,
    entry_of,
    told,
)
from app.tabular.writing import Cell, write_table
from app.texts.operations import change_cells, operation_title, outcome_line
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow
from db.models.operations import OperationChangeRow
from db.stations import STATION

READ = "log.read"
"""The right to read the log; those who have it for their own records only see what they did and
what was done to the incidents and visits that are theirs."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which operations: of these days, by the person with this code, about records of this kind or
    called so, with this text in the name of a record, in a value that changed or in what was
    entered; only those waiting for review, or only those of this computer that the office does not
    have.  Empty fields do not filter."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    kind: str = ""
    subject: str = ""
    text: str = ""
    waiting: bool = False
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a computer's chain is broken: the first operation that does not fit, and why:
    ``changed`` (its hash is not that of its content), ``broken`` (it does not follow the one
    before), ``missing`` (numbers are left out)."""

    station: str
    seq: int
    why: str


class AuditTrail:
    """Reads the operation log.  Everything that lists raises `NotPermitted` while somebody has to
    sign in and nobody did."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listing(self, wanted: TrailFilter) -> Listing[TrailEntry]:
        """The shape of the filtered trail."""
        whose = log_reader(self._context)
        with self._context.read() as session:
            return self._query(session, wanted, whose).listing(session)

    def page(
        self, wanted: TrailFilter, listing: Listing[TrailEntry], number: int
    ) -> tuple[TrailEntry, ...]:
        """The entries of a page, newest first."""
        whose = log_reader(self._context)
        with self._context.read() as session:
            return told(session, self._query(session, wanted, whose).page(session, listing, number))

    def first(self, wanted: TrailFilter, limit: int) -> tuple[TrailEntry, ...]:
        """The newest entries."""
        whose = log_reader(self._context)
        with self._context.read() as session:
            return told(session, self._query(session, wanted, whose).first(session, limit))

    def count(self, wanted: TrailFilter) -> int:
        """How many entries there are."""
        whose = log_reader(self._context)
        with self._context.read() as session:
            return self._query(session, wanted, whose).count(session)

    def kinds(self) -> tuple[str, ...]:
        """The kinds of record there are operations about."""
        query = sa.select(OPERATION.c.subject_kind).distinct().order_by(OPERATION.c.subject_kind)
        with self._context.read() as session:
            return tuple(session.execute(query).scalars())

    def faults(self) -> tuple[ChainFault, ...]:
        """Where the chains of operations are broken: the first fault of each computer."""
        with self._context.read() as session:
            return chain_faults(session)

    def export(
        self,
        path: Path,
        wanted: TrailFilter,
        t: Translator,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Write the filtered trail as CSV or (``.xlsx``) workbook, a line for each field that
        changed; returns how many operations.

        Raises `Unavailable` (``file.unwritable``), `Cancelled`; then there is no file.
        """
        listing = self.listing(wanted)

        def rows() -> Iterator[tuple[Cell, ...]]:
            for number in range(listing.pages):
                if progress is not None:
                    progress(number * PAGE, listing.count)
                if cancelled is not None and cancelled():
                    raise Cancelled
                for entry in self.page(wanted, listing, number):
                    yield from _lines(t, entry)

        header = [t(title) for title in TABLE_TITLES]
        write_table(path, t("What was done"), header, rows())
        return listing.count

    def _query(
        self, session: Session, wanted: TrailFilter, whose: SignedIn | None
    ) -> ListQuery[TrailEntry]:
        return trail_query(session, wanted, self._context.zone, whose)


def log_reader(context: ServiceContext) -> SignedIn | None:
    """Who may read only their own records of the log and works here now; None for everybody who
    may read all of it.  Raises `NotPermitted` while nobody is signed in who has to be."""
    require(context, READ, own=True)
    return context.person if current(context).asks_whose(READ) else None


def trail_query(
    session: Session, wanted: TrailFilter, zone: tzinfo | None, whose: SignedIn | None
) -> ListQuery[TrailEntry]:
    """The filtered trail, newest first by the log's clock, which no wrong wall clock turns round;
    days are those of `zone`.  With `whose` only the records of that person, but for what waits on
    this computer, which everybody here sees."""
    found = [*_conditions(wanted, zone)]
    if wanted.unsent:
        found += _unsent(session)
    elif whose is not None:
        found.append(_of_person(whose))
    if words := wanted.text.strip():
        entered = OPERATION.c.id.in_(holding(session, words, found))
        found.append(sa.or_(entered, *_with_words(words)))
    return ListQuery(
        columns=ENTRY_COLUMNS,
        source=OPERATION,
        key=OPERATION.c.id,
        conditions=tuple(found),
        order=(OPERATION.c.clock, OPERATION.c.id),
        make=entry_of,
        descending=True,
    )


def _conditions(wanted: TrailFilter, zone: tzinfo | None) -> Iterator[Any]:
    if wanted.since is not None:
        yield OPERATION.c.at >= _midnight(wanted.since, zone)
    if wanted.until is not None:
        yield OPERATION.c.at < _midnight(wanted.until + timedelta(days=1), zone)
    if wanted.actor:
        yield OPERATION.c.actor == wanted.actor
    if wanted.kind:
        yield OPERATION.c.subject_kind == wanted.kind
    if wanted.waiting:
        yield OPERATION.c.outcome.startswith(REVIEW)
    if subject := wanted.subject.strip():
        yield sa.or_(*_about(lambda called: called == subject))


def _with_words(words: str) -> list[Any]:
    """Conditions for operations that changed a value with these words, or are about a record
    called so."""
    changed = sa.select(col(OperationChangeRow.operation_id)).where(
        sa.or_(
            col(OperationChangeRow.old).icontains(words, autoescape=True),
            col(OperationChangeRow.new).icontains(words, autoescape=True),
        )
    )
    named = _about(lambda called: called.icontains(words, autoescape=True))
    return [OPERATION.c.id.in_(changed), *named]


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    start = datetime.combine(day, time(), zone) if zone else datetime.combine(day, time())
    return start.astimezone(UTC)


def _about(fits: Callable[[Any], Any]) -> list[Any]:
    """Conditions for operations about records whose name `fits`, and those that changed one."""
    found: list[Any] = []
    for row, called in CALLED.values():
        keys = sa.select(sa.cast(row.id, sa.Text)).where(fits(called))
        found.append(OPERATION.c.subject_id.in_(keys))
        changed = sa.select(col(OperationChangeRow.operation_id)).where(
            col(OperationChangeRow.subject_id).in_(keys)
        )
        found.append(OPERATION.c.id.in_(changed))
    return found


def _unsent(session: Session) -> list[Any]:
    """Conditions for what this computer did and the office does not have, without what was taken
    back."""
    withdrawn = sa.select(OPERATION.c.subject_id).where(OPERATION.c.kind == WITHDRAW)
    return [
        OPERATION.c.station == (fact(session, STATION) or ""),
        OPERATION.c.office_seq.is_(None),
        OPERATION.c.kind != WITHDRAW,
        OPERATION.c.id.not_in(withdrawn),
        sa.or_(OPERATION.c.outcome == APPLIED, OPERATION.c.outcome.startswith(REVIEW)),
    ]


def _of_person(person: SignedIn) -> Any:
    """What somebody did, and what was done to the incidents and visits that are theirs."""
    mine = [OPERATION.c.actor == person.code]
    for kind, row in (("incident", IncidentRow), ("visit", VisitRow)):
        keys = sa.select(sa.cast(col(row.id), sa.Text)).where(col(row.technician_id) == person.id)
        mine.append(sa.and_(OPERATION.c.subject_kind == kind, OPERATION.c.subject_id.in_(keys)))
    return sa.or_(*mine)


# --- as a table -----------------------------------------------------------------------------------

TABLE_TITLES = (
    N_("When"),
    N_("Staff code"),
    N_("Done by"),
    N_("Computer"),
    N_("Number"),
    N_("Operation"),
    N_("Record"),
    N_("Field"),
    N_("Old value"),
    N_("New value"),
    N_("Remark"),
)
"""The columns of the exported trail."""


def _lines(t: Translator, entry: TrailEntry) -> Iterator[tuple[Cell, ...]]:
    """A line for each field that changed, at least one."""
    about = (
        entry.at.astimezone().replace(tzinfo=None, second=0, microsecond=0),
        entry.actor,
        entry.person,
        entry.device,
        entry.seq,
        operation_title(t, entry.kind),
    )
    remark = outcome_line(t, entry.review, withdrawn=entry.withdrawn)
    for one in entry.changes:
        yield (*about, one.about or entry.subject, *change_cells(t, one), remark)
    if not entry.changes:
        yield (*about, entry.subject, "", "", "", remark)


def chain_faults(session: Session) -> tuple[ChainFault, ...]:
    """The first fault of each computer's chain, in an open session."""
    query = sa.select(OPERATION).order_by(OPERATION.c.station, OPERATION.c.station_seq)
    faults: dict[str, ChainFault] = {}
    station, seq, before = "", 0, FIRST_HASH
    for row in session.execute(query.execution_options(yield_per=500)):
        operation = operation_of(row)
        if operation.station != station:
            station, seq, before = operation.station, 0, FIRST_HASH
        if station not in faults:
            why = ""
            if hash_of(operation) != operation.hash:
                why = "changed"
            elif operation.station_seq != seq + 1:
                why = "missing"
            elif operation.prev_hash != before:
                why = "broken"
            if why:
                faults[station] = ChainFault(station, operation.station_seq, why)
        seq, before = operation.station_seq, operation.hash
    return tuple(faults.values())
