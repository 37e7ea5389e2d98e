"""Operations as people read them: records by name, the fields that changed, what was entered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.event_data import LIST_MARK, FieldChange
from app.domain.operations.operation import REVIEW, SETTLE, WITHDRAW, WITHDRAWN
from app.domain.register.identifiers import DocumentNumber
from app.services.core.applying import OVERWRITTEN
from app.services.core.context import chunks
from app.services.core.operations import BASE
from app.services.core.running_operation import RecordChange
from app.services.core.same_records import met_by
from app.texts import FIELDS
from db.models.campaigns import CampaignRow
from db.models.documents import AttachmentRow
from db.models.incident import IncidentRow
from db.models.maintenance import PlanRow, VisitRow
from db.models.operations import OperationChangeRow, OperationRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    SupportContactRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)

OPERATION: Any = OperationRow.__table__  # type: ignore[attr-defined]

CALLED: Mapping[str, Any] = {
    "incident": (IncidentRow, IncidentRow.number),
    "visit": (VisitRow, VisitRow.number),
    "terminal": (TerminalRow, TerminalRow.serial),
    "plan": (PlanRow, PlanRow.key),
    "technician": (TechnicianRow, TechnicianRow.name),
    "contact": (SupportContactRow, SupportContactRow.organisation),
    "model": (TerminalModelRow, TerminalModelRow.name),
    "acquirer": (AcquirerRow, AcquirerRow.name),
    "merchant": (MerchantRow, MerchantRow.name),
    "attachment": (AttachmentRow, AttachmentRow.name),
    "campaign": (CampaignRow, CampaignRow.number),
}
"""What a record of a kind is called by people: its column."""
_REFERRED: Mapping[str, Any] = {
    "area": (AreaRow, AreaRow.name),
    "manufacturer": (ManufacturerRow, ManufacturerRow.name),
}
"""The same of records only other records name."""


_ABOUT = {"custody": "terminal", "meter": "terminal", "leave": "technician"}
"""The kind of record by whose key operations of another subject are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailChange:
    """A field of a record of a kind that changed, or was entered when there was nothing before;
    `about` is what people call the record, empty when it is the one the operation is about.
    References stand by name."""

    kind: str
    about: str
    change: FieldChange


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One operation as the trail shows it.  `actor` is the code of who did it and `person` the
    name; `subject` is what people call the record (a number, a serial number, a name) and `key` its
    key; `changes` are the fields that changed, `review` the code of why it could not be applied,
    `seq` its number among the operations of `station`.  A `withdrawn` one was taken back before the
    office had it."""

    id: str
    at: datetime
    actor: str
    device: str
    station: str
    seq: int
    kind: str
    key: str
    suspect: bool
    review: str
    withdrawn: bool = False
    person: str = ""
    subject: str = ""
    changes: tuple[TrailChange, ...] = ()

    @property
    def record_kind(self) -> str:
        """The kind of record it is about."""
        subject = self.kind.partition(".")[0]
        return _ABOUT.get(subject, subject)


ENTRY_COLUMNS = (
    OPERATION.c.id,
    OPERATION.c.at,
    OPERATION.c.actor,
    OPERATION.c.device,
    OPERATION.c.station,
    OPERATION.c.station_seq,
    OPERATION.c.kind,
    OPERATION.c.subject_id,
    OPERATION.c.suspect,
    OPERATION.c.outcome,
)
"""What `entry_of` needs of a row."""


def entry_of(row: Any) -> TrailEntry:
    """An entry as its row has it, without names and changes."""
    outcome = row.outcome
    return TrailEntry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        device=row.device,
        station=row.station,
        seq=row.station_seq,
        kind=row.kind,
        key=row.subject_id,
        suspect=row.suspect,
        review=outcome.removeprefix(REVIEW) if outcome.startswith(REVIEW) else "",
        withdrawn=outcome == WITHDRAWN,
    )


def entries_of(session: Session, ids: Sequence[str]) -> tuple[TrailEntry, ...]:
    """The operations with these keys, as the trail shows them."""
    query = sa.select(*ENTRY_COLUMNS).where(OPERATION.c.id.in_(ids))
    return told(session, [entry_of(row) for row in session.execute(query)])


def told(session: Session, entries: Sequence[TrailEntry]) -> tuple[TrailEntry, ...]:
    """The entries with the names of people and records and the fields they changed, in as many
    queries as there are kinds of record."""
    changes = _changes_of(session, entries)
    by_id = {entry.id: entry for entry in entries}
    for key, entered in _entered_in(session, list(by_id)).items():
        entry, noted = by_id[key], changes.get(key, [])
        told_already = {one.change.new for one in noted}
        changes[key] = [
            RecordChange(entry.record_kind, entry.key, one)
            for one in entered
            if one.new != entry.key
            and (not noted or (one.field in REASONS and one.new not in told_already))
        ] + noted
    about = _operations_decided(session, entries)
    named = {(entry.record_kind, entry.key) for entry in entries} | set(about.values())
    for found in changes.values():
        for one in found:
            named |= {(one.kind, one.id)} | _referred(one.change)
    names = names_of(session, named)
    people = _people(session, {entry.actor for entry in entries})

    def called(key: str) -> str:
        return names.get(key, "" if is_key(key) else key)

    return tuple(
        replace(
            entry,
            person=people.get(entry.actor, ""),
            subject=called(about.get(entry.id, ("", entry.key))[1]),
            changes=tuple(
                TrailChange(
                    kind=one.kind,
                    about="" if one.id == entry.key else called(one.id),
                    change=shown,
                )
                for one in changes.get(entry.id, ())
                if (shown := _in_names(one.change, names)) is not None
            ),
        )
        for entry in entries
    )


def _operations_decided(
    session: Session, entries: Sequence[TrailEntry]
) -> dict[str, tuple[str, str]]:
    """The kind and key of the record of those operations that other operations decided about or
    took back, by the key of the entry that did."""
    decided = {
        entry.id: entry.key.partition("/")[0] for entry in entries if entry.kind in _DECIDING
    }
    found: dict[str, tuple[str, str]] = {}
    for part in chunks(sorted(set(decided.values()))):
        query = sa.select(*ENTRY_COLUMNS).where(OPERATION.c.id.in_(part))
        for row in session.execute(query):
            one = entry_of(row)
            found[one.id] = (one.record_kind, one.key)
    return {key: found[other] for key, other in decided.items() if other in found}


_DECIDING = frozenset({SETTLE, WITHDRAW})
"""Kinds of operations about other operations."""


def _changes_of(session: Session, entries: Sequence[TrailEntry]) -> dict[str, list[RecordChange]]:
    by_id = {entry.id: entry for entry in entries}
    found: dict[str, list[RecordChange]] = {}
    rows = session.execute(
        sa.select(OperationChangeRow)
        .where(
            col(OperationChangeRow.operation_id).in_(list(by_id)),
            # The field of the record itself tells the same.
            col(OperationChangeRow.subject_kind) != OVERWRITTEN,
        )
        .order_by(col(OperationChangeRow.operation_id), col(OperationChangeRow.n))
    ).scalars()
    for row in rows:
        own = by_id[row.operation_id]
        found.setdefault(row.operation_id, []).append(
            RecordChange(
                row.subject_kind or own.record_kind,
                row.subject_id or own.key,
                FieldChange(row.field, row.old, row.new),
            )
        )
    return found


# --- names ----------------------------------------------------------------------------------------

_KEY = 36
"""Characters of a record's key."""


def is_key(text: str) -> bool:
    """Whether a text is the key of a record, which tells people nothing."""
    return len(text) >= _KEY and text[8:9] == "-" == text[23:24]


def names_of(session: Session, named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What people call records, by key; `named` are kinds and keys.  Records that are not here are
    left out; one that met another is called as that is.  One query a kind."""
    wanted = set(named)
    found = _called(session, wanted)
    met = met_by(session, sorted(key for _kind, key in wanted if key not in found and is_key(key)))
    stand_for = {(kind, met[key]): key for kind, key in wanted if key in met}
    kept = _called(session, stand_for.keys()) if stand_for else {}
    return found | {key: kept[one] for (_kind, one), key in stand_for.items() if one in kept}


def names_also_given_out(session: Session, named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """As `names_of`; a record that is not here, because what made it was taken back or did not fit,
    is called by the number it was given, which may stand on paper."""
    wanted = set(named)
    found = names_of(session, wanted)
    for part in chunks(sorted(key for _kind, key in wanted if is_key(key) and key not in found)):
        made = sa.select(OPERATION.c.subject_id, OPERATION.c.device, OPERATION.c.numbers).where(
            OPERATION.c.subject_id.in_(part)
        )
        for row in session.execute(made):
            for series, given in row.numbers.items():
                if len(given) == 1:
                    found[row.subject_id] = str(DocumentNumber(row.device, given[0], series))
    return found


def _called(session: Session, wanted: Collection[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, (row, called) in (*CALLED.items(), *_REFERRED.items()):
        keys = sorted(key for of, key in wanted if of == kind and is_key(key))
        for part in chunks(keys):
            query = sa.select(row.id, called).where(row.id.in_(part))
            found |= {str(key): str(name) for key, name in session.execute(query)}
    return found


def _people(session: Session, codes: Iterable[str]) -> dict[str, str]:
    query = sa.select(col(TechnicianRow.code), col(TechnicianRow.name)).where(
        col(TechnicianRow.code).in_(sorted(set(codes) - {""}))
    )
    return {code: name for code, name in session.execute(query)}


def _referred(change: FieldChange) -> set[tuple[str, str]]:
    """The records a changed reference named and names."""
    kind = change.field.removesuffix("_id")
    keys = {change.old, change.new} if kind != change.field else set()
    return {(kind, key) for key in keys if key}


def _in_names(change: FieldChange, names: Mapping[str, str]) -> FieldChange | None:
    """A changed reference by the names of its records, None when they have none; other fields as
    they are."""
    field = change.field.removesuffix("_id")
    if field == change.field:
        return None if is_key(change.new) else change
    old, new = (names.get(key, "" if is_key(key) else key) for key in (change.old, change.new))
    return FieldChange(field, old, new) if old or new else None


# --- what was entered -----------------------------------------------------------------------------

LONGEST_READ = 8_192
"""Bytes of arguments in the log; longer ones are lists (an import, a run), told by their title."""
_MOST_IN_LIST = 8
"""Members of a list that are told; of longer ones only how many there are."""
_SAYS_NOTHING = frozenset({"version", "generation"})
_KEPT_ELSEWHERE = frozenset({"document", "checklist"})
"""Kinds of records whose operations hold a paper or a filled line, in keys rather than words: what
was entered stands on the paper and in the checklist."""
REASONS = frozenset({"reason", "remark", "note", "overruling", "override", "how"})
"""Arguments by which operations of any kind say why, or what was decided: told beside the fields
that changed, and before them, since a list shows only some."""


def _entered_in(session: Session, ids: Sequence[str]) -> dict[str, tuple[FieldChange, ...]]:
    """What was entered in operations."""
    found: dict[str, tuple[FieldChange, ...]] = {}
    for part in chunks(list(ids)):
        query = sa.select(OPERATION.c.id, OPERATION.c.payload).where(
            OPERATION.c.id.in_(part),
            sa.func.length(OPERATION.c.payload) <= LONGEST_READ,
            OPERATION.c.subject_kind.not_in(_KEPT_ELSEWHERE),
        )
        found |= {row.id: entered(row.payload) for row in session.execute(query)}
    return found


def entered(payload: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The arguments of an operation as fields: of an edit those that differ from what the person
    found, else all, empty before; those people have no word for are left out."""
    before = dict(_told_in("", payload.get(BASE) or {}))
    now = dict(found for name, value in payload.items() for found in _told_in(name, value))
    if BASE in payload:
        now = {name: now.get(name, "") for name in (*now, *(before.keys() - now.keys()))}
    return tuple(
        FieldChange(name, before.get(name, ""), text)
        for name, text in now.items()
        if text != before.get(name, "") and (name.removesuffix("_id") in FIELDS or name in REASONS)
    )


def _told_in(name: str, value: Any) -> list[tuple[str, str]]:
    if name.startswith("~") or name in _SAYS_NOTHING or value in (None, "", [], {}):
        return []
    if isinstance(value, dict):
        return [found for inner, one in value.items() for found in _told_in(inner, one)]
    if isinstance(value, list):
        texts = [text for one in value[:_MOST_IN_LIST] if (text := _line(one))]
        more = len(value) > _MOST_IN_LIST
        return (
            [(name, str(len(value)))] if more else [(name, LIST_MARK.join(texts))] if texts else []
        )
    return [(name, str(value))]


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(filter(None, map(_line, value.values())))
    if isinstance(value, list):
        return " ".join(filter(None, map(_line, value)))
    return "" if value is None or is_key(str(value)) else str(value)
