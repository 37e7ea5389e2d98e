"""Operations as lines of text: one JSON value a line, in which nothing can be changed unnoticed."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.errors import InvalidInput
from app.domain.operations.operation import Operation, canonical, hash_of, sealed_part
from app.domain.text import LINE_LIMIT
from db.keys import is_key

LONGEST_LINE = 64 << 20
"""Bytes of one operation; an import of 2 000 terminals takes about 1 MB."""
DEEPEST = 64
"""How far lists and objects of an operation may stand in each other: the deepest of ours, records
that are brought, have 8.  What is deeper ends the program that walks through it."""
_MOST = (1 << 31) - 1
_MOST_READING = (1 << 63) - 1
_MOST_AHEAD = 24 * 60


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
        values = json.loads(line.decode("utf-8", "surrogatepass"))
        if _is_deeper(values, DEEPEST):
            raise InvalidInput.of("file", "exchange.altered")
        operation = _operation(_reader().validate_python(values))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidInput.of("file", "exchange.altered") from None
    if hash_of(operation) != operation.hash or not _fits(operation):
        raise InvalidInput.of("file", "exchange.altered")
    return operation


def _is_deeper(value: Any, most: int) -> bool:
    """Whether lists and objects stand in each other more than `most` times; needs no stack."""
    level = [value]
    for _depth in range(most + 1):
        held = [one.values() if isinstance(one, dict) else one for one in level]
        level = [one for inner in held for one in inner if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _fits(operation: Operation) -> bool:
    """Whether the log has room for all it says beside its payload, in both kinds of databases."""
    words = (
        *(operation.kind, operation.subject_kind, operation.subject_id, operation.actor),
        *(operation.device, operation.program, operation.outcome, *operation.numbers),
    )
    numbers = [one for given in operation.numbers.values() for one in given]
    order = operation.office_seq
    return (
        all(map(is_key, (operation.id, operation.station)))
        and all(len(one) <= LINE_LIMIT for one in words)
        and all(1 <= one <= _MOST for one in (operation.station_seq, *numbers))
        and 0 <= operation.schema <= _MOST
        and 0 <= operation.clock <= _MOST_READING
        and (order is None or 1 <= order <= _MOST_READING)
        and abs(operation.offset) < _MOST_AHEAD
    )


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
