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
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from app import __version__
from app.domain.card_fields import split_numbers
from app.domain.cardguard import holds_secret, mask_cards
from app.domain.errors import Overtaken, Problems
from app.domain.incidents.targets import hours_of
from app.domain.operations.operation import Operation
from app.services.core import operation_log
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.core.running_operation import (
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
    A use case that takes each field as an argument of its own names them as `fields`, and `read`
    gives a mapping of them.
    """

    read: Callable[[Any, Mapping[str, Any]], tuple[Any, int] | None]
    draft: str = ""
    version: str = ""
    fields: tuple[str, ...] = ()
    notes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """How a new record meets one of the same thing that somebody else made meanwhile: that one
    stays, gets what it lacks, and keeps what it has.

    `find` gives for the arguments the key of that one, and the new one's draft as it would be kept;
    None when there is none.  Then the operation is applied as one of the kind `edit`, which merges
    and whose argument `key` names the record.  Of the fields `stays` nobody has to decide: what the
    new record said of them was no decision.
    """

    find: Callable[[Any, Mapping[str, Any]], tuple[str, Any] | None]
    edit: str
    key: str
    stays: frozenset[str] = frozenset()


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
    same: Same | None
    promises: bool
    signature: inspect.Signature

    def given(self, holder: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        """What it is called with, by the names of its arguments."""
        found = dict(self.signature.bind(holder, *args, **kwargs).arguments)
        del found[next(iter(found))]
        return found

    def about(self, given: Mapping[str, Any]) -> str:
        """The key of the record it is about; empty when it makes one."""
        about = given.get(self.subject, "")
        return about if isinstance(about, str) else ""

    @property
    def subject_kind(self) -> str:
        """The kind of record it is about."""
        return self.name.partition(".")[0]


KINDS: dict[str, OperationKind] = {}
"""Every kind of the services imported so far, by name; see `app.services.replay`."""


def operation(  # noqa: PLR0913 - what a kind says of itself, by name
    name: str,
    *,
    subject: str = "",
    schema: int = 1,
    upgrade: Upgrade | None = None,
    merge: Merge | None = None,
    same: Same | None = None,
    promises: bool = False,
) -> Callable[[F], F]:
    """Make a use case an operation of the kind `name`, ``<kind of record>.<verb>``.

    `subject` names the argument with the record's key: without it, the first one whose name ends in
    ``_id`` or ``key``.  With `promises` it may set deadlines: the agreed times of this computer are
    part of it.
    """

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        first, *others = signature.parameters
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
            same=same,
            promises=promises,
            signature=signature,
        )
        if name in KINDS:
            raise ValueError(f"two operations are named {name!r}")
        KINDS[name] = kind

        @functools.wraps(function)
        def perform(holder: Any, *args: Any, **kwargs: Any) -> Any:
            if running_operation() is not None:
                # Part of a larger operation.
                return function(holder, *args, **kwargs)
            context, given = context_of(holder), kind.given(holder, args, kwargs)
            require(context, name, key=kind.about(given))
            begun = _begun(kind, context, holder, given)
            try:
                with running(begun):
                    return function(holder, *args, **kwargs)
            except Overtaken as refusal:
                context.tell_who(refusal, kind.subject_kind, kind.about(given))
                raise

        return typing.cast("F", perform)

    return decorate


def context_of(holder: Any) -> ServiceContext:
    """Where the first argument of an operation works: every service keeps it as `_context`."""
    found = holder if isinstance(holder, ServiceContext) else holder._context
    assert isinstance(found, ServiceContext)
    return found


def _begun(
    kind: OperationKind, context: ServiceContext, holder: Any, given: Mapping[str, Any]
) -> RunningOperation:
    """The operation that begins now.  Its payload is made here, before any transaction."""
    key, at = first_key(), context.now()
    ahead = at.astimezone(context.zone).utcoffset() or timedelta()
    payload = encoded(kind, given)
    refuse_split_numbers(payload)
    if kind.merge is not None and (found := kind.merge.read(holder, given)) is not None:
        draft = kind.merge.draft
        base = encoded(kind, {draft: found[0]} if draft else found[0])
        payload[BASE] = base[draft] if draft else base
    if kind.promises:
        payload[TARGETS] = list(hours_of(context.targets).values())
    fresh = Operation(
        id=key,
        station="",
        station_seq=0,
        kind=kind.name,
        schema=kind.schema,
        subject_kind=kind.subject_kind,
        subject_id=kind.about(given),
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
    begun = _begun(kind, place, place, given)
    return operation_log.append(session, begun, lambda _kind: "")


def present_payload(stored: Operation) -> Mapping[str, Any]:
    """The payload of an operation as this program would write it."""
    kind = KINDS[stored.kind]
    if kind.upgrade is not None and stored.schema < kind.schema:
        return kind.upgrade(stored.schema, stored.payload)
    return stored.payload


# --- arguments as JSON values and back ----------------------------------------------------------

TARGETS = "~targets"
"""In a payload: the agreed times of the computer in hours, in the order of `targets.KEYS`."""
BASE = "~base"
"""In a payload: the draft as the person found it."""
_AS_JSON: dict[str, Any] = {"mode": "json", "exclude_defaults": True, "warnings": False}
"""Drafts may hold the plain word of an enumeration, as forms give it; checking makes it one."""


@functools.cache
def _adapters_by(apply: Callable[..., Any]) -> dict[str, Any]:
    from pydantic import TypeAdapter

    names = list(inspect.signature(apply).parameters)[1:]
    hints = typing.get_type_hints(apply)
    return {name: TypeAdapter(hints[name]) for name in names if not _is_told(hints[name])}


def adapters_of(kind: OperationKind) -> dict[str, Any]:
    """What checks and writes the arguments of a kind, by name (pydantic's type adapters)."""
    return _adapters_by(kind.apply)


def _is_told(hint: Any) -> bool:
    """Whether an argument is only somebody to be told of the progress, or asked whether to stop:
    not part of what was decided."""
    return typing.get_origin(hint) is collections.abc.Callable or any(
        _is_told(inner) for inner in typing.get_args(hint)
    )


def encoded(kind: OperationKind, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as JSON values; those only to be told of the progress are left out.  Card numbers
    are masked, as the use case itself masks or refuses them."""
    adapters = adapters_of(kind)
    return {
        name: masked(name, adapters[name].dump_python(value, **_AS_JSON))
        for name, value in given.items()
        if name in adapters
    }


def masked(field: str, value: Any) -> Any:
    """A JSON value with the card numbers in it masked, as rows refuse them."""
    if isinstance(value, str):
        return mask_cards(value) if holds_secret(field, value) else value
    if isinstance(value, dict):
        return {
            name: masked(name, inner) if isinstance(inner, _WITH_WORDS) else inner
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(field, one) if isinstance(one, _WITH_WORDS) else one for one in value]
    return value


_WITH_WORDS = (str, dict, list)
"""JSON values that are or hold words."""


def refuse_split_numbers(payload: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` ``text.card_split`` for the fields over which somebody wrote a card
    number, each holding a part of it.  What other computers did already is not asked again."""
    problems = Problems()
    for fields in split_numbers(payload):
        for field in fields:
            problems.add(field, "text.card_split")
    problems.raise_if_any()


def decoded(kind: OperationKind, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments a payload stands for."""
    adapters = adapters_of(kind)
    return {
        name: adapters[name].validate_python(value)
        for name, value in payload.items()
        if name in adapters
    }
