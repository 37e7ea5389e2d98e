"""Operations as lines of text: one JSON value a line, in which nothing can be changed unnoticed."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.errors import InvalidInput
from app.domain.operations.operation import Operation, canonical, hash_of, sealed_part

LONGEST_LINE = 64 << 20
"""Bytes of one operation; an import of 2 000 terminals takes about 1 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OperationLine:
    """The members of `sealed_part` and what came later, with their types."""

    id: str
    station: str
    seq: int
    kind: str
    schema: int
    subject: tuple[str, str]
    payload: dict[str, Any]
    actor: str
    device: str
    at: str
    offset: int
    clock: int
    suspect: bool
    program: str
    numbers: dict[str, list[int]]
    prev: str
    hash: str
    outcome: str
    office_seq: int | None


@functools.cache
def _reader() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(_OperationLine)


def line_of(operation: Operation) -> bytes:
    """An operation as a line, its end included."""
    later = {
        "hash": operation.hash.hex(),
        "outcome": operation.outcome,
        "office_seq": operation.office_seq,
    }
    return canonical(sealed_part(operation) | later) + b"\n"


def operation_in(line: bytes) -> Operation:
    """The operation a line stands for.  Raises `InvalidInput` (``exchange.altered``) when it is not
    one, or not the one its hash was made of."""
    try:
        found = _reader().validate_python(json.loads(line.decode("utf-8", "surrogatepass")))
        operation = _operation(found)
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput.of("file", "exchange.altered") from None
    if hash_of(operation) != operation.hash:
        raise InvalidInput.of("file", "exchange.altered")
    return operation


def _operation(found: _OperationLine) -> Operation:
    subject_kind, subject_id = found.subject
    return Operation(
        id=found.id,
        station=found.station,
        station_seq=found.seq,
        kind=found.kind,
        schema=found.schema,
        subject_kind=subject_kind,
        subject_id=subject_id,
        payload=found.payload,
        actor=found.actor,
        device=found.device,
        at=datetime.fromisoformat(found.at).astimezone(UTC),
        offset=found.offset,
        clock=found.clock,
        suspect=found.suspect,
        program=found.program,
        numbers=found.numbers,
        prev_hash=bytes.fromhex(found.prev),
        hash=bytes.fromhex(found.hash),
        outcome=found.outcome,
        office_seq=found.office_seq,
    )
