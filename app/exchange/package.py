"""What a package between two computers says of itself and holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from app.domain.operations.operation import Operation

Role = Literal["laptop", "office"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The first thing read of a package.

    `id` is a UUIDv7; `schema` the revision of the sender's database.  `sender`, `office` and `to`
    are keys of stations (`Operation.station`), empty when unknown.  `first_seq` and `last_seq` are
    the sender's own operations inside by `station_seq`, 0 when there are none.  `acknowledged` is
    the highest `office_seq` the sender has seen, `head` the highest one inside, 0 when none;
    `snapshot` the `office_seq` the state inside stands at, None when no state is inside.
    `anchor` is the hash of the operation at `acknowledged`, by which an office notices that it was
    put back to an older state; `digest` that of the office's state at `head` (`db.contents`), by
    which a laptop notices that its own differs.  `signing` is the public key it is signed with, so
    that new keys of its sender are told from damage.  All three in hexadecimal digits, empty when
    unknown, as in packages of earlier programs.
    """

    id: str
    made_at: datetime
    program: str
    schema: str
    sender: str
    sender_name: str
    sender_role: Role
    office: str
    to: str
    first_seq: int = 0
    last_seq: int = 0
    acknowledged: int = 0
    head: int = 0
    snapshot: int | None = None
    anchor: str = ""
    digest: str = ""
    signing: str = ""


class Package(Protocol):
    """A package that was checked: its sender is trusted, nothing in it was changed.

    `app.exchange.package_file.PackageReader` is the one read from a file.
    """

    @property
    def manifest(self) -> Manifest:
        """What it says of itself."""

    @property
    def blobs(self) -> tuple[str, ...]:
        """The SHA-256 of every attachment inside, in hexadecimal digits."""

    def operations(self) -> Iterator[Operation]:
        """What was done, in the order it was put in."""

    def snapshot(self, target: Path) -> None:
        """Write the state inside to a new file.  Raises `NotFound` when there is none."""

    def blob(self, sha256: str) -> bytes:
        """The content of an attachment inside.  Raises `NotFound`."""
