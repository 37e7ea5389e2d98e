"""Which computer works under which letter on a shared database.

All seats of a server write one chain of operations, for it is one database whose key vouches for
it; a seat is told in the log by its letter.  So a letter belongs to one computer at a time.
"""

from __future__ import annotations

import platform
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app import files
from app.services.core.context import ServiceContext
from app.services.core.operation_log import fact, keep_fact

_NAMED = "seat."
"""Beginning of the facts of `app_state` that name the computer of a letter."""
FREE_AFTER = timedelta(days=60)
"""Without being opened so long a computer keeps its letter no longer."""
_SAY_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OtherSeat:
    """The computer a letter belongs to, the code of who worked there last, and when."""

    letter: str
    computer: str
    actor: str
    seen: datetime


def claim_here(place: ServiceContext, file: Path, *, anyway: bool = False) -> OtherSeat | None:
    """`claim` for this computer, which `file` tells from others; in the database of one computer
    there is nothing to claim.  Raises `Unavailable`."""
    if place.database.is_sqlite:
        return None
    if not file.is_file():
        files.private_folder(file.parent)
        files.write(file, f"{uuid.uuid4()}\n".encode())
    key = file.read_text(encoding="ascii", errors="replace").strip()
    return claim(place, key, platform.node(), anyway=anyway)


def claim(
    place: ServiceContext, key: str, computer: str, *, anyway: bool = False
) -> OtherSeat | None:
    """Say that the letter of `place` is that of the computer with the key `key`, called `computer`
    by people; None when it is.  When it belongs to another one nothing is changed and that is
    returned, unless it is taken over `anyway`.  Raises `Unavailable`.
    """
    name, now = f"{_NAMED}{place.device}", place.now()
    with place.read() as session:
        known = fact(session, name)
    if known is not None and not anyway:
        found = OtherSeat(
            place.device, known["computer"], known["actor"], datetime.fromisoformat(known["seen"])
        )
        if known["key"] != key and now - found.seen < FREE_AFTER:
            return found
        told: dict[str, Any] = {"key": key, "computer": computer, "actor": place.actor}
        if timedelta() <= now - found.seen < _SAY_AGAIN and told.items() <= known.items():
            return None
    with place.write_locally() as unit:
        keep_fact(
            unit.session,
            name,
            {"key": key, "computer": computer, "actor": place.actor, "seen": now.isoformat()},
        )
    return None
