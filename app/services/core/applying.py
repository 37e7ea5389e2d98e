"""Applies a stored operation again, where others' operations may have come in between: an edit
meets what others changed, a new record one of the same thing."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import exc

from app.domain.errors import AppError, Conflict, InvalidInput, NotFound
from app.domain.event_data import FieldChange
from app.domain.incidents.lifecycle import Targets
from app.domain.incidents.targets import KEYS as TARGET_KEYS
from app.domain.incidents.targets import with_hours
from app.domain.operations.merging import merged_lines
from app.domain.operations.operation import UNREADABLE, Operation, canonical
from app.services.core.operations import (
    BASE,
    KINDS,
    TARGETS,
    Merge,
    OperationKind,
    Same,
    adapters_of,
    context_of,
    decoded,
    masked,
    present_payload,
)
from app.services.core.running_operation import (
    RecordChange,
    RunningOperation,
    running,
    running_operation,
)
from app.services.core.same_records import note_same, read_same, with_kept
from db.keys import first_drawn

log = logging.getLogger(__name__)

_OF_THE_PAYLOAD = (
    *(TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError),
    exc.StatementError,
)
"""What a use case raises for arguments nobody checked: a part that is missing, of another kind, or
too large to be stored."""


@contextlib.contextmanager
def as_written(stored: Operation) -> Iterator[None]:
    """Around whatever reads the payload of an operation, which another program may have written
    with anything in it: one that cannot be applied is refused as every other, so that it stops
    nothing.  Raises `InvalidInput` (`UNREADABLE`), `Conflict`; `AppError` and what the driver says
    of the database itself go through."""
    try:
        yield
    except AppError:
        raise
    except exc.IntegrityError as failure:
        raise Conflict("record", "") from failure
    except _OF_THE_PAYLOAD as failure:
        if isinstance(failure, exc.DBAPIError) and not isinstance(failure, exc.DataError):
            raise
        log.warning("%s %s cannot be applied: %s", stored.kind, stored.id, type(failure).__name__)
        raise InvalidInput.of("operation", UNREADABLE) from failure


def apply_again(stored: Operation, holder: Any, same: Mapping[str, str]) -> RunningOperation:
    """Apply an operation of the log to the database of `holder`, whose context stands where the
    operation was done (`app.services.replay`).  `same` are the records that are the same as others
    (`same_records.read_same`).  Raises what the use case raises: `AppError`."""
    kind = KINDS[stored.kind]
    payload = with_kept(present_payload(stored), same)
    given = decoded(kind, payload)
    again = RunningOperation(id=stored.id, at=stored.at, stored=stored)
    with running(again):
        if kind.same is not None and (met := kind.same.find(holder, given)) is not None:
            kind, given = _met(kind, kind.same, holder, *met)
        elif kind.merge is not None and BASE in payload:
            merge = _merge if kind.merge.draft else _merge_arguments
            merge(kind, kind.merge, holder, given, payload[BASE])
        kind.apply(holder, **given)
    return again


def arguments_of(stored: Operation, holder: Any) -> dict[str, Any]:
    """What a stored operation was called with, as it would be called now."""
    with context_of(holder).read() as session:
        same = read_same(session)
    return decoded(KINDS[stored.kind], with_kept(present_payload(stored), same))


def targets_of(stored: Operation, usual: Targets) -> Targets:
    """The agreed times of the computer an operation was done on, `usual` where it does not say."""
    hours = stored.payload.get(TARGETS, ())
    return with_hours(usual, dict(zip(TARGET_KEYS, hours, strict=False)))


OVERWRITTEN = "overwritten"
"""The kind of record under which an operation notes a field that somebody else had changed
meanwhile: his value as `old`, the one that counts as `new`, both as JSON of the draft."""


def _merge(
    kind: OperationKind, merge: Merge, holder: Any, given: dict[str, Any], base: Any
) -> None:
    found = merge.read(holder, given)
    if found is None:
        return
    now, version = found
    adapter = adapters_of(kind)[merge.draft]
    saved, seen = given[merge.draft], adapter.validate_python(base)
    changed = {}
    for name in (one.name for one in fields(saved)):
        mine, before, theirs = getattr(saved, name), getattr(seen, name), getattr(now, name)
        if mine == before:
            continue
        changed[name] = mine
        if theirs in (before, mine):
            continue
        if name in merge.notes:
            changed[name] = merged_lines(before, mine, theirs)
        else:
            _note_overwritten(kind, given, name, theirs)
    whole = replace(now, **changed)
    operation = running_operation()
    assert operation is not None
    names = (one.name for one in fields(saved))
    operation.merged |= {n for n in names if getattr(whole, n) != getattr(saved, n)}
    given[merge.draft], given[merge.version] = whole, version


def _merge_arguments(
    kind: OperationKind, merge: Merge, holder: Any, given: dict[str, Any], base: Any
) -> None:
    found = merge.read(holder, given)
    if found is None:
        return
    now, seen = found[0], decoded(kind, base)
    for name in merge.fields:
        mine, before, theirs = given[name], seen[name], now[name]
        if mine == before:
            given[name] = theirs
        elif theirs not in (before, mine):
            adapter = adapters_of(kind)[name]
            lost, kept = (adapter.dump_python(value, mode="json") for value in (theirs, mine))
            _note(kind, given, name, masked(name, lost), masked(name, kept))


_NOTHING = ("", None, ())
"""What a field holds of which nothing is known."""


def _met(
    kind: OperationKind, same: Same, holder: Any, key: str, new: Any
) -> tuple[OperationKind, dict[str, Any]]:
    """The edit that brings what a new record says to the one that was there already."""
    edit = KINDS[same.edit]
    assert edit.merge is not None
    about = {same.key: key}
    found = edit.merge.read(holder, about)
    assert found is not None, "what was found can be read"
    now, version = found
    usual = type(now)()
    note_same(kind.subject_kind, first_drawn(), key)
    added = {}
    for name in (one.name for one in fields(now)):
        said, theirs = getattr(new, name), getattr(now, name)
        if name in same.stays or said in (*_NOTHING, getattr(usual, name), theirs):
            continue
        if name in edit.merge.notes:
            added[name] = merged_lines("", said, theirs)
        elif theirs in _NOTHING:
            added[name] = said
        else:
            _note_overwritten(edit, about | {edit.merge.draft: now}, name, said)
    return edit, about | {edit.merge.draft: replace(now, **added), edit.merge.version: version}


def _note_overwritten(
    kind: OperationKind, given: Mapping[str, Any], field: str, theirs: Any
) -> None:
    """Keep the value of somebody else that gives way in what the operation under way changed."""
    assert kind.merge is not None
    mine = given[kind.merge.draft]
    lost, kept = (
        _field_as_json(kind, draft, field) for draft in (replace(mine, **{field: theirs}), mine)
    )
    _note(kind, given, field, lost, kept)


def _note(kind: OperationKind, given: Mapping[str, Any], field: str, lost: Any, kept: Any) -> None:
    operation = running_operation()
    assert operation is not None
    values = [canonical(value).decode("utf-8", "replace") for value in (lost, kept)]
    about = given.get(kind.subject, "")
    subject = about if isinstance(about, str) else ""
    operation.changes.append(RecordChange(OVERWRITTEN, subject, FieldChange(field, *values)))


def _field_as_json(kind: OperationKind, draft: Any, field: str) -> Any:
    assert kind.merge is not None
    whole = adapters_of(kind)[kind.merge.draft].dump_python(draft, mode="json")
    return masked(field, whole[field])


def with_field(
    stored: Operation, holder: Any, field: str, value: Any, subject: str = ""
) -> tuple[OperationKind, dict[str, Any]]:
    """The kind and arguments that save the record a stored edit is about as it stands now, but for
    one field: for taking back a value that gave way.  Raises `NotFound`."""
    kind, given = KINDS[stored.kind], arguments_of(stored, holder)
    same = kind.same
    if same is not None and subject:
        # It met a record that was there already, which an edit is about.
        kind, given = KINDS[same.edit], {same.key: subject}
    assert kind.merge is not None
    found = kind.merge.read(holder, given)
    if found is None:
        raise NotFound(stored.subject_kind, subject or stored.subject_id)
    if not kind.merge.draft:
        return kind, given | dict(found[0]) | {
            field: adapters_of(kind)[field].validate_python(value)
        }
    adapter = adapters_of(kind)[kind.merge.draft]
    whole = adapter.dump_python(found[0], mode="json") | {field: value}
    given[kind.merge.draft], given[kind.merge.version] = adapter.validate_python(whole), found[1]
    return kind, given
