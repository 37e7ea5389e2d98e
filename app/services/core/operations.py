"""Use cases that write are operations: registered by kind, logged, and applied again from the log.

``@operation("incident.hold")`` above a method of a service (or a function whose first argument is a
`ServiceContext`) is all it takes.  The arguments are what the person decided; they are kept as JSON
values and turned back by their annotations.  Whatever the method reads beside them it must find in
the database, and whatever it draws must come from `ServiceContext` (`now`, `today`, `next_number`)
and `db.keys.new_key`: then applying the operation again, in the same order, does the same.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from app import __version__
from app.domain.cardguard import holds_secret, mask_cards
from app.domain.errors import NotFound, Overtaken
from app.domain.event_data import FieldChange
from app.domain.incidents.lifecycle import Targets
from app.domain.incidents.targets import KEYS as TARGET_KEYS
from app.domain.incidents.targets import hours_of, with_hours
from app.domain.operations.merging import merged_lines
from app.domain.operations.operation import Operation, canonical
from app.services.core import operation_log
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.core.running_operation import (
    RecordChange,
    RunningOperation,
    running,
    running_operation,
)
from db.keys import first_key

F = TypeVar("F", bound=Callable[..., Any])
Upgrade = Callable[[int, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """How an edit meets what others edited meanwhile: field by field, the later one of two who
    changed the same field counts; `notes` are free text and merge line by line.

    `draft` and `version` name the arguments with what the person saved and the version he saw;
    `read` gives both as they stand in the database, from the service and its other arguments, and
    None when there is no such record yet.  What the use case leaves alone it gives as in the draft.
    """

    draft: str
    version: str
    read: Callable[[Any, Mapping[str, Any]], tuple[Any, int] | None]
    notes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationKind:
    """A use case that writes.

    `apply` is the function below the decorator, `owner` the qualified name of the class whose
    instance is its first argument, empty when that is a `ServiceContext`.  `schema` counts up when
    arguments change their meaning; `upgrade` turns a payload of an older number into the present
    one.
    """

    name: str
    apply: Callable[..., Any]
    owner: str
    subject: str
    schema: int
    upgrade: Upgrade | None
    merge: Merge | None
    promises: bool

    @property
    def subject_kind(self) -> str:
        """The kind of record it is about."""
        return self.name.partition(".")[0]


KINDS: dict[str, OperationKind] = {}
"""Every kind of the services imported so far, by name; see `app.services.replay`."""


def operation(
    name: str,
    *,
    subject: str = "",
    schema: int = 1,
    upgrade: Upgrade | None = None,
    merge: Merge | None = None,
    promises: bool = False,
) -> Callable[[F], F]:
    """Make a use case an operation of the kind `name`, ``<kind of record>.<verb>``.

    `subject` names the argument with the record's key: without it, the first one whose name ends in
    ``_id`` or ``key``.  With `promises` it may set deadlines: the agreed times of this computer are
    part of it.
    """

    def decorate(function: F) -> F:
        parameters = list(inspect.signature(function).parameters)
        first, *others = parameters
        about = subject or next((p for p in others if p.endswith(("_id", "key"))), "")
        owner = "" if first != "self" else function.__qualname__.rpartition(".")[0]
        kind = OperationKind(
            name=name,
            apply=function,
            owner=f"{function.__module__}.{owner}" if owner else "",
            subject=about,
            schema=schema,
            upgrade=upgrade,
            merge=merge,
            promises=promises,
        )
        if name in KINDS:
            raise ValueError(f"two operations are named {name!r}")
        KINDS[name] = kind

        @functools.wraps(function)
        def perform(holder: Any, *args: Any, **kwargs: Any) -> Any:
            if running_operation() is not None:
                # Part of a larger operation.
                return function(holder, *args, **kwargs)
            context = context_of(holder)
            require(context, name, key=_about(kind, holder, args, kwargs))
            begun = _begun(kind, context, holder, args, kwargs)
            try:
                with running(begun):
                    return function(holder, *args, **kwargs)
            except Overtaken as refusal:
                context.tell_who(refusal, kind.subject_kind, _about(kind, holder, args, kwargs))
                raise

        return typing.cast("F", perform)

    return decorate


def _about(kind: OperationKind, holder: Any, args: Any, kwargs: Any) -> str:
    """The key of the record an operation is about; empty when it makes one."""
    if not kind.subject:
        return ""
    found = inspect.signature(kind.apply).bind(holder, *args, **kwargs).arguments
    about = found.get(kind.subject, "")
    return about if isinstance(about, str) else ""


def context_of(holder: Any) -> ServiceContext:
    """Where the first argument of an operation works: every service keeps it as `_context`."""
    found = holder if isinstance(holder, ServiceContext) else holder._context
    assert isinstance(found, ServiceContext)
    return found


def _begun(
    kind: OperationKind, context: ServiceContext, holder: Any, args: Any, kwargs: Any
) -> RunningOperation:
    """The operation that begins now.  Its payload is made here, before any transaction."""
    key, at = first_key(), context.now()
    given = dict(inspect.signature(kind.apply).bind(holder, *args, **kwargs).arguments)
    del given[next(iter(given))]
    ahead = at.astimezone(context.zone).utcoffset() or timedelta()
    payload = encoded(kind, given)
    if kind.merge is not None and (found := kind.merge.read(holder, given)) is not None:
        payload[BASE] = encoded(kind, {kind.merge.draft: found[0]})[kind.merge.draft]
    if kind.promises:
        payload[TARGETS] = list(hours_of(context.targets).values())
    fresh = Operation(
        id=key,
        station="",
        station_seq=0,
        kind=kind.name,
        schema=kind.schema,
        subject_kind=kind.subject_kind,
        subject_id=_about(kind, holder, args, kwargs),
        payload=payload,
        actor=context.actor,
        device=context.device,
        at=at,
        offset=round(ahead / timedelta(minutes=1)),
        clock=0,
        suspect=False,
        program=__version__,
    )
    return RunningOperation(id=key, at=at, new=fresh)


def append_done(
    use_case: Callable[..., Any], place: ServiceContext, session: Session, **given: Any
) -> Operation:
    """Append the operation of a use case that is a function, where what it would do stands in the
    database already; in the transaction of `session`.  Returns it as appended."""
    function = inspect.unwrap(use_case)
    kind = next(kind for kind in KINDS.values() if kind.apply is function)
    begun = _begun(kind, place, place, (), given)
    return operation_log.append(session, begun, lambda _kind: "")


def apply_again(stored: Operation, holder: Any) -> RunningOperation:
    """Apply an operation of the log to the database of `holder`, whose context stands where the
    operation was done (`app.services.replay`).  Raises what the use case raises: `AppError`."""
    kind = KINDS[stored.kind]
    payload = present_payload(stored)
    given = decoded(kind, payload)
    again = RunningOperation(id=stored.id, at=stored.at, stored=stored)
    with running(again):
        if kind.merge is not None and BASE in payload:
            _merge(kind, kind.merge, holder, given, payload[BASE])
        kind.apply(holder, **given)
    return again


def targets_of(stored: Operation, usual: Targets) -> Targets:
    """The agreed times of the computer an operation was done on, `usual` where it does not say."""
    hours = stored.payload.get(TARGETS, ())
    return with_hours(usual, dict(zip(TARGET_KEYS, hours, strict=False)))


def present_payload(stored: Operation) -> Mapping[str, Any]:
    """The payload of an operation as this program would write it."""
    kind = KINDS[stored.kind]
    if kind.upgrade is not None and stored.schema < kind.schema:
        return kind.upgrade(stored.schema, stored.payload)
    return stored.payload


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
    adapter = _adapters(kind)[merge.draft]
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
    given[merge.draft], given[merge.version] = replace(now, **changed), version


def _note_overwritten(
    kind: OperationKind, given: Mapping[str, Any], field: str, theirs: Any
) -> None:
    """Keep the value of somebody else that gives way in what the operation under way changed."""
    assert kind.merge is not None
    operation, mine = running_operation(), given[kind.merge.draft]
    assert operation is not None
    values = [
        canonical(_field_as_json(kind, draft, field)).decode("utf-8", "replace")
        for draft in (replace(mine, **{field: theirs}), mine)
    ]
    about = given.get(kind.subject, "")
    subject = about if isinstance(about, str) else ""
    operation.changes.append(RecordChange(OVERWRITTEN, subject, FieldChange(field, *values)))


def _field_as_json(kind: OperationKind, draft: Any, field: str) -> Any:
    assert kind.merge is not None
    whole = _adapters(kind)[kind.merge.draft].dump_python(draft, mode="json")
    return _masked(field, whole[field])


def with_field(stored: Operation, holder: Any, field: str, value: Any) -> dict[str, Any]:
    """The arguments that save the record a stored edit is about as it stands now, but for one
    field: for taking back a value that gave way.  Raises `NotFound`."""
    kind = KINDS[stored.kind]
    assert kind.merge is not None
    given = decoded(kind, present_payload(stored))
    found = kind.merge.read(holder, given)
    if found is None:
        raise NotFound(stored.subject_kind, stored.subject_id)
    adapter = _adapters(kind)[kind.merge.draft]
    whole = adapter.dump_python(found[0], mode="json") | {field: value}
    given[kind.merge.draft], given[kind.merge.version] = adapter.validate_python(whole), found[1]
    return given


# --- arguments as JSON values and back ----------------------------------------------------------

TARGETS = "~targets"
"""In a payload: the agreed times of the computer in hours, in the order of `targets.KEYS`."""
BASE = "~base"
"""In a payload: the draft as the person found it."""
_AS_JSON: dict[str, Any] = {"mode": "json", "exclude_defaults": True, "warnings": False}
"""Drafts may hold the plain word of an enumeration, as forms give it; checking makes it one."""


@functools.cache
def _adapters_of(apply: Callable[..., Any]) -> dict[str, Any]:
    from pydantic import TypeAdapter

    names = list(inspect.signature(apply).parameters)[1:]
    hints = typing.get_type_hints(apply)
    return {name: TypeAdapter(hints[name]) for name in names if not _is_told(hints[name])}


def _adapters(kind: OperationKind) -> dict[str, Any]:
    return _adapters_of(kind.apply)


def _is_told(hint: Any) -> bool:
    """Whether an argument is only somebody to be told of the progress, or asked whether to stop:
    not part of what was decided."""
    return typing.get_origin(hint) is collections.abc.Callable or any(
        _is_told(inner) for inner in typing.get_args(hint)
    )


def encoded(kind: OperationKind, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as JSON values; those only to be told of the progress are left out.  Card numbers
    are masked, as the use case itself masks or refuses them."""
    adapters = _adapters(kind)
    return {
        name: _masked(name, adapters[name].dump_python(value, **_AS_JSON))
        for name, value in given.items()
        if name in adapters
    }


def _masked(field: str, value: Any) -> Any:
    if isinstance(value, str):
        return mask_cards(value) if holds_secret(field, value) else value
    if isinstance(value, dict):
        return {name: _masked(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(field, inner) for inner in value]
    return value


def decoded(kind: OperationKind, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments a payload stands for."""
    adapters = _adapters(kind)
    return {
        name: adapters[name].validate_python(value)
        for name, value in payload.items()
        if name in adapters
    }
