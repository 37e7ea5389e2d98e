"""What came of taking in a package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.errors import InvalidInput
from app.domain.operations.operation import BRING, Operation, hash_of, sealed_part
from app.exchange.conflicts import Unsettled
from app.services import Services
from app.services.core.log_reading import ChainEnd
from app.services.core.operations import OperationKind
from app.services.joining.joining import brought_rows
from db.engine import Database
from db.types import check_inside

Build = Callable[[Database], Services]
"""Makes services over a database, for nothing but applying operations."""
Progress = Callable[[int, int], None]
"""Told how many operations of how many are done."""
Cancelled = Callable[[], bool]


def unmoved(_done: int, _of: int) -> None:
    """Nobody wants to know how far it is."""


def never() -> bool:
    """Nobody can stop it."""
    return False


@dataclass(frozen=True, slots=True)
class Refused:
    """Operations that were not taken in, and why: `code` is explained by `app.texts`.

    `first` and `last` are their numbers at their computer; 0 when it is about the whole package.
    With ``exchange.gap`` the numbers are those that are missing.
    """

    code: str
    first: int = 0
    last: int = 0
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """`operations` were inside, of which `applied` were new, some of them with `conflicts`, and
    `already` were known.  `complete_until` is the moment until which all the sender did is here,
    None when something is missing.  `lacking` are attachments neither inside nor here.
    `brought` counts the records this computer had before it joined the office, by their sort.
    `before` and `after` count all records here without and with the package, by their sort; empty
    when nothing was tried.
    `put_back` tells that the office stands before what this computer, or in the office the sender,
    had of its order: it was put back to an older state.  Then the own operations it lost,
    `sent_again`, go with the next package; of those of others it lost, `others_lost` were known
    here, and the database that held them is kept.
    `renewed` tells that this computer got a new identity, because another one works under its old;
    `state` that the whole state of the office was inside, whose operations are counted then.
    """

    sender: str
    sender_name: str
    operations: int
    applied: int = 0
    already: int = 0
    conflicts: tuple[Unsettled, ...] = ()
    refused: tuple[Refused, ...] = ()
    lacking: tuple[str, ...] = ()
    brought: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)
    put_back: bool = False
    sent_again: int = 0
    others_lost: int = 0
    complete_until: datetime | None = None
    renewed: bool = False
    state: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The operations of one station as they can be taken in."""

    fresh: tuple[Operation, ...]
    already: int
    refused: tuple[Refused, ...]

    @property
    def fatal(self) -> bool:
        """Whether nothing of the package may be applied."""
        return any(one.code in FATAL for one in self.refused)


CLONED = "exchange.cloned"
ALTERED = "exchange.altered"
FOREIGN = "exchange.foreign_operation"
GAP = "exchange.gap"
NEWER = "exchange.newer"
CARD = "exchange.card_number"
NOT_STORABLE = "exchange.not_storable"
FATAL = frozenset({CLONED, ALTERED, FOREIGN})
"""What is wrong with the package rather than missing: nothing of it is applied."""


def sort_out(
    station: str,
    operations: Iterable[Operation],
    known: Mapping[str, bytes],
    end: ChainEnd,
    kinds: Mapping[str, OperationKind],
) -> Sorted:
    """Which operations of a station follow on what is known of it, whose chain ends at `end`;
    `kinds` are those this program knows (`app.services.replay.known_kinds`)."""
    fresh: list[Operation] = []
    already = 0
    for one in sorted(operations, key=lambda o: o.station_seq):
        seq = one.station_seq
        if one.station != station:
            return _refused(FOREIGN, seq, already)
        if hash_of(one) != one.hash:
            return _refused(ALTERED, seq, already)
        if one.id in known:
            # A computer that got a new identity sends under new numbers what it sent before.
            already += 1
            continue
        if seq <= end.seq or (seq == end.seq + 1 and one.prev_hash != end.hash):
            return _refused(CLONED, seq, already)
        if seq > end.seq + 1:
            missing = Refused(GAP, end.seq + 1, seq - 1)
            return Sorted(fresh=tuple(fresh), already=already, refused=(missing,))
        if not understood(one, kinds):
            later = Refused(NEWER, seq, params={"program": one.program})
            return Sorted(fresh=tuple(fresh), already=already, refused=(later,))
        if unkept := why_not_kept(one):
            later = Refused(unkept, seq, seq)
            return Sorted(fresh=tuple(fresh), already=already, refused=(later,))
        fresh.append(one)
        end = ChainEnd(seq, one.hash)
    return Sorted(fresh=tuple(fresh), already=already, refused=())


def _refused(code: str, seq: int, already: int) -> Sorted:
    return Sorted(fresh=(), already=already, refused=(Refused(code, seq, seq),))


def understood(operation: Operation, kinds: Mapping[str, OperationKind]) -> bool:
    """Whether an operation is of a kind this program knows, and not of a later one."""
    kind = kinds.get(operation.kind)
    return kind is not None and operation.schema <= kind.schema


def why_not_kept(operation: Operation) -> str:
    """Why an operation may not be kept anywhere, empty when it may: `CARD`, or `NOT_STORABLE`.
    It cannot be masked here, for its hash is that of what its computer wrote."""
    try:
        check_inside("operation", sealed_part(operation))
    except InvalidInput as refusal:
        return CARD if refusal.code == "text.card_number" else NOT_STORABLE
    return ""


def blobs_of(operation: Operation) -> Iterator[str]:
    """The SHA-256 of the attachments an operation names: texts of 64 hexadecimal digits under a
    name that ends in ``sha256``.  Others name the hashes of documents and imported files, which are
    not carried."""
    if operation.kind == BRING:
        yield from _hashes("", brought_rows(operation, "attachment"))
    elif operation.subject_kind == "attachment":
        yield from _hashes("", operation.payload)


def _hashes(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _hashes(inner, one)
    elif isinstance(value, list):
        for one in value:
            yield from _hashes(name, one)
    elif isinstance(value, str) and name.endswith("sha256") and len(value) == 64:
        yield value
