"""One operation: a use case done once, by one person on one computer.

The operations of one computer are numbered 1, 2, 3 … and chained: each holds the hash of the one
before, so that none can be changed, left out or put in between unnoticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FIRST_HASH = bytes(32)
"""What the first operation of a computer holds as the hash of the one before."""
APPLIED = "applied"
REVIEW = "review:"
"""Before the code of why an operation could not be applied; it waits for somebody's decision."""
UNREADABLE = "unreadable"
"""Why an operation waits whose payload no program could have written."""
WITHDRAW = "operation.withdraw"
"""The kind of operation that takes back another one of the same computer."""
BRING = "database.bring"
"""The kind of operation with which a computer that joins an office brings its records."""
SETTLE = "conflict.settle"
"""The kind of operation that decides about one that waits, or about a change that gave way."""
CARRIED = "carried"
"""It was done before its computer joined the office: its effect came with the records that were
brought (`app.services.joining`)."""
WITHDRAWN = "withdrawn"
"""The person took it back before the office had it: it is kept and changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`payload` is what the person decided: the arguments of the use case as JSON values.

    `station` is the key of the computer's installation, `station_seq` the number among its
    operations.  `device` is the letter in front of the numbers made there.  `offset` is what its
    time zone was ahead of UTC, in minutes.  `clock` is a reading of `app.domain.operations.clock`.
    `numbers` are the document numbers given out, by kind of document.  `review` says why it could
    not be applied, `office_seq` its place in the office's order; both come later and are not part
    of the hash.
    """

    id: str
    station: str
    station_seq: int
    kind: str
    schema: int
    subject_kind: str
    subject_id: str
    payload: Mapping[str, Any]
    actor: str
    device: str
    at: datetime
    offset: int
    clock: int
    suspect: bool
    program: str
    numbers: Mapping[str, list[int]] = field(default_factory=dict)
    prev_hash: bytes = FIRST_HASH
    hash: bytes = b""
    outcome: str = APPLIED
    office_seq: int | None = None

    @property
    def review(self) -> str:
        """The code of why it waits for somebody's decision; empty when it was applied."""
        return self.outcome.removeprefix(REVIEW) if self.outcome.startswith(REVIEW) else ""


def canonical(value: Any) -> bytes:
    """A JSON value as the one sequence of bytes that stands for it: keys sorted, no spaces, UTF-8
    (RFC 8785 but for numbers, which are written as Python writes them)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def sealed_part(operation: Operation) -> dict[str, Any]:
    """What the hash of an operation covers, as JSON values."""
    return {
        "id": operation.id,
        "station": operation.station,
        "seq": operation.station_seq,
        "kind": operation.kind,
        "schema": operation.schema,
        "subject": [operation.subject_kind, operation.subject_id],
        "payload": operation.payload,
        "actor": operation.actor,
        "device": operation.device,
        "at": operation.at.isoformat(timespec="microseconds"),
        "offset": operation.offset,
        "clock": operation.clock,
        "suspect": operation.suspect,
        "program": operation.program,
        "numbers": operation.numbers,
        "prev": operation.prev_hash.hex(),
    }


def hash_of(operation: Operation) -> bytes:
    """SHA-256 over the canonical bytes of everything known when it was done, the hash of the
    operation before included."""
    return hashlib.sha256(canonical(sealed_part(operation))).digest()
