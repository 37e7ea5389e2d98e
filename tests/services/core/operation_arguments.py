"""Operations with arguments made by machine: from their annotations, on an estate in which most of
them find something to do."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import functools
import importlib
import inspect
import pkgutil
import shutil
import types
import typing
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

import app.services
from app import bootstrap
from app.domain.documents import SignatureDraft
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import (
    ClosingDraft,
    HoldDraft,
    IncidentDraft,
    PartDraft,
    ResolutionDraft,
    WorkEntryDraft,
)
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.incidents.lifecycle import HoldReason
from app.domain.maintenance.checklist_lines import AnswerDraft, LineVerdict
from app.domain.maintenance.meters import MeterKind, ReadingDraft
from app.domain.maintenance.plan_drafts import PlanDraft
from app.domain.maintenance.visits import ExtraDraft
from app.domain.parts.catalogue import PartKindDraft
from app.domain.register.custody import HandoverDraft
from app.domain.register.equipment import ModelDraft
from app.domain.register.people import ContactDraft, TechnicianDraft
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalDraft
from app.services import Services
from app.services.core.operations import KINDS, OperationKind
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal, terminal_draft
from tests.maintenance import make_checklist, plan_draft, ready

# --- arguments made from their annotations ------------------------------------------------------


def made(hint: Any, name: str, known: dict[str, str]) -> Any:
    """A value an annotation allows; what has a default keeps it."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return made(next(one for one in inner if one is not type(None)), name, known)
    if origin is collections.abc.Callable:
        return lambda *_told: None
    if origin is tuple:
        items = inner[:1] if inner[-1] is Ellipsis else inner
        return tuple(made(one, name, known) for one in items)
    if origin is not None and issubclass(origin, collections.abc.Mapping):
        return {made(inner[0], name, known): made(inner[1], name, known)}
    if origin is not None and issubclass(origin, collections.abc.Collection):
        return origin((made(inner[0], name, known),))
    if dataclasses.is_dataclass(hint):
        return of_class(hint, known)
    if isinstance(hint, type) and issubclass(hint, tuple):
        fields = typing.get_type_hints(hint).items()
        return hint(**{field: made(one, field, known) for field, one in fields})
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    plain = {
        str: known.get(name, "甲"),
        int: 1,
        float: 1.0,
        bool: False,
        bytes: b"x",
        date: date(2026, 11, 20),
        datetime: datetime(2026, 11, 20, tzinfo=UTC),
    }
    return plain.get(hint, "甲")


SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(
        TestLine("sign_in", TestOutcome.PASSED),
        TestLine("test_sale", TestOutcome.PASSED, "000123"),
    ),
)
EXAMPLES: dict[Any, Any] = {
    TerminalDraft: terminal_draft(serial="TESTA000001", tid="59990001"),
    IncidentDraft: IncidentDraft(terminal_id="", displayed_code="A0", symptom="黑屏"),
    TechnicianDraft: TechnicianDraft(code="T77", name="李工"),
    ContactDraft: ContactDraft(organisation="测试公司", phone="400-000-0000"),
    WorkEntryDraft: WorkEntryDraft(summary="重启"),
    ResolutionDraft: SOLVED,
    ClosingDraft: ClosingDraft(Confirmation.BY_PHONE, "王先生"),
    HoldDraft: HoldDraft(HoldReason.PARTS, date(2026, 12, 1), "等件"),
    PartDraft: PartDraft(name="电池", quantity=1),
    SwapDraft: SwapDraft(new_serial="TESTA000002", reason="主板坏"),
    PartKindDraft: PartKindDraft(number="BAT-1", name="电池"),
    ModelDraft: ModelDraft(manufacturer="新大陆", name="N950"),
    PlanDraft: plan_draft("more"),
    ReadingDraft: ReadingDraft(MeterKind.PRINTS, "1200"),
    SignatureDraft: SignatureDraft(reason="店主不在"),
    AnswerDraft: AnswerDraft(LineVerdict.PASS),
    ExtraDraft: ExtraDraft(plan_keys=("care",), planned_on="2026-12-01", reason="客户要求"),
    HandoverDraft: HandoverDraft(holder="王先生"),
}
"""Drafts whose rules want more than any text; the others are made from their annotations."""


def of_class(kind: Any, known: dict[str, str]) -> Any:
    """A dataclass with the values it needs, and keys of records that are there."""
    if kind in EXAMPLES:
        example = EXAMPLES[kind]
        names = {one.name for one in dataclasses.fields(kind)} & known.keys()
        ids = {name: known[name] for name in names if name.endswith("_id")}
        return dataclasses.replace(example, **ids)
    hints = typing.get_type_hints(kind)
    needed = {
        one.name: made(hints[one.name], one.name, known)
        for one in dataclasses.fields(kind)
        if one.init
        and (
            (one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING)
            or one.name in known
        )
    }
    return kind(**needed)


Place = tuple[str | int, ...]


def texts(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where texts stand in a value."""
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        yield place
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            if one.init:
                yield from texts(getattr(value, one.name), (*place, one.name))
    elif isinstance(value, collections.abc.Mapping):
        for key, item in value.items():
            yield from texts(item, (*place, key))
    elif isinstance(value, tuple | list):
        for n, item in enumerate(value):
            yield from texts(item, (*place, n))


def with_text(value: Any, place: Place, text: str) -> Any:
    """The value with another text at a place."""
    if not place:
        return text
    first, rest = place[0], place[1:]
    if dataclasses.is_dataclass(value):
        inner = with_text(getattr(value, str(first)), rest, text)
        return dataclasses.replace(value, **{str(first): inner})  # type: ignore[type-var]
    if isinstance(value, collections.abc.Mapping):
        return {**value, first: with_text(value[first], rest, text)}
    # The fields of a named tuple are given one by one.
    put_together = getattr(type(value), "_make", type(value))
    return put_together(
        with_text(item, rest, text) if n == first else item for n, item in enumerate(value)
    )


# --- an estate to work on -----------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Estate:
    """A small database; `known` are keys of its records by the names arguments have, and
    `incidents` one of each state."""

    path: Path
    known: dict[str, str]
    incidents: tuple[str, ...]


def make_estate(template: Path, folder: Path) -> Estate:
    """A database in which most operations find something to do."""
    path = folder / "poscare.db"
    shutil.copyfile(template, path)
    services = opened(path)
    terminal = make_terminal(services, serial="TESTA000009", tid="59990009")
    make_checklist(services)
    task = ready(services, checklist="short")
    incidents = [make_incident(services, terminal) for _state in range(4)]
    for key in incidents[1:]:
        services.incidents.start(key)
        services.work_log.add_work(key, WorkEntryDraft(summary="重启"))
    for key in incidents[2:]:
        services.incidents.resolve(key, SOLVED)
    services.incidents.close(incidents[3], ClosingDraft(Confirmation.BY_PHONE, "王先生"))
    services.visits.start(task.visit_id)
    run = services.checklists.begin(task.id)
    services.close()
    known = {
        "terminal_id": terminal,
        "occurrence_id": task.id,
        "visit_id": task.visit_id,
        "run_id": run.id,
        "line_key": "seals",
    }
    connection = dbapi2.connect(str(path))
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        with suppress(dbapi2.DatabaseError):
            row = connection.execute(f'SELECT id FROM "{table}" LIMIT 1').fetchone()
            if row:
                known.setdefault(f"{table}_id", row[0])
    connection.close()
    return Estate(path, known, tuple(incidents))


def opened(path: Path) -> Services:
    """Services over a copy of the estate."""
    return bootstrap.build(
        Settings(technician="T01", device="L7"), clock=FrozenClock(), database=Database(path)
    )


def stored(path: Path) -> Iterator[str]:
    """Every text in every table, packed ones unpacked."""
    connection = dbapi2.connect(str(path))
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    for table in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, bytes):
                    with suppress(zlib.error):
                        value = zlib.decompress(value[1:])
                    yield value.decode("utf-8", "replace")
                elif isinstance(value, str):
                    yield value
    connection.close()


def kinds() -> list[OperationKind]:
    """Every operation there is."""
    for module in pkgutil.walk_packages(app.services.__path__, "app.services."):
        importlib.import_module(module.name)
    return [KINDS[name] for name in sorted(KINDS)]


def arguments(kind: OperationKind, known: dict[str, str]) -> dict[str, Any]:
    """Arguments for an operation, but for the service it belongs to."""
    hints = typing.get_type_hints(kind.apply)
    return {
        name: None if _optional(hints[name]) else made(hints[name], name, known)
        for name in names_of(kind)
    }


def _optional(hint: Any) -> bool:
    """Whether it is somebody to tell, who may be nobody."""
    return type(None) in typing.get_args(hint) and "Callable" in str(hint)


def names_of(kind: OperationKind) -> list[str]:
    """The names of its arguments, but for the service."""
    return list(inspect.signature(kind.apply).parameters)[1:]


def performed(kind: OperationKind, holder: Any) -> Any:
    """The use case as services call it."""
    if kind.owner:
        return getattr(holder, kind.apply.__name__)
    module = importlib.import_module(kind.apply.__module__)
    return functools.partial(getattr(module, kind.apply.__name__), holder)
